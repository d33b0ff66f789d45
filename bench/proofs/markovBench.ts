/** The two-regime market as a task: worlds to train on, held-out episodes to be judged on, and what the truth earns there. */

import type { Learner, Policy } from '../../agents/agent.ts';
import { loadPolicy } from '../../agents/policy.ts';
import type { Rng } from '../../core/rng.ts';
import type { EnvSpec } from '../../core/spec.ts';
import { mean, standardDeviation } from '../../core/statistics.ts';
import { BPS } from '../../core/units.ts';
import { walkPaths } from '../../curricula/walkPaths.ts';
import { createMarkovWorlds } from '../../envs/markovMarket.ts';
import type { MarkovMarketConfig } from '../../envs/markovMarketConfig.ts';
import { MARKOV_POSITIONS } from '../../envs/markovMarketSolver.ts';
import { TradingVectorEnv } from '../../envs/tradingVectorEnv.ts';
import type { CounterfactualScope } from '../../envs/whatIf.ts';
import { constantCosts } from '../../market/execution/constantCosts.ts';
import type { Worlds } from '../../market/worlds.ts';
import { makeReward } from '../../rewards/reward.ts';
import { rewardConfig } from '../../rewards/rewardConfig.ts';
import { logGrowth } from '../../rewards/terms.ts';
import { featuresConfig } from '../../market/features/featuresConfig.ts';

/** Nothing but returns of several memories: what any trader sees, no regime, no belief, no parameter of the market. */
const FEATURES = featuresConfig.parse([
  { kind: 'logReturn', lag: 1 },
  { kind: 'emaDistance', period: 5 },
  { kind: 'emaDistance', period: 10 },
  { kind: 'emaDistance', period: 20 },
  { kind: 'emaDistance', period: 40 },
  { kind: 'emaDistance', period: 80 },
]);
const WARMUP_BARS = 160;
const TRAINING_PATHS = 2000;
/** Rewards of the order of one. */
const REWARD = makeReward(rewardConfig.parse({ scale: 100 }));
const START_EQUITY = 100_000;

export interface TaskEnvOptions {
  readonly numEnvs: number;
  readonly counterfactual?: boolean | CounterfactualScope;
  readonly rng: Rng;
}

export interface MarkovTask {
  readonly training: Worlds;
  /** Episodes that training never saw, normalized with the numbers of training. */
  heldOut(numEpisodes: number, rng: Rng): Worlds;
  createEnv(options: TaskEnvOptions): TradingVectorEnv;
}

export function createMarkovTask(
  config: MarkovMarketConfig,
  rng: Rng,
  { trainingPaths = TRAINING_PATHS }: { readonly trainingPaths?: number } = {},
): MarkovTask {
  const shared = { config, warmupBars: WARMUP_BARS, features: FEATURES };
  const training = createMarkovWorlds({ ...shared, numPaths: trainingPaths, rng: rng.fork('training') });
  const { paths, warmupBars, normalizer } = training;
  return {
    training,
    heldOut: (numPaths, luck) => createMarkovWorlds({ ...shared, numPaths, normalizer, rng: luck }),
    createEnv: ({ numEnvs, counterfactual = false, rng: luck }) =>
      new TradingVectorEnv({
        worlds: training,
        numEnvs,
        counterfactual,
        source: {
          next(_env, episodeLuck) {
            const { from, to } = paths[episodeLuck.int(paths.length)];
            return { startRow: from + warmupBars, endRow: to - 1, costMode: 'p50' };
          },
        },
        execution: constantCosts(config.costBps),
        reward: REWARD,
        targetWeights: MARKOV_POSITIONS,
        startEquity: START_EQUITY,
        rng: luck,
      }),
  };
}

export interface MarkovScore {
  /** Mean log growth a bar, basis points, and its standard error over episodes. */
  readonly bpsPerBar: number;
  readonly standardError: number;
  readonly tradesPerEpisode: number;
}

export interface Judged {
  /** Every path is walked once. */
  readonly worlds: Worlds;
  readonly config: MarkovMarketConfig;
  readonly rng: Rng;
}

/** The learner's greedy policy, exported and taken up again, on worlds that it was not trained on. */
export async function scoreLearner(learner: Learner, spec: EnvSpec, judged: Judged): Promise<MarkovScore> {
  const { context } = judged.worlds;
  const policy = await loadPolicy({ name: learner.name, model: learner.exportPolicy(), context, spec });
  try {
    return await scorePolicy(policy, judged);
  } finally {
    policy.dispose();
  }
}

/** Walks all paths side by side, greedily. */
export async function scorePolicy(policy: Policy, { worlds, config, rng }: Judged): Promise<MarkovScore> {
  const numEnvs = worlds.paths.length;
  const env = new TradingVectorEnv({
    worlds,
    numEnvs,
    source: walkPaths(worlds.paths, worlds.warmupBars, 'p50'),
    execution: constantCosts(config.costBps),
    reward: logGrowth,
    targetWeights: MARKOV_POSITIONS,
    startEquity: START_EQUITY,
    rng,
  });
  const actions = new Int32Array(numEnvs);
  const byEpisode = new Float64Array(numEnvs);
  let trades = 0;
  policy.reset?.(numEnvs);
  let batch = env.reset();
  for (let t = 0; t < config.episodeBars; t++) {
    await policy.act(batch, actions);
    batch = env.step(actions);
    for (let i = 0; i < numEnvs; i++) byEpisode[i] += batch.reward[i] / (config.episodeBars * BPS);
    // The last step has already opened the next episode's accounts.
    if (t + 1 < config.episodeBars) for (const notional of env.accounts.tradedNotional) trades += notional > 0 ? 1 : 0;
  }
  return {
    bpsPerBar: mean(byEpisode) ?? 0,
    standardError: (standardDeviation(byEpisode) ?? 0) / Math.sqrt(numEnvs),
    tradesPerEpisode: trades / numEnvs,
  };
}
