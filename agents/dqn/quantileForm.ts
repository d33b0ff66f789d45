/** Values as quantiles of the return. Paper: https://arxiv.org/abs/1710.10044 */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { mul, sub } from '../nn/ops/arithmetic.ts';
import { less, where } from '../nn/ops/compare.ts';
import { huber, stopGradient } from '../nn/ops/pointwise.ts';
import { reduceMean, reduceSum } from '../nn/ops/reduce.ts';
import { reshape } from '../nn/ops/shaping.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';
import { shiftAtoms, takeAtoms, type ValueForm } from './valueForm.ts';

export const quantileConfig = z.strictObject({
  numQuantiles: positiveInt.default(51).describe('quantiles of the return, at the middles of equal slices'),
});

export type QuantileConfig = z.infer<typeof quantileConfig>;

/**
 * Quantile regression: too low costs tau, too high costs 1 - tau, smoothed within `delta` of zero.
 *
 * @param chosen (batch, quantiles) @param target (batch, samples) @returns (batch) summed over quantiles, averaged over samples
 */
export function quantileHuber(chosen: Tensor, target: Tensor, delta: number): Tensor {
  const [batch, quantiles] = chosen.shape;
  const count = fixedDim(quantiles);
  const tau = chosen.graph.constant(
    Array.from({ length: count }, (_, i) => (i + 0.5) / count),
    [count, 1],
  );
  const error = sub(reshape(target, [batch, 1, target.shape[1]]), reshape(chosen, [batch, quantiles, 1]));
  const weight = where(less(error, 0), sub(1, tau), tau); // (batch, quantiles, samples)
  return reduceSum(reduceMean(mul(weight, mul(huber(error, delta), 1 / delta)), 2), 1);
}

export const quantileForm = ({ numQuantiles }: QuantileConfig, huberDelta: number): ValueForm => ({
  atoms: numQuantiles,
  values: (outputs) => reduceMean(outputs, -1),
  take: takeAtoms,
  error(step) {
    const loss = quantileHuber(step.chosen, stopGradient(shiftAtoms(step.next, step)), huberDelta);
    return { loss, tdError: loss };
  },
});
