/** How parameters start. Each gets the shape, with inputs first and outputs last, and a random stream of its own. */

import type { Rng } from '../../core/rng.ts';

export type Initializer = (shape: readonly number[], rng: Rng) => Float32Array;

const count = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
/** Inputs of one unit: all axes but the last. */
const fanIn = (shape: readonly number[]): number => count(shape.slice(0, -1));

export const constantOf =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(count(shape)).fill(value);

export const zeros: Initializer = constantOf(0);
export const ones: Initializer = constantOf(1);

/** Given values, for tests and transfers. */
export const given =
  (values: ArrayLike<number>): Initializer =>
  () =>
    Float32Array.from(values);

/** Uniform in [-limit, limit). */
export const uniform =
  (limit: number): Initializer =>
  (shape, rng) =>
    Float32Array.from({ length: count(shape) }, () => (2 * rng.next() - 1) * limit);

export const normal =
  (deviation: number): Initializer =>
  (shape, rng) =>
    Float32Array.from({ length: count(shape) }, () => deviation * rng.normal());

/** Uniform within 1 / sqrt(inputs), PyTorch's default for linear layers. */
export const fanInUniform: Initializer = (shape, rng) => uniform(1 / Math.sqrt(fanIn(shape)))(shape, rng);

/** Normal with standard deviation sqrt(2 / inputs), for ReLU. Paper: https://arxiv.org/abs/1502.01852 */
export const heNormal: Initializer = (shape, rng) => normal(Math.sqrt(2 / fanIn(shape)))(shape, rng);

/**
 * Rows or columns, whichever are fewer, orthonormal times `gain`; uniform over all such matrices.
 *
 * Gram-Schmidt, twice, in double precision. Paper: https://arxiv.org/abs/1312.6120
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (shape, rng) => {
    const outputs = shape[shape.length - 1];
    const inputs = fanIn(shape);
    const [short, long] = inputs < outputs ? [inputs, outputs] : [outputs, inputs];
    const basis = Array.from({ length: short }, () => Float64Array.from({ length: long }, () => rng.normal()));
    for (let i = 0; i < short; i++) orthonormalize(basis[i], basis.slice(0, i));
    const values = new Float32Array(inputs * outputs);
    for (let row = 0; row < inputs; row++) {
      for (let column = 0; column < outputs; column++) {
        values[row * outputs + column] = gain * (inputs < outputs ? basis[row][column] : basis[column][row]);
      }
    }
    return values;
  };

function orthonormalize(vector: Float64Array, earlier: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const other of earlier) {
      let dot = 0;
      for (let i = 0; i < vector.length; i++) dot += vector[i] * other[i];
      for (let i = 0; i < vector.length; i++) vector[i] -= dot * other[i];
    }
  }
  const norm = Math.hypot(...vector);
  for (let i = 0; i < vector.length; i++) vector[i] /= norm;
}
