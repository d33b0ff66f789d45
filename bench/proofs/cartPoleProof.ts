/** CartPole-v1: the pole that every learner of values or policies is expected to balance. */

import type { Learner, Policy } from '../../agents/agent.ts';
import { createDqn } from '../../agents/dqn/dqn.ts';
import { dqnConfig } from '../../agents/dqn/dqnConfig.ts';
import { createPpo } from '../../agents/ppo/ppo.ts';
import { ppoConfig } from '../../agents/ppo/ppoConfig.ts';
import { createRng, type Rng } from '../../core/rng.ts';
import type { EnvSpec } from '../../core/spec.ts';
import { CART_POLE_EPISODE_STEPS, CartPoleEnv } from '../../envs/cartPoleEnv.ts';
import type { Proof, ProofLine } from './proof.ts';
import { trainLearner } from './trainLearner.ts';

/** Mean length of an episode that counts as solved (Gymnasium's own threshold). */
const SOLVED = 475;
const EPISODES = 100;
const LOOK_EVERY_STEPS = 10_000;

const PPO = ppoConfig.parse({
  numEnvs: 8,
  network: { kind: 'mlp', hidden: [64, 64], activation: 'tanh' },
  learningRate: 1e-3,
  numSteps: 64,
  numMinibatches: 4,
  updateEpochs: 8,
  gamma: 0.99,
  entCoef: 0,
});

const DQN = dqnConfig.parse({
  numEnvs: 1,
  network: { kind: 'mlp', hidden: [128, 128] },
  learningRate: 5e-4,
  annealLearningRate: true,
  replayCapacity: 50_000,
  batchSize: 64,
  learningStarts: 1_000,
  trainFrequency: 2,
  targetUpdateFrequency: 500,
  explorationFraction: 0.2,
  epsilonEnd: 0.02,
  nStep: 5,
  gamma: 0.99,
  prioritized: false,
});

interface Candidate {
  readonly totalSteps: number;
  readonly numEnvs: number;
  create(spec: EnvSpec, rng: Rng): Promise<Learner>;
}

const CANDIDATES: Readonly<Record<string, Candidate>> = {
  ppo: {
    totalSteps: 100_000,
    numEnvs: PPO.numEnvs,
    create: (spec, rng) => createPpo({ config: PPO, spec, rng, totalSteps: 100_000 }),
  },
  dqn: {
    totalSteps: 150_000,
    numEnvs: DQN.numEnvs,
    create: (spec, rng) => createDqn({ config: DQN, spec, rng, totalSteps: 150_000 }),
  },
};

/**
 * The greedy policy is looked at every 10,000 steps on 100 fresh episodes. Training ends at the first mean of 475, which
 * luck may have helped: the score is the mean over 100 further fresh episodes of that same policy.
 */
export const cartPoleProof: Proof = {
  rule: `greedy policy balances for a mean of ${SOLVED} of ${CART_POLE_EPISODE_STEPS} steps over ${EPISODES} fresh episodes; ppo within 100,000 steps, dqn within 150,000`,
  agents: Object.keys(CANDIDATES),
  async prove(agent, seed): Promise<ProofLine> {
    const { totalSteps, numEnvs, create } = CANDIDATES[agent];
    const rng = createRng(`cartpole/${agent}/${seed}`);
    const env = new CartPoleEnv({ numEnvs, rng: rng.fork('env') });
    const learner = await create(env.spec, rng.fork('agent'));
    const curve: [number, number][] = [];
    let score = 0;
    try {
      const { steps, seconds } = await trainLearner({
        learner,
        env,
        totalSteps,
        lookEverySteps: LOOK_EVERY_STEPS,
        async look(step) {
          const seen = await meanLength(learner, rng.fork(`look${step}`));
          curve.push([step, seen]);
          if (seen < SOLVED && step < totalSteps) return false;
          score = await meanLength(learner, rng.fork(`score${step}`));
          return score >= SOLVED;
        },
      });
      return { agent, seed, score, passed: score >= SOLVED && steps <= totalSteps, steps, seconds, figures: {}, curve };
    } finally {
      learner.dispose();
    }
  },
};

/** Mean length of the first episode of each of 100 envs. */
async function meanLength(policy: Policy, rng: Rng): Promise<number> {
  const env = new CartPoleEnv({ numEnvs: EPISODES, rng });
  const actions = new Int32Array(EPISODES);
  const length = new Int32Array(EPISODES);
  const isOver = new Uint8Array(EPISODES);
  policy.reset?.(EPISODES);
  let batch = env.reset();
  for (let t = 0; t < CART_POLE_EPISODE_STEPS; t++) {
    await policy.act(batch, actions);
    batch = env.step(actions);
    for (let i = 0; i < EPISODES; i++) {
      if (isOver[i] === 1) continue;
      length[i] += 1;
      isOver[i] = batch.terminated[i] | batch.truncated[i];
    }
  }
  return length.reduce((sum, steps) => sum + steps, 0) / EPISODES;
}
