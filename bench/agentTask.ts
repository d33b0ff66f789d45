/** What agents are timed on: the trading env at measured costs on a random walk, learned from end to end. */

import type { Learner } from '../agents/agent.ts';
import { createRng, type Rng } from '../core/rng.ts';
import type { EnvSpec } from '../core/spec.ts';
import { median } from '../core/statistics.ts';
import { createCurriculum } from '../curricula/curriculum.ts';
import { curriculumConfig } from '../curricula/curriculumConfig.ts';
import { TradingVectorEnv } from '../envs/tradingVectorEnv.ts';
import { createExecutionModel } from '../market/execution/createExecutionModel.ts';
import { executionConfig } from '../market/execution/executionConfig.ts';
import { loadExecutionTable } from '../market/execution/loadExecutionTable.ts';
import { makeReward } from '../rewards/reward.ts';
import { rewardConfig } from '../rewards/rewardConfig.ts';
import { startPeer } from './peers/peer.ts';
import { randomWalkWorlds } from './randomWalkWorlds.ts';

const FEATURES = 7;
const BARS_PER_PATH = 5000;
const EPISODE_BARS = 1000;

const worlds = randomWalkWorlds({ seed: 1, paths: 4, barsPerPath: BARS_PER_PATH, window: 1, features: FEATURES });

function createEnv(numEnvs: number, rng: Rng): TradingVectorEnv {
  const config = executionConfig.parse({});
  const { instrument, timeframeMs } = worlds;
  return new TradingVectorEnv({
    worlds,
    numEnvs,
    source: createCurriculum({ stages: curriculumConfig.parse({}).stages, episodeBars: EPISODE_BARS, worlds }),
    execution: createExecutionModel({ table: loadExecutionTable(config.table), instrument, timeframeMs, config }),
    reward: makeReward(rewardConfig.parse({ scale: 100 })),
    targetWeights: [-1, 0, 1],
    startEquity: 100_000,
    rng,
  });
}

export interface AgentWork {
  readonly numEnvs: number;
  /** Environment steps over all envs before the clock starts, and while it runs. */
  readonly warmUpSteps: number;
  readonly steps: number;
  create(spec: EnvSpec, rng: Rng, totalSteps: number): Promise<Learner>;
}

export interface AgentRound {
  readonly stepsPerSecond: number;
  /** SHA-256 of the weights learned. */
  readonly weights: string;
}

/** One life from the same seed: explore, step, learn, and nothing else. */
export async function timeAgent({ numEnvs, warmUpSteps, steps, create }: AgentWork): Promise<AgentRound> {
  const rng = createRng('agent bench');
  const env = createEnv(numEnvs, rng.fork('env'));
  const learner = await create(env.spec, rng.fork('agent'), warmUpSteps + steps);
  const actions = new Int32Array(numEnvs);
  let batch = env.reset();
  const live = async (vectorSteps: number) => {
    for (let t = 0; t < vectorSteps; t++) {
      await learner.explore(batch, actions);
      batch = env.step(actions);
      await learner.learn(actions, batch);
    }
  };
  try {
    await live(warmUpSteps / numEnvs);
    const startMs = performance.now();
    await live(steps / numEnvs);
    return { stepsPerSecond: steps / ((performance.now() - startMs) / 1000), weights: learner.weightsHash() };
  } finally {
    learner.dispose();
  }
}

/** Stable-Baselines3 on Gym-Trading-Env over the same closes and features, a round whenever asked; null where it is not installed. */
export function startSb3(work: Readonly<Record<string, unknown>>): ReturnType<typeof startPeer> {
  const { matrix } = worlds.context;
  return startPeer('sb3.py', {
    ...work,
    close: worlds.bars.close.slice(0, BARS_PER_PATH),
    features: matrix.slice(0, BARS_PER_PATH * FEATURES),
    numFeatures: FEATURES,
    episodeBars: EPISODE_BARS,
  });
}

/** Rates of some rounds of one side, by name: the median and the bounds. */
export function summarizeRates(name: string, rates: readonly number[]): Record<string, number> {
  if (rates.length === 0) return {};
  return {
    [name]: Math.round(median(rates) ?? 0),
    [`${name}.min`]: Math.round(Math.min(...rates)),
    [`${name}.max`]: Math.round(Math.max(...rates)),
  };
}
