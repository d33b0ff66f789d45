/** Fully connected layers with trained noise on their weights: exploration that the network itself sizes. Paper: https://arxiv.org/abs/1706.10295 */

import { constantOf, fanInUniform, zeros } from '../nn/initializers.ts';
import { ACTIVATIONS, type DenseOptions } from '../nn/layers.ts';
import { add, mul } from '../nn/ops/arithmetic.ts';
import { linear } from '../nn/ops/matmul.ts';
import { abs, sign, sqrt } from '../nn/ops/pointwise.ts';
import { reshape } from '../nn/ops/shaping.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';
import type { Luck } from './luck.ts';

interface NoisyDenseOptions extends DenseOptions {
  /** How far weights are moved at the start, in units of 1 / sqrt(inputs): the paper's sigma zero. */
  readonly sigma: number;
  /** Draws the noise; null: the mean weights act. */
  readonly luck: Luck | null;
}

/** weight = mean + sigma * (noise of the input x noise of the output), sigma trained as the mean is. @param x (..., inputs) */
export function noisyDense(x: Tensor, options: NoisyDenseOptions): Tensor {
  const { name, units, initializer = fanInUniform, biasInitializer = zeros, sigma, luck } = options;
  const activate = ACTIVATIONS[options.activation ?? 'none'];
  const { graph } = x;
  return graph.scope(name, () => {
    const inputs = fixedDim(x.shape[x.shape.length - 1]);
    const start = constantOf(sigma / Math.sqrt(inputs));
    const weight = graph.parameter(`${name}/weight`, [inputs, units], initializer);
    const bias = graph.parameter(`${name}/bias`, [units], biasInitializer);
    if (luck === null) return activate(linear(x, weight, bias));
    const weightSigma = graph.parameter(`${name}/weightSigma`, [inputs, units], start);
    const biasSigma = graph.parameter(`${name}/biasSigma`, [units], start);
    const noiseIn = reshape(shrink(luck.normal(graph, `${name}/in`, [inputs])), [inputs, 1]);
    const noiseOut = shrink(luck.normal(graph, `${name}/out`, [units]));
    const moved = add(weight, mul(weightSigma, mul(noiseIn, noiseOut))); // (inputs, units)
    return activate(linear(x, moved, add(bias, mul(biasSigma, noiseOut))));
  });
}

/** sign(x) sqrt(|x|), so that a product of two keeps the size of one. */
const shrink = (x: Tensor): Tensor => mul(sign(x), sqrt(abs(x)));
