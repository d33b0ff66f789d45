/** The market whose Bayes-optimal policy is known: how much of what can be earned do the agents earn? */

import type { Policy } from '../../agents/agent.ts';
import { createRng } from '../../core/rng.ts';
import { markovMarketConfig } from '../../envs/markovMarketConfig.ts';
import { MARKOV_POSITIONS, solveMarkovMarket } from '../../envs/markovMarketSolver.ts';
import { buyAndHold } from '../../evaluation/baselines.ts';
import { bayesOptimal, emaSign } from '../../evaluation/markovPolicies.ts';
import type { Worlds } from '../../market/worlds.ts';
import { createMarkovTask, scoreLearner, scorePolicy, type MarkovScore } from './markovBench.ts';
import { MARKOV_CANDIDATES, type MarkovCandidate } from './markovCandidates.ts';
import type { Proof, ProofLine } from './proof.ts';
import { trainLearner } from './trainLearner.ts';

const MARKET = markovMarketConfig.parse({});
const HELD_OUT_EPISODES = 4000;
const LOOK_EPISODES = 1000;
const PASS_SCORE = 0.92;
const MAX_SECONDS = 300;
const EMA_PERIODS = [20, 40] as const;

/** What the same episodes give to those who need no training. */
interface Yardsticks {
  readonly optimal: MarkovScore;
  readonly hold: MarkovScore;
  readonly emas: readonly (readonly [period: number, score: MarkovScore])[];
}

const task = createMarkovTask(MARKET, createRng('known-optimum'));
const solution = solveMarkovMarket(MARKET);
const heldOut = task.heldOut(HELD_OUT_EPISODES, createRng('known-optimum/judged'));
const looked = task.heldOut(LOOK_EPISODES, createRng('known-optimum/look'));

const judged = (worlds: Worlds) => ({ worlds, config: MARKET, rng: createRng('known-optimum/walk') });
const walk = (policy: Policy, worlds: Worlds): Promise<MarkovScore> => scorePolicy(policy, judged(worlds));

/** The same for every learner, so measured once. */
const yardsticksOf = { heldOut: once(() => measure(heldOut)), looked: once(() => measure(looked)) };

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

/** The policy judged is the last one: no choice among checkpoints, which luck could guide. */
export const knownOptimumProof: Proof = {
  rule: `the final greedy policy scores at least ${PASS_SCORE} of the Bayes-optimal one and more than every EMA rule on ${HELD_OUT_EPISODES} held-out episodes, after less than ${MAX_SECONDS} seconds of training`,
  agents: Object.keys(MARKOV_CANDIDATES),
  async facts() {
    const yardsticks = await yardsticksOf.heldOut();
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
  prove: (agent, seed) => proveCandidate(agent, seed, MARKOV_CANDIDATES[agent]),
};

/** Trains one learner and judges its last policy; `agent` and `seed` name its luck. */
export async function proveCandidate(agent: string, seed: number, candidate: MarkovCandidate): Promise<ProofLine> {
  const { totalSteps, numEnvs, counterfactual = false, looks = 8, create } = candidate;
  const rng = createRng(`known-optimum/${agent}/${seed}`);
  const env = task.createEnv({ numEnvs, counterfactual, rng: rng.fork('env') });
  const learner = await create(env.spec, rng.fork('agent'));
  const lookYardsticks = await yardsticksOf.looked();
  const curve: [number, number][] = [];
  try {
    const { steps, seconds } = await trainLearner({
      learner,
      env,
      totalSteps,
      lookEverySteps: totalSteps / looks,
      async look(step) {
        curve.push([step, scoreOf(await scoreLearner(learner, env.spec, judged(looked)), lookYardsticks)]);
        return false;
      },
    });
    const yardsticks = await yardsticksOf.heldOut();
    const learned = await scoreLearner(learner, env.spec, judged(heldOut));
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
}

function once<T>(compute: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | null = null;
  return () => (found ??= compute());
}
