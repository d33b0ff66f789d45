/** The market whose Bayes-optimal policy is known: how much of what can be earned do the agents earn? */

import type { Learner, Policy } from '../../agents/agent.ts';
import { createDqn } from '../../agents/dqn/dqn.ts';
import { dqnConfig } from '../../agents/dqn/dqnConfig.ts';
import { loadPolicy } from '../../agents/policy.ts';
import { createPpo } from '../../agents/ppo/ppo.ts';
import { ppoConfig } from '../../agents/ppo/ppoConfig.ts';
import { createRng, type Rng } from '../../core/rng.ts';
import type { EnvSpec } from '../../core/spec.ts';
import { markovMarketConfig } from '../../envs/markovMarketConfig.ts';
import { MARKOV_POSITIONS, solveMarkovMarket } from '../../envs/markovMarketSolver.ts';
import { buyAndHold } from '../../evaluation/baselines.ts';
import { bayesOptimal, emaSign } from '../../evaluation/markovPolicies.ts';
import type { Worlds } from '../../market/worlds.ts';
import { createMarkovTask, scorePolicy, type MarkovScore } from './markovBench.ts';
import type { Proof } from './proof.ts';
import { trainLearner } from './trainLearner.ts';

const MARKET = markovMarketConfig.parse({});
const HELD_OUT_EPISODES = 4000;
const LOOK_EPISODES = 1000;
const PASS_SCORE = 0.92;
const MAX_SECONDS = 300;
const EMA_PERIODS = [20, 40] as const;

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
 * noise, or medians are learned in the place of means. Random actions are few, so that positions are held for long.
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
};

interface Candidate {
  readonly totalSteps: number;
  readonly numEnvs: number;
  readonly counterfactual?: boolean;
  create(spec: EnvSpec, rng: Rng): Promise<Learner>;
}

function dqnCandidate(changes: Readonly<Record<string, unknown>>, totalSteps: number): Candidate {
  const config = dqnConfig.parse({ ...DQN, ...changes });
  const { numEnvs, counterfactual } = config;
  return { totalSteps, numEnvs, counterfactual, create: (spec, rng) => createDqn({ config, spec, rng, totalSteps }) };
}

const CANDIDATES: Readonly<Record<string, Candidate>> = {
  ppo: {
    totalSteps: 600_000,
    numEnvs: PPO.numEnvs,
    create: (spec, rng) => createPpo({ config: PPO, spec, rng, totalSteps: 600_000 }),
  },
  dqn: dqnCandidate({ replayCapacity: 1_200_000, batchSize: 512, trainFrequency: 16 }, 1_200_000),
  counterfactualDqn: dqnCandidate({ counterfactual: true }, 200_000),
};

/** What the same episodes give to those who need no training. */
interface Yardsticks {
  readonly optimal: MarkovScore;
  readonly hold: MarkovScore;
  readonly emas: readonly (readonly [period: number, score: MarkovScore])[];
}

const task = createMarkovTask(MARKET, createRng('known-optimum'));
const solution = solveMarkovMarket(MARKET);
const heldOut = task.heldOut(HELD_OUT_EPISODES, createRng('known-optimum/held-out'));
const looked = task.heldOut(LOOK_EPISODES, createRng('known-optimum/look'));

const walk = (policy: Policy, worlds: Worlds): Promise<MarkovScore> =>
  scorePolicy(policy, worlds, MARKET, createRng('known-optimum/walk'));

async function measure(worlds: Worlds): Promise<Yardsticks> {
  return {
    optimal: await walk(bayesOptimal(MARKET, solution, worlds), worlds),
    hold: await walk(buyAndHold(MARKOV_POSITIONS), worlds),
    emas: await Promise.all(
      EMA_PERIODS.map(async (period) => [period, await walk(emaSign(worlds, period), worlds)] as const),
    ),
  };
}

/** Share of what can be earned beyond holding. */
const scoreOf = ({ bpsPerBar }: MarkovScore, { optimal, hold }: Yardsticks): number =>
  (bpsPerBar - hold.bpsPerBar) / (optimal.bpsPerBar - hold.bpsPerBar);

/** The learner's greedy policy on worlds that it was not trained on. */
async function walkLearned(learner: Learner, worlds: Worlds, spec: EnvSpec): Promise<MarkovScore> {
  const policy = await loadPolicy({
    name: learner.name,
    model: learner.exportPolicy(),
    context: worlds.context,
    spec,
  });
  try {
    return await walk(policy, worlds);
  } finally {
    policy.dispose();
  }
}

/** The policy judged is the last one: no choice among checkpoints, which luck could guide. */
export const knownOptimumProof: Proof = {
  rule: `the final greedy policy scores at least ${PASS_SCORE} of the Bayes-optimal one and more than every EMA rule on ${HELD_OUT_EPISODES} held-out episodes, after less than ${MAX_SECONDS} seconds of training`,
  agents: Object.keys(CANDIDATES),
  async facts() {
    const yardsticks = await measure(heldOut);
    const { optimal, hold, emas } = yardsticks;
    return {
      solvedBpsPerBar: (solution.value / MARKET.episodeBars) * 1e4,
      optimalBpsPerBar: optimal.bpsPerBar,
      optimalStandardError: optimal.standardError,
      optimalTradesPerEpisode: optimal.tradesPerEpisode,
      holdBpsPerBar: hold.bpsPerBar,
      ...Object.fromEntries(
        emas.flatMap(([period, score]) => [
          [`ema${period}BpsPerBar`, score.bpsPerBar],
          [`ema${period}Score`, scoreOf(score, yardsticks)],
        ]),
      ),
    };
  },
  async prove(agent, seed) {
    const { totalSteps, numEnvs, counterfactual = false, create } = CANDIDATES[agent];
    const rng = createRng(`known-optimum/${agent}/${seed}`);
    const env = task.createEnv({ numEnvs, counterfactual, rng: rng.fork('env') });
    const learner = await create(env.spec, rng.fork('agent'));
    const lookYardsticks = await measure(looked);
    const curve: [number, number][] = [];
    try {
      const { steps, seconds } = await trainLearner({
        learner,
        env,
        totalSteps,
        lookEverySteps: totalSteps / 8,
        async look(step) {
          curve.push([step, scoreOf(await walkLearned(learner, looked, env.spec), lookYardsticks)]);
          return false;
        },
      });
      const yardsticks = await measure(heldOut);
      const learned = await walkLearned(learner, heldOut, env.spec);
      const score = scoreOf(learned, yardsticks);
      const beatsRules = yardsticks.emas.every(([, ema]) => learned.bpsPerBar > ema.bpsPerBar);
      return {
        agent,
        seed,
        score,
        passed: score >= PASS_SCORE && beatsRules && seconds < MAX_SECONDS,
        steps,
        seconds,
        figures: { bpsPerBar: learned.bpsPerBar, tradesPerEpisode: learned.tradesPerEpisode },
        curve,
      };
    } finally {
      learner.dispose();
    }
  },
};
