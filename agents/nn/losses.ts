/** Losses and the log probabilities that policy gradients are made of. */

import { mul, sub } from './ops/arithmetic.ts';
import { takeAlong } from './ops/indexing.ts';
import { exp, huber, neg, square } from './ops/pointwise.ts';
import { reduceMean, reduceSum } from './ops/reduce.ts';
import { logSoftmax } from './ops/softmax.ts';
import type { Operand, Tensor } from './tensor.ts';

export const meanSquaredError = (prediction: Tensor, target: Operand): Tensor =>
  reduceMean(square(sub(prediction, target)));

/** Half the square of the error within `delta`, linear outside; the mean over all. */
export const huberLoss = (prediction: Tensor, target: Operand, delta = 1): Tensor =>
  reduceMean(huber(sub(prediction, target), delta));

/** Log probability of each chosen action. @param logits (..., actions) @param action (...) int32 @returns (...) */
export const logProbability = (logits: Tensor, action: Tensor): Tensor => takeAlong(logSoftmax(logits), action);

/** Entropy of each distribution in nats. @param logits (..., actions) @returns (...) */
export function categoricalEntropy(logits: Tensor): Tensor {
  const logProbabilities = logSoftmax(logits);
  return neg(reduceSum(mul(exp(logProbabilities), logProbabilities), -1));
}

/** Mean of -log probability of the labels. @param logits (..., classes) @param label (...) int32 */
export const softmaxCrossEntropy = (logits: Tensor, label: Tensor): Tensor =>
  neg(reduceMean(logProbability(logits, label)));
