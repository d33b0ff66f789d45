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

/** Rows to label, and what came before them. */
export interface LabelledRange extends RowRange {
  /** Closes of the bars right before the first row, which the window may look back on; none where absent. */
  readonly closesBefore?: Float64Array;
}

/** (rows) index into REGIMES of each bar, from bars up to and including it; UNKNOWN_REGIME in warm-up and between paths. */
export function labelRegimes(rule: RegimeRule, bars: Bars, paths: readonly LabelledRange[]): Uint8Array {
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

/**
 * (rows) {@link labelRegimes} of the bar before each: what is known when a bar opens. A label that contains its own bar sorts
 * returns by their sign, and anything that is held looks skilled in the bars that it calls a trend.
 */
export function knownRegimes(rule: RegimeRule, bars: Bars, paths: readonly LabelledRange[]): Uint8Array {
  const labels = labelRegimes(rule, bars, paths);
  for (const { from, to } of paths) {
    labels.copyWithin(from + 1, from, to - 1);
    labels[from] = UNKNOWN_REGIME;
  }
  return labels;
}

type WindowVisitor = (row: number, mean: number, deviation: number) => void;

/** Mean and sample deviation of the last `bars` one-bar log returns, from the first row that has so many. */
function forEachWindow({ bars: size }: RegimeRuleConfig, bars: Bars, path: LabelledRange, visit: WindowVisitor): void {
  const returns = new RollingMoments(size);
  const before = path.closesBefore ?? new Float64Array(0);
  for (let i = 1; i < before.length; i++) returns.push(Math.log(before[i] / before[i - 1]));
  const first = before.length === 0 ? path.from + 1 : path.from;
  for (let row = first; row < path.to; row++) {
    const closeBefore = row === path.from ? before[before.length - 1] : bars.close[row - 1];
    returns.push(Math.log(bars.close[row] / closeBefore));
    if (row - path.from + before.length < size) continue;
    visit(row, returns.mean, Math.sqrt((returns.variance * size) / (size - 1)));
  }
}
