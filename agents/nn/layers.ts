/** Layers: parameters and the ops that use them, under one name. */

import { fanInUniform, ones, zeros, type Initializer } from './initializers.ts';
import { add, div, mul, sub } from './ops/arithmetic.ts';
import { linear } from './ops/matmul.ts';
import { relu, sigmoid, sqrt, square, tanh } from './ops/pointwise.ts';
import { reduceMean } from './ops/reduce.ts';
import { fixedDim, type Tensor } from './tensor.ts';

export const ACTIVATIONS = { none: (x: Tensor) => x, relu, tanh, sigmoid } as const;
type Activation = keyof typeof ACTIVATIONS;

export interface DenseOptions {
  /** 'group/layer': the parameters are 'group/layer/weight' (inputs, units) and 'group/layer/bias' (units). */
  readonly name: string;
  readonly units: number;
  readonly activation?: Activation;
  /** Of the weight. */
  readonly initializer?: Initializer;
  /** Zeros, unless said otherwise. */
  readonly biasInitializer?: Initializer;
}

/** A fully connected layer: {@link dense}, or one that does more. */
export type DenseLayer = (x: Tensor, options: DenseOptions) => Tensor;

/** @param x (..., inputs) @returns (..., units) */
export function dense(
  x: Tensor,
  { name, units, activation = 'none', initializer = fanInUniform, biasInitializer = zeros }: DenseOptions,
): Tensor {
  const { graph } = x;
  return graph.scope(name, () => {
    const inputs = fixedDim(x.shape[x.shape.length - 1]);
    const weight = graph.parameter(`${name}/weight`, [inputs, units], initializer);
    const bias = graph.parameter(`${name}/bias`, [units], biasInitializer);
    return ACTIVATIONS[activation](linear(x, weight, bias));
  });
}

interface LayerNormOptions {
  readonly name: string;
  readonly epsilon?: number;
}

/** Mean 0 and variance 1 over the last axis, then a trained scale and shift. Paper: https://arxiv.org/abs/1607.06450 */
export function layerNorm(x: Tensor, { name, epsilon = 1e-5 }: LayerNormOptions): Tensor {
  const { graph } = x;
  return graph.scope(name, () => {
    const features = fixedDim(x.shape[x.shape.length - 1]);
    const scale = graph.parameter(`${name}/scale`, [features], ones);
    const shift = graph.parameter(`${name}/shift`, [features], zeros);
    const centered = sub(x, reduceMean(x, -1, { keepDims: true }));
    const deviation = sqrt(add(reduceMean(square(centered), -1, { keepDims: true }), epsilon));
    return add(mul(div(centered, deviation), scale), shift);
  });
}
