/** The parts of a run that turn bars into what an agent sees, each as a stage that the leakage probe understands. */

import type { Rng } from '../core/rng.ts';
import type { Actions, Context } from '../core/spec.ts';
import { durationMs, MINUTE_MS } from '../core/units.ts';
import { walkPaths } from '../curricula/walkPaths.ts';
import { STATE_COLUMNS, STATE_SIZE } from '../envs/accountState.ts';
import { isRange, type TargetWeights } from '../envs/targetWeights.ts';
import { TradingVectorEnv } from '../envs/tradingVectorEnv.ts';
import { numBars, type Bars } from '../market/data/bars.ts';
import type { RowRange } from '../market/data/rowRange.ts';
import type { ExecutionModel } from '../market/execution/executionModel.ts';
import { featureStage } from '../market/features/causalStages.ts';
import type { FeatureConfig } from '../market/features/featureConfig.ts';
import { makeFeatureSet } from '../market/features/featureSet.ts';
import { fitFeatures } from '../market/features/fitFeatures.ts';
import type { CausalStage } from '../market/features/leakageProbe.ts';
import { regimePosteriorConfig } from '../market/features/regimePosterior.ts';
import { fitRegimeRule, labelRegimes } from '../market/regimes/regimeRule.ts';
import type { RegimeRuleConfig } from '../market/regimes/regimeRuleConfig.ts';
import { UNKNOWN_REGIME } from '../market/regimes/regime.ts';
import { sessionAt } from '../market/sessions.ts';
import { makeReward } from '../rewards/reward.ts';
import type { RunConfig } from './runConfig.ts';

const wholePath = (bars: Bars): RowRange[] => [{ from: 0, to: numBars(bars) }];

/** The features of higher timeframes of a list; returns and strength of a timeframe a few bars long where it has none. */
export function higherTimeframes(list: readonly FeatureConfig[], timeframeMs: number): FeatureConfig[] {
  const own = list.filter(({ kind }) => kind === 'timeframe');
  if (own.length > 0) return own;
  // The smallest that is a whole number of minutes.
  const ratio = [4, 5, 6, 10, 12, 20, 30, 60].find((bars) => Number.isInteger((bars * timeframeMs) / MINUTE_MS));
  if (ratio === undefined) return [];
  const minutes = (ratio * timeframeMs) / MINUTE_MS;
  return [
    { kind: 'timeframe', minutes, feature: { kind: 'logReturn', lag: 1 } },
    { kind: 'timeframe', minutes, feature: { kind: 'rsi', period: 14 } },
  ];
}

/** The fitted features of a list; a posterior of two regimes where it has none. */
export function fittedFeatures(list: readonly FeatureConfig[]): FeatureConfig[] {
  const own = list.filter(({ kind }) => kind === 'regimePosterior');
  return own.length > 0 ? own : [regimePosteriorConfig.parse({ kind: 'regimePosterior', restarts: 1 })];
}

/** Features that are fitted on `trainRows` and then computed: probe it with `firstCutRow` at their end. */
export function fittedStage(list: readonly FeatureConfig[], trainRows: RowRange, rng: Rng): CausalStage {
  const fit = (bars: Bars) => {
    const state = fitFeatures({ list, bars, paths: wholePath(bars), ranges: [trainRows], rng });
    return makeFeatureSet(list, { state });
  };
  return {
    columns: list.flatMap((config) =>
      config.kind === 'regimePosterior'
        ? Array.from({ length: config.states }, (_, state) => `regimePosterior${config.states}:${state}`)
        : [],
    ),
    compute: (bars) => featureStage(fit(bars)).compute(bars),
  };
}

/** Labels of the causal regime rule, its threshold fitted on `trainRows`. */
export const ruleStage = (config: RegimeRuleConfig, trainRows: RowRange): CausalStage => ({
  columns: ['regime'],
  compute: (bars) => {
    const rule = fitRegimeRule({ config, bars, paths: wholePath(bars), ranges: [trainRows] });
    return labelRegimes(rule, bars, wholePath(bars));
  },
});

export interface ObservationInput {
  readonly config: RunConfig;
  readonly execution: ExecutionModel;
  readonly instrument: string;
  readonly timeframeMs: number;
  /** Names of the context's columns. */
  readonly columns: readonly string[];
  readonly makeContext: (bars: Bars) => Context;
  /** First row that may be observed. */
  readonly warmupBars: number;
  readonly rng: Rng;
}

/**
 * What the trading env shows at each bar and pays for it: the newest row of the window, the sum of its older ones, the
 * account, the reward. Actions depend on the row alone.
 */
export function observationStage(input: ObservationInput): CausalStage {
  const { columns, config } = input;
  const older = config.window > 1 ? columns.map((name) => `window:${name}`) : [];
  const names = [...columns, ...older, ...STATE_COLUMNS, 'reward'];
  return {
    columns: names,
    compute: (bars) => {
      const env = makeEnv(input, bars);
      const values = new Float64Array(numBars(bars) * names.length);
      let batch = env.reset();
      writeRow(values.subarray(batch.row[0] * names.length), env, batch.row[0], batch.state);
      for (let ended = false; !ended;) {
        batch = env.step(actionAt(batch.row[0], config.targetWeights));
        ended = batch.terminated[0] === 1 || batch.truncated[0] === 1;
        const out = values.subarray(batch.finalRow[0] * names.length, (batch.finalRow[0] + 1) * names.length);
        writeRow(out, env, batch.finalRow[0], batch.finalState);
        out[names.length - 1] = batch.reward[0];
      }
      return values;
    },
  };
}

/** A sequence without a short period that trades on most bars. */
function actionAt(row: number, targetWeights: TargetWeights): Actions {
  const draw = row * 7919 + (row >> 3);
  if (!isRange(targetWeights)) return Int32Array.of(draw % targetWeights.length);
  const { min, max } = targetWeights;
  return Float32Array.of(min + ((max - min) * (draw % 11)) / 10);
}

function makeEnv(input: ObservationInput, bars: Bars): TradingVectorEnv {
  const { config, execution, instrument, timeframeMs, warmupBars } = input;
  const rows = numBars(bars);
  const paths = [{ name: 'probe', from: 0, to: rows, regime: null }];
  return new TradingVectorEnv({
    worlds: {
      instrument,
      timeframeMs: durationMs(timeframeMs),
      bars,
      regime: new Uint8Array(rows).fill(UNKNOWN_REGIME),
      session: Uint8Array.from(bars.openTimeMs, (timeMs) => sessionAt(timeMs)),
      paths,
      context: input.makeContext(bars),
      warmupBars,
    },
    numEnvs: 1,
    source: walkPaths(paths, warmupBars, 'sample'),
    execution,
    reward: makeReward(config.reward),
    targetWeights: config.targetWeights,
    trading: config.trading,
    startEquity: config.startEquity,
    rng: input.rng,
  });
}

function writeRow(out: Float64Array, { spec }: TradingVectorEnv, row: number, state: Float32Array): void {
  const { context } = spec;
  const features = context?.features ?? 0;
  let at = 0;
  if (context !== null) {
    for (; at < features; at++) out[at] = context.matrix[row * features + at];
    if (context.window > 1) {
      for (let column = 0; column < features; column++, at++) {
        let sum = 0;
        for (let back = 1; back < context.window; back++) sum += context.matrix[(row - back) * features + column];
        out[at] = sum;
      }
    }
  }
  for (let i = 0; i < STATE_SIZE; i++) out[at + i] = state[i];
}
