/** A causal rule that labels real bars with the regimes that synthetic ones are born with. */

import { InputError } from '../../core/errors.ts';
import { quantileSorted } from '../../core/statistics.ts';
import { numBars, type Bars } from '../data/bars.ts';
import type { RowRange } from '../data/rowRange.ts';
import { RollingMoments } from '../features/rollingMoments.ts';
import { REGIMES, UNKNOWN_REGIME } from './regime.ts';
import type { RegimeRuleConfig } from './regimeRuleConfig.ts';

/** The rule with its fitted threshold: plain data, saved with a run. */
export interface RegimeRule extends RegimeRuleConfig {
  /** Deviation of one-bar log returns at or below which the market is quiet. */
  readonly plateauVolatility: number;
}

export interface RegimeRuleInput {
  readonly config: RegimeRuleConfig;
  readonly bars: Bars;
  /** The window starts anew at each path's start. */
  readonly paths: readonly RowRange[];
  /** Training rows, where what quiet means is learned; whole paths where absent. */
  readonly ranges?: readonly RowRange[];
}

/** @throws InputError when no training row has a full window behind it */
export function fitRegimeRule({ config, bars, paths, ranges = paths }: RegimeRuleInput): RegimeRule {
  const volatilities: number[] = [];
  for (const path of paths) {
    forEachWindow(config, bars, path, (row, _mean, deviation) => {
      if (ranges.some(({ from, to }) => row >= from && row < to)) volatilities.push(deviation);
    });
  }
  const plateauVolatility = quantileSorted(Float64Array.from(volatilities).sort(), config.plateauQuantile);
  if (plateauVolatility !== null) return { ...config, plateauVolatility };
  throw new InputError({
    what: 'no rows to fit the regime rule on',
    where: 'regime rule',
    rule: `a training path has more than ${config.bars} bars`,
  });
}

/** (rows) index into REGIMES of each bar, from bars up to and including it; UNKNOWN_REGIME in warm-up and between paths. */
export function labelRegimes(rule: RegimeRule, bars: Bars, paths: readonly RowRange[]): Uint8Array {
  const labels = new Uint8Array(numBars(bars)).fill(UNKNOWN_REGIME);
  const [uptrend, downtrend, oscillating, plateau] = REGIMES.map((_regime, index) => index);
  for (const path of paths) {
    forEachWindow(rule, bars, path, (row, mean, deviation) => {
      // Multiplied out, so that a price that does not move at all has no trend.
      const evidence = Math.abs(mean) * Math.sqrt(rule.bars);
      if (mean !== 0 && evidence >= rule.trendT * deviation) labels[row] = mean > 0 ? uptrend : downtrend;
      else labels[row] = deviation <= rule.plateauVolatility ? plateau : oscillating;
    });
  }
  return labels;
}

type WindowVisitor = (row: number, mean: number, deviation: number) => void;

/** Mean and sample deviation of the last `bars` one-bar log returns, from the first row that has so many. */
function forEachWindow({ bars: size }: RegimeRuleConfig, bars: Bars, path: RowRange, visit: WindowVisitor): void {
  const returns = new RollingMoments(size);
  for (let row = path.from + 1; row < path.to; row++) {
    returns.push(Math.log(bars.close[row] / bars.close[row - 1]));
    if (row - path.from < size) continue;
    visit(row, returns.mean, Math.sqrt((returns.variance * size) / (size - 1)));
  }
}
