/** Looks for look-ahead in every stage between the bars of a run and what its agents see. */

import { InputError } from '../core/errors.ts';
import { createRng } from '../core/rng.ts';
import { numBars, sliceBars, type Bars } from '../market/data/bars.ts';
import { buildContext } from '../market/features/buildContext.ts';
import { contextStage, featureStage } from '../market/features/causalStages.ts';
import { makeFeatureSet } from '../market/features/featureSet.ts';
import { probeLeakage, type CausalStage, type Leak } from '../market/features/leakageProbe.ts';
import { regimeRuleConfig } from '../market/regimes/regimeRuleConfig.ts';
import type { Market } from './market.ts';
import { fittedFeatures, fittedStage, higherTimeframes, observationStage, ruleStage } from './probeStages.ts';
import type { RunConfig } from './runConfig.ts';
import { makeExecution } from './trainAgent.ts';

export interface StageLeak extends Leak {
  /** When the bar opens whose value changed. */
  readonly openTime: string;
}

export interface ProbedStage {
  readonly stage: string;
  readonly columns: number;
  readonly bars: number;
  /** Moments at which the future was cut off and perturbed. */
  readonly cuts: number;
  /** Whether history was also begun later; `tooShort`: the bars end before the stage would have settled. */
  readonly laterStart: 'probed' | 'tooShort' | 'none';
  readonly leaks: readonly StageLeak[];
}

export interface ProbeInput {
  readonly config: RunConfig;
  readonly market: Market;
  /** Other bars to probe on, of the market's timeframe; the first training path where absent. */
  readonly bars?: Bars;
  readonly cuts: number;
}

export interface ProbeStage {
  readonly stage: CausalStage;
  /** No cut before this row: where the stage fits itself, the end of its training rows. */
  readonly firstCutRow: number;
  /** Rows after which the start of history may not matter; null: it may. */
  readonly settleBars: number | null;
}

/** Bars of the probed stretch, more only where features need them to settle: more cost time and show nothing else. */
const MIN_PROBED_BARS = 4_000;
const MAX_PROBED_BARS = 20_000;

/** @throws InputError when there are too few bars to probe */
export function probeMarket({ config, market, bars: given, cuts }: ProbeInput): ProbedStage[] {
  const { featureSet, worlds, paths } = market;
  const whole = given ?? sliceBars(worlds.bars, paths.train[0].from, paths.train[0].to);
  const wanted = Math.min(MAX_PROBED_BARS, Math.max(MIN_PROBED_BARS, featureSet.settleBars + 1_000));
  const bars = sliceBars(whole, 0, Math.min(numBars(whole), wanted));
  if (numBars(bars) < 2 * worlds.warmupBars + 40) {
    throw new InputError({
      what: 'too few bars to probe',
      where: 'leakage probe',
      rule: `twice the warm-up of ${worlds.warmupBars} bars, and 40`,
      value: numBars(bars),
    });
  }
  const rng = createRng(config.seed).fork('probe');
  return Object.entries(makeProbeStages(config, market, numBars(bars))).map(([name, probed]) => {
    const { stage, firstCutRow, settleBars } = probed;
    const leaks = probeLeakage({ stage, bars, rng: rng.fork(name), cuts, firstCutRow, settleBars });
    return {
      stage: name,
      columns: stage.columns.length,
      bars: numBars(bars),
      cuts,
      laterStart: settleBars === null ? 'none' : settleBars < numBars(bars) - 1 ? 'probed' : 'tooShort',
      leaks: leaks.map((leak) => ({ ...leak, openTime: new Date(bars.openTimeMs[leak.row]).toISOString() })),
    };
  });
}

/** Every stage of a run; what is fitted is fitted on the first half of `rows`. */
export function makeProbeStages(config: RunConfig, market: Market, rows: number): Record<string, ProbeStage> {
  const { worlds, featureSet, normalizer } = market;
  const { timeframeMs, instrument, warmupBars } = worlds;
  const half = { from: 0, to: Math.floor(rows / 2) };
  const rng = createRng(config.seed);
  const higher = higherTimeframes(config.features, timeframeMs);
  const higherSet = higher.length === 0 ? null : makeFeatureSet(higher, { timeframeMs });
  const rule = config.market.kind === 'bars' ? config.market.regimes : regimeRuleConfig.parse({});
  return {
    features: { stage: featureStage(featureSet), firstCutRow: 0, settleBars: featureSet.settleBars },
    ...(higherSet !== null && {
      resampler: { stage: featureStage(higherSet), firstCutRow: 0, settleBars: higherSet.settleBars },
    }),
    normalizer: {
      stage: contextStage(featureSet, config.normalizer, half),
      firstCutRow: half.to,
      settleBars: null,
    },
    regimePosterior: {
      stage: fittedStage(fittedFeatures(config.features), half, rng.fork('features')),
      firstCutRow: half.to,
      settleBars: null,
    },
    regimeRule: { stage: ruleStage(rule, half), firstCutRow: half.to, settleBars: null },
    observation: {
      stage: observationStage({
        config,
        execution: makeExecution(config, market),
        instrument,
        timeframeMs,
        columns: featureSet.columns.map(({ name }) => name),
        makeContext: (bars) =>
          buildContext({
            bars,
            paths: [{ from: 0, to: numBars(bars) }],
            featureSet,
            normalizer,
            window: config.window,
          }),
        warmupBars,
        rng: rng.fork('probe').fork('env'),
      }),
      firstCutRow: warmupBars + 1,
      settleBars: null,
    },
  };
}
