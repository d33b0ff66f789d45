/** Where an agent learns: an env over all training paths, or over one slab of them after another. */

import type { LearnerConfig } from '../agents/agentKinds.ts';
import type { Rng } from '../core/rng.ts';
import type { VectorEnv } from '../core/spec.ts';
import { createCurriculum, type Curriculum } from '../curricula/curriculum.ts';
import { TradingVectorEnv } from '../envs/tradingVectorEnv.ts';
import type { Path, Worlds } from '../market/worlds.ts';
import { makeReward } from '../rewards/reward.ts';
import type { RunConfig } from './runConfig.ts';
import { SlabWorlds } from './slabs/slabWorlds.ts';
import type { SlabSource } from './trainer.ts';
import type { Ground } from './validatePolicy.ts';

export interface TrainingGround {
  /** Of the slab asked for, where there are slabs. */
  readonly env: VectorEnv;
  readonly slabs: SlabSource | null;
  /** Moves the curriculum on. Returns the stage's name. */
  setProgress(fraction: number): string;
  close(): Promise<void>;
}

type ConfiguredGround = Ground & { readonly config: RunConfig };

/** @param slab to begin in, where there are slabs */
export async function openTrainingGround(
  agent: LearnerConfig,
  ground: ConfiguredGround,
  slab: number,
): Promise<TrainingGround> {
  const { config, market, rng } = ground;
  const envRng = rng.fork(agent.name).fork('env');
  if (market.slabs === null || config.market.kind !== 'bars') {
    const { env, curriculum } = makeTrainingEnv(agent, ground, {
      worlds: market.worlds,
      paths: market.paths.train,
      rng: envRng,
    });
    return {
      env,
      slabs: null,
      setProgress: (fraction) => curriculum.setProgress(fraction).name,
      close: async () => undefined,
    };
  }
  const { worlds, featureSet, normalizer, slabs: plan } = market;
  const room = await SlabWorlds.open({
    plan,
    market: config.market,
    worlds,
    featureSet,
    normalizer,
    rng: rng.fork('slabs'),
  });
  let curriculum: Curriculum;
  const load = async (number: number) => {
    const loaded = await room.load(number);
    const made = makeTrainingEnv(agent, ground, {
      worlds: loaded,
      paths: loaded.paths,
      rng: envRng.fork(`slab${number}`),
    });
    ({ curriculum } = made);
    return made.env;
  };
  return {
    env: await load(slab),
    slabs: { slabSteps: plan.slabSteps, load },
    setProgress: (fraction) => curriculum.setProgress(fraction).name,
    close: () => room.close(),
  };
}

interface Lived {
  readonly worlds: Worlds;
  readonly paths: readonly Path[];
  readonly rng: Rng;
}

/** @throws InputError for what does not fit: costs, curriculum, weights */
export function makeTrainingEnv(
  agent: LearnerConfig,
  { config, execution }: Pick<ConfiguredGround, 'config' | 'execution'>,
  { worlds, paths, rng }: Lived,
): { readonly env: TradingVectorEnv; readonly curriculum: Curriculum } {
  const { stages, episodeBars } = config.curriculum;
  const curriculum = createCurriculum({ stages, episodeBars, worlds, paths });
  const env = new TradingVectorEnv({
    worlds,
    numEnvs: agent.numEnvs,
    source: curriculum,
    execution,
    reward: makeReward(config.reward),
    targetWeights: config.targetWeights,
    trading: config.trading,
    counterfactual: agent.kind === 'dqn' && agent.counterfactual,
    startEquity: config.startEquity,
    rng,
  });
  return { env, curriculum };
}
