/** The same market where tomorrow's regime is a coin toss: there is nothing to learn but to leave it alone. */

import { createRng } from '../../core/rng.ts';
import { markovMarketConfig } from '../../envs/markovMarketConfig.ts';
import { MARKOV_POSITIONS } from '../../envs/markovMarketSolver.ts';
import { buyAndHold } from '../../evaluation/baselines.ts';
import { createMarkovTask, scoreLearner, scorePolicy } from './markovBench.ts';
import { MARKOV_CANDIDATES } from './markovCandidates.ts';
import type { Proof } from './proof.ts';
import { trainLearner } from './trainLearner.ts';

const MARKET = markovMarketConfig.parse({ stay: 0.5 });
const HELD_OUT_EPISODES = 4000;
/** Standard errors of the mean beyond which growth would be claimed as an edge. */
const CLAIM = 3;
/** Of 512 bars; the Bayes-optimal trader of the market with a signal changes its position 27 times. */
const MAX_TRADES = 5;

const task = createMarkovTask(MARKET, createRng('no-edge'));
const judged = {
  worlds: task.heldOut(HELD_OUT_EPISODES, createRng('no-edge/judged')),
  config: MARKET,
  rng: createRng('no-edge/walk'),
};

/** The score is growth beyond the better of cash and holding, in standard errors. */
export const noEdgeProof: Proof = {
  rule: `where the regime is a coin toss the final greedy policy changes its position at most ${MAX_TRADES} times in 512 bars and earns no more than ${CLAIM} standard errors beyond cash and holding`,
  agents: Object.keys(MARKOV_CANDIDATES),
  async facts() {
    const hold = await scorePolicy(buyAndHold(MARKOV_POSITIONS), judged);
    return { holdBpsPerBar: hold.bpsPerBar, holdStandardError: hold.standardError };
  },
  async prove(agent, seed) {
    const { totalSteps, numEnvs, counterfactual = false, create } = MARKOV_CANDIDATES[agent];
    const rng = createRng(`no-edge/${agent}/${seed}`);
    const env = task.createEnv({ numEnvs, counterfactual, rng: rng.fork('env') });
    const learner = await create(env.spec, rng.fork('agent'));
    try {
      const look = async () => false;
      const { steps, seconds } = await trainLearner({ learner, env, totalSteps, lookEverySteps: totalSteps, look });
      const hold = await scorePolicy(buyAndHold(MARKOV_POSITIONS), judged);
      const learned = await scoreLearner(learner, env.spec, judged);
      const best = Math.max(0, hold.bpsPerBar);
      const score = learned.standardError > 0 ? (learned.bpsPerBar - best) / learned.standardError : 0;
      return {
        agent,
        seed,
        score,
        passed: score <= CLAIM && learned.tradesPerEpisode <= MAX_TRADES,
        steps,
        seconds,
        figures: { bpsPerBar: learned.bpsPerBar, tradesPerEpisode: learned.tradesPerEpisode },
        curve: [],
      };
    } finally {
      learner.dispose();
    }
  },
};
