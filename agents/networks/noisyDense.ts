/** Fully connected layers with trained noise on their weights: exploration that the network itself sizes. Paper: https://arxiv.org/abs/1706.10295 */

import { constantOf, fanInUniform, zeros, type Initializer } from '../nn/initializers.ts';
import { add, mul } from '../nn/ops/arithmetic.ts';
import { linear } from '../nn/ops/matmul.ts';
import { abs, sign, sqrt } from '../nn/ops/pointwise.ts';
import { reshape } from '../nn/ops/shaping.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';
import type { Luck } from './luck.ts';

interface NoisyDenseOptions {
  readonly name: string;
  readonly units: number;
  readonly initializer?: Initializer;
  /** How far weights are moved at the start, in units of 1 / sqrt(inputs): the paper's sigma zero. */
  readonly sigma: number;
  /** Draws the noise; null: the mean weights act. */
  readonly luck: Luck | null;
}

/** weight = mean + sigma * (noise of the input x noise of the output), sigma trained as the mean is. @param x (batch, inputs) */
export function noisyDense(x: Tensor, options: NoisyDenseOptions): Tensor {
  const { name, units, initializer = fanInUniform, sigma, luck } = options;
  const { graph } = x;
  return graph.scope(name, () => {
    const inputs = fixedDim(x.shape[1]);
    const start = constantOf(sigma / Math.sqrt(inputs));
    const weight = graph.parameter(`${name}/weight`, [inputs, units], initializer);
    const bias = graph.parameter(`${name}/bias`, [units], zeros);
    if (luck === null) return linear(x, weight, bias);
    const weightSigma = graph.parameter(`${name}/weightSigma`, [inputs, units], start);
    const biasSigma = graph.parameter(`${name}/biasSigma`, [units], start);
    const noiseIn = reshape(shrink(luck.normal(graph, `${name}/in`, [inputs])), [inputs, 1]);
    const noiseOut = shrink(luck.normal(graph, `${name}/out`, [units]));
    const moved = add(weight, mul(weightSigma, mul(noiseIn, noiseOut))); // (inputs, units)
    return linear(x, moved, add(bias, mul(biasSigma, noiseOut)));
  });
}

/** sign(x) sqrt(|x|), so that a product of two keeps the size of one. */
const shrink = (x: Tensor): Tensor => mul(sign(x), sqrt(abs(x)));
