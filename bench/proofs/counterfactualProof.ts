/** What it is worth to learn from every action at once: the same DQN, the same steps, with and without. */

import { proveCandidate } from './knownOptimumProof.ts';
import { dqnCandidate } from './markovCandidates.ts';
import type { Proof } from './proof.ts';

const TOTAL_STEPS = 100_000;

/** All else equal: one-step targets, uniform replay, as many updates of as many observations. */
const LIVED = dqnCandidate({}, TOTAL_STEPS);
const COUNTERFACTUAL = dqnCandidate({ counterfactual: true }, TOTAL_STEPS);

/** A line is of the counterfactual learner; its figures hold what the other one came to from the same seed. */
export const counterfactualProof: Proof = {
  rule: `after ${TOTAL_STEPS} steps on the market whose optimum is known, DQN that learns from every action scores more than the same DQN that learns from lived ones alone`,
  agents: ['counterfactualDqn'],
  async prove(agent, seed) {
    const lived = await proveCandidate('livedDqn', seed, LIVED);
    const line = await proveCandidate(agent, seed, COUNTERFACTUAL);
    const along = lived.curve.map(([steps, score]) => [`livedScoreAt${steps}`, score] as const);
    const figures = {
      ...line.figures,
      livedScore: lived.score,
      livedTradesPerEpisode: lived.figures.tradesPerEpisode,
      livedSeconds: lived.seconds,
      ...Object.fromEntries(along),
    };
    return { ...line, passed: line.score > lived.score, figures };
  },
};
