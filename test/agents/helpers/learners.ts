/** The learners under test, small enough to learn in a second. */

import type { Learner } from '../../../agents/agent.ts';
import { createDqn } from '../../../agents/dqn/dqn.ts';
import { dqnConfig, type DqnConfig } from '../../../agents/dqn/dqnConfig.ts';
import type { Engine } from '../../../agents/nn/engine.ts';
import { createPpo } from '../../../agents/ppo/ppo.ts';
import { ppoConfig, type PpoConfig } from '../../../agents/ppo/ppoConfig.ts';
import { createRng } from '../../../core/rng.ts';
import type { EnvSpec } from '../../../core/spec.ts';

export const NUM_ENVS = 8;
const network = { kind: 'mlp', hidden: [32] } as const;

export interface SmallOptions {
  readonly spec: EnvSpec;
  readonly totalSteps: number;
  readonly seed?: number;
  readonly engine?: Engine;
}

export const smallDqn = (
  { spec, totalSteps, seed = 1, engine }: SmallOptions,
  changes: Partial<DqnConfig> = {},
): Promise<Learner> =>
  createDqn({
    config: {
      ...dqnConfig.parse({
        numEnvs: NUM_ENVS,
        network,
        gamma: 0.9,
        learningRate: 1e-3,
        replayCapacity: 4_000,
        learningStarts: 200,
        trainFrequency: 4,
        targetUpdateFrequency: 200,
      }),
      ...changes,
    },
    spec,
    totalSteps,
    rng: createRng(seed),
    ...(engine !== undefined && { engine }),
  });

export const smallPpo = (
  { spec, totalSteps, seed = 1, engine }: SmallOptions,
  changes: Partial<PpoConfig> = {},
): Promise<Learner> =>
  createPpo({
    config: {
      ...ppoConfig.parse({ numEnvs: NUM_ENVS, network, gamma: 0.9, learningRate: 3e-3, numSteps: 32 }),
      ...changes,
    },
    spec,
    totalSteps,
    rng: createRng(seed),
    ...(engine !== undefined && { engine }),
  });

export const LEARNERS = { dqn: smallDqn, ppo: smallPpo } as const;
