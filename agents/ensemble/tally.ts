/** Votes as graphs: the same rules as the votes of policies beside this file, for members that are networks. */

import { add, div, maximum, mul, sub } from '../nn/ops/arithmetic.ts';
import { equal, greater, where } from '../nn/ops/compare.ts';
import { oneHot } from '../nn/ops/indexing.ts';
import { sqrt, square } from '../nn/ops/pointwise.ts';
import { argMax, reduceMax, reduceMean } from '../nn/ops/reduce.ts';
import type { Tensor } from '../nn/tensor.ts';

export interface Tally {
  /** (batch) int32, or (batch, size) float32 */
  readonly action: Tensor;
  /** (batch, numActions), and the action taken has the largest; or the action itself where actions are numbers. */
  readonly scores: Tensor;
}

/** What ends a tie: far less than a vote, and not lost beside one. */
const TIE_BREAK = 1e-3;

/** Of actions with equally heavy votes, the one that the earliest member chose wins. @param actions (batch) int32 each */
export function countVotes(actions: readonly Tensor[], weights: readonly number[], numActions: number): Tally {
  const votes = actions.map((action) => oneHot(action, numActions)); // (batch, numActions)
  const heard = sum(votes.map((vote, member) => mul(vote, weights[member])));
  const most = reduceMax(heard, 1, { keepDims: true }); // (batch, 1)
  // How early an action was chosen: 1 by the first member, less by later ones, 0 by none.
  const early = votes
    .map((vote, member) => mul(vote, 1 - member / votes.length))
    .reduce((first, vote) => maximum(first, vote));
  const scores = where(equal(heard, most), add(heard, mul(early, TIE_BREAK)), heard);
  return { action: argMax(scores), scores };
}

/** The mean of what members say of each action; of equal means the first wins. @param scores (batch, numActions) each */
export function meanScores(scores: readonly Tensor[], scale: 'asGiven' | 'standardized'): Tally {
  const told = scale === 'asGiven' ? scores : scores.map(standardizeRows);
  const mean = div(sum(told), told.length);
  return { action: argMax(mean), scores: mean };
}

/** Numbers cannot be voted on: their mean is taken, each weighed by its member. @param actions (batch, size) float32 each */
export function meanActions(actions: readonly Tensor[], weights: readonly number[]): Tally {
  const total = weights.reduce((all, weight) => all + weight, 0);
  const action = sum(actions.map((own, member) => mul(own, weights[member] / total)));
  return { action, scores: action };
}

/** Each row gets mean 0 and deviation 1; a row whose scores are all alike says nothing, and becomes zero. */
function standardizeRows(scores: Tensor): Tensor {
  const centered = sub(scores, reduceMean(scores, 1, { keepDims: true }));
  const deviation = sqrt(reduceMean(square(centered), 1, { keepDims: true }));
  const isSaid = greater(deviation, 0);
  return where(isSaid, div(centered, where(isSaid, deviation, 1)), 0);
}

const sum = (terms: readonly Tensor[]): Tensor => terms.reduce((total, term) => add(total, term));
