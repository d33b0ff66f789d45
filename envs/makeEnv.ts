/** Envs by name, as Gymnasium makes them: `make('Trading-v0', config)`. */

import { z } from 'zod';
import { InputError, nearestName } from '../core/errors.ts';
import { checkConfig } from '../core/config.ts';
import { createRng } from '../core/rng.ts';
import { nonNegativeInt, positive, positiveInt } from '../core/schema.ts';
import { durationMs, HOUR_MS } from '../core/units.ts';
import { createCurriculum } from '../curricula/curriculum.ts';
import type { Bars } from '../market/data/bars.ts';
import { generatePath } from '../market/data/synthetic.ts';
import { syntheticConfig } from '../market/data/syntheticConfig.ts';
import { createExecutionModel } from '../market/execution/createExecutionModel.ts';
import { executionConfig } from '../market/execution/executionConfig.ts';
import { COST_MODES } from '../market/execution/executionModel.ts';
import { loadExecutionTable } from '../market/execution/loadExecutionTable.ts';
import { locateTable } from '../market/execution/locateTable.ts';
import { buildContext, observableFrom } from '../market/features/buildContext.ts';
import { featuresConfig } from '../market/features/featuresConfig.ts';
import { makeFeatureSet } from '../market/features/featureSet.ts';
import { fitNormalizer } from '../market/features/fitNormalizer.ts';
import { normalizerConfig } from '../market/features/normalizer.ts';
import { UNKNOWN_REGIME } from '../market/regimes/regime.ts';
import { sessionAt } from '../market/sessions.ts';
import type { Worlds } from '../market/worlds.ts';
import { makeReward } from '../rewards/reward.ts';
import { rewardConfig } from '../rewards/rewardConfig.ts';
import { targetWeightsConfig } from './targetWeights.ts';
import { tradingConfig } from './tradingConfig.ts';
import { TradingEnv } from './tradingEnv.ts';

const isBars = (value: unknown): value is Bars =>
  typeof value === 'object' && value !== null && 'close' in value && value.close instanceof Float64Array;

/** All optional: without bars the market is a synthetic one that passes through all regimes. */
export const tradingV0Config = z.strictObject({
  bars: z
    .custom<Bars>(isBars, 'columns of bars, as importBars gives them')
    .optional()
    .describe('the market; the normalizer is fitted on it, so give training bars for training'),
  timeframeMs: positiveInt.default(HOUR_MS).describe('distance of bars'),
  syntheticBars: positiveInt.default(5000).describe('length of the synthetic market where no bars are given'),
  instrument: z.string().min(1).default('BTCUSDT').describe('entry of the execution table'),
  features: featuresConfig,
  window: positiveInt.default(32).describe('bars that one observation spans'),
  normalizer: normalizerConfig.prefault({}),
  execution: executionConfig.prefault({}),
  costs: z.enum(COST_MODES).default('sample').describe('how costs are drawn'),
  reward: rewardConfig.prefault({}),
  targetWeights: targetWeightsConfig,
  trading: tradingConfig.prefault({}),
  startEquity: positive.default(100_000).describe('quote currency'),
  episodeBars: positiveInt.default(2000).describe('bars of an episode'),
  seed: nonNegativeInt.default(0).describe('of the synthetic market, and of the first reset that gives none'),
});

export type TradingV0Config = z.input<typeof tradingV0Config>;

const MAKERS = { 'Trading-v0': (config: unknown) => makeTrading(checkConfig(tradingV0Config, config)) } as const;

export type EnvId = keyof typeof MAKERS;

/**
 * Makes an env by its name.
 *
 * @throws InputError for an unknown name or key, naming the nearest known one, and for values out of range
 */
export function make(id: EnvId, config: TradingV0Config = {}): TradingEnv {
  const maker = Object.hasOwn(MAKERS, id) ? MAKERS[id] : undefined;
  if (maker !== undefined) return maker(config);
  const known = Object.keys(MAKERS);
  const nearest = nearestName(id, known);
  throw new InputError({
    what: 'unknown env',
    where: 'make',
    rule: `one of ${known.join(', ')}`,
    value: id,
    ...(nearest !== null && { hint: `did you mean '${nearest}'?` }),
  });
}

function makeTrading(config: z.output<typeof tradingV0Config>): TradingEnv {
  const worlds = makeWorlds(config);
  const { execution, episodeBars } = config;
  const stages = [{ name: 'all', regimes: null, costs: config.costs, share: 1 }];
  return new TradingEnv({
    worlds,
    source: createCurriculum({ stages, episodeBars, worlds }),
    execution: createExecutionModel({
      table: loadExecutionTable(locateTable(execution.table)),
      instrument: worlds.instrument,
      timeframeMs: worlds.timeframeMs,
      config: execution,
    }),
    reward: makeReward(config.reward),
    targetWeights: config.targetWeights,
    trading: config.trading,
    startEquity: config.startEquity,
    seed: config.seed,
  });
}

function makeWorlds(config: z.output<typeof tradingV0Config>): Worlds {
  const { timeframeMs, window } = config;
  const bars = config.bars ?? drawBars(config);
  const rows = bars.close.length;
  const paths = [{ name: 'all', from: 0, to: rows, regime: null }];
  const featureSet = makeFeatureSet(config.features);
  const normalizer = fitNormalizer({ config: config.normalizer, featureSet, bars, paths });
  return {
    instrument: config.instrument,
    timeframeMs: durationMs(timeframeMs),
    bars,
    regime: new Uint8Array(rows).fill(UNKNOWN_REGIME),
    session: Uint8Array.from(bars.openTimeMs, sessionAt),
    paths,
    context: buildContext({ bars, paths, featureSet, normalizer, window }),
    warmupBars: observableFrom(featureSet, window),
  };
}

function drawBars({ seed, syntheticBars, timeframeMs }: z.output<typeof tradingV0Config>): Bars {
  const request = { name: 'market', bars: syntheticBars, regime: null };
  return generatePath(syntheticConfig.parse({ timeframeMs }), createRng(seed), request).bars;
}
