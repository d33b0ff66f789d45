/** Adam and AdamW. Papers: https://arxiv.org/abs/1412.6980, https://arxiv.org/abs/1711.05101 */

import { add, div, mul, sub } from './ops/arithmetic.ts';
import { sqrt, square } from './ops/pointwise.ts';
import type { Optimizer } from './optimizer.ts';

interface AdamOptions {
  /** Decay of the mean of gradients. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. */
  readonly beta2?: number;
  /** Added to the root of the second moment. */
  readonly epsilon?: number;
  /** Share of each weight, times the learning rate, taken off before the step; above 0 this is AdamW. */
  readonly weightDecay?: number;
}

/**
 * Adam with bias correction.
 *
 * The state is m / (1 - beta1) and v / (1 - beta2), which saves two passes over it; these factors and the bias corrections
 * go into two scalars that are computed in double precision: the step size and the epsilon.
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions = {}): Optimizer {
  return {
    rule: { kind: 'adam', beta1, beta2 },
    state: ['firstMoment', 'secondMoment'],
    coefficients: ['stepSize', 'epsilon', 'keep'],

    update({
      parameters,
      gradient,
      state: [firstMoment, secondMoment],
      coefficients: [stepSize, scaledEpsilon, keep],
    }) {
      const first = add(mul(firstMoment, beta1), gradient);
      const second = add(mul(secondMoment, beta2), square(gradient));
      const step = div(mul(first, stepSize), add(sqrt(second), scaledEpsilon));
      return { parameters: sub(mul(parameters, keep), step), state: [first, second] };
    },

    writeCoefficients(step, learningRate, out) {
      const correction1 = 1 - beta1 ** step;
      const correction2 = Math.sqrt((1 - beta2 ** step) / (1 - beta2));
      out[0] = (learningRate * (1 - beta1) * correction2) / correction1;
      out[1] = epsilon * correction2;
      out[2] = 1 - learningRate * weightDecay;
    },
  };
}
