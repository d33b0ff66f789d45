/** One choice, or several that are independent given the observation. */

import { allowOnly, logitsHead } from '../networks/heads.ts';
import { categoricalEntropy, logProbability } from '../nn/losses.ts';
import { add } from '../nn/ops/arithmetic.ts';
import { argMax } from '../nn/ops/reduce.ts';
import { concat, reshape, slice, split } from '../nn/ops/shaping.ts';
import { logSoftmax } from '../nn/ops/softmax.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { ActionForm } from './actionForm.ts';
import { sampleActions } from './sampleActions.ts';

/** @param sizes options of each choice */
export const choiceForm = (sizes: readonly number[]): ActionForm => ({
  size: sizes.length,
  dtype: 'int32',
  build(features, name, mask) {
    const numScores = sizes.reduce((sum, size) => sum + size, 0);
    const scores = allowOnly(logitsHead(features, name, numScores), mask); // (batch, options of all choices)
    const choices = split(scores, 1, sizes);
    const [batch] = scores.shape;
    return {
      scores,
      drawn: concat(choices.map(logSoftmax), 1),
      greedy:
        choices.length === 1
          ? argMax(scores)
          : concat(
              choices.map((choice) => reshape(argMax(choice), [batch, 1])),
              1,
            ),
      entropy: total(choices.map(categoricalEntropy)),
      logProb: (kept) =>
        total(choices.map((choice, k) => logProbability(choice, reshape(slice(kept, 1, k, k + 1), [batch])))),
    };
  },
  sample(rng, drawn, { actions, kept, logProb }) {
    sampleActions(rng, drawn, sizes, { actions, logProb });
    kept.set(actions);
  },
});

const total = (parts: readonly Tensor[]): Tensor => parts.reduce((sum, part) => add(sum, part));
