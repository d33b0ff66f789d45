/** The learners that are sent into the two-regime market, and their settings. */

import type { Learner } from '../../agents/agent.ts';
import { createDqn } from '../../agents/dqn/dqn.ts';
import { dqnConfig } from '../../agents/dqn/dqnConfig.ts';
import { createPpo } from '../../agents/ppo/ppo.ts';
import { ppoConfig } from '../../agents/ppo/ppoConfig.ts';
import type { Rng } from '../../core/rng.ts';
import type { EnvSpec } from '../../core/spec.ts';
import type { CounterfactualScope } from '../../envs/whatIf.ts';

const PPO = ppoConfig.parse({
  numEnvs: 64,
  network: { kind: 'mlp', hidden: [64, 64], activation: 'tanh' },
  learningRate: 1e-3,
  numSteps: 128,
  numMinibatches: 8,
  updateEpochs: 4,
  gamma: 0.97,
  gaeLambda: 0.9,
  entCoef: 0.003,
});

/**
 * Rewards are noise of deviation one around a mean of a few hundredths: the Huber loss must not turn linear within the
 * noise, or medians are learned in the place of means. Random actions are few, so that positions are held for long. Weights
 * decay where nothing is there to be learned: without that the differences between actions are mostly noise, and it trades on them.
 */
const DQN = {
  numEnvs: 16,
  network: { kind: 'mlp', hidden: [64] },
  learningRate: 1e-3,
  annealLearningRate: true,
  replayCapacity: 200_000,
  batchSize: 256,
  learningStarts: 2_000,
  trainFrequency: 8,
  targetUpdateFrequency: 2_000,
  epsilonStart: 0.3,
  epsilonEnd: 0.05,
  explorationFraction: 0.1,
  gamma: 0.95,
  prioritized: false,
  huberDelta: 20,
  weightDecay: 0.1,
};

export interface MarkovCandidate {
  readonly totalSteps: number;
  readonly numEnvs: number;
  readonly counterfactual?: boolean | CounterfactualScope;
  /** Scores taken along the way, 8 unless said. */
  readonly looks?: number;
  create(spec: EnvSpec, rng: Rng): Promise<Learner>;
}

/** The DQN of the proofs with some settings changed. */
export function dqnCandidate(changes: Readonly<Record<string, unknown>>, totalSteps: number): MarkovCandidate {
  const config = dqnConfig.parse({ ...DQN, ...changes });
  const { numEnvs, counterfactual } = config;
  return { totalSteps, numEnvs, counterfactual, create: (spec, rng) => createDqn({ config, spec, rng, totalSteps }) };
}

/** Tuned on training worlds and other held-out episodes; the episodes that judge were drawn afterwards. */
export const MARKOV_CANDIDATES: Readonly<Record<string, MarkovCandidate>> = {
  ppo: {
    totalSteps: 600_000,
    numEnvs: PPO.numEnvs,
    create: (spec, rng) => createPpo({ config: PPO, spec, rng, totalSteps: 600_000 }),
  },
  // What is fitted of noise shrinks with the bars lived, and so does the decay that it takes to forget it.
  dqn: dqnCandidate({ replayCapacity: 600_000, weightDecay: 0.15 }, 600_000),
  counterfactualDqn: dqnCandidate({ counterfactual: true, replayCapacity: 400_000, weightDecay: 1 }, 400_000),
};
