/**
 * The ops that gradients are written in.
 *
 * A gradient gets them handed in, so that a file of ops need not import the files that import it.
 */

import type { Operand, Shape, Tensor, DType } from '../tensor.ts';

type Pair = (a: Operand, b: Operand) => Tensor;
type Point = (x: Tensor) => Tensor;

export interface GradientOps {
  readonly mul: Pair;
  readonly sub: Pair;
  readonly div: Pair;
  readonly neg: Point;
  readonly exp: Point;
  readonly square: Point;
  readonly sign: Point;
  readonly sigmoid: Point;
  clip(x: Tensor, low: number, high: number): Tensor;
  cast(x: Tensor, dtype: DType): Tensor;
  readonly equal: Pair;
  readonly lessOrEqual: Pair;
  readonly greaterOrEqual: Pair;
  where(condition: Tensor, whenTrue: Operand, whenFalse: Operand): Tensor;
  reduceSum(x: Tensor, axes?: number | readonly number[], options?: { readonly keepDims?: boolean }): Tensor;
  oneHot(index: Tensor, depth: number): Tensor;
  reshape(x: Tensor, shape: Shape): Tensor;
  broadcastTo(x: Tensor, shape: Shape): Tensor;
  /** Sums a gradient over the axes along which its operand was stretched, so that it has the operand's shape. */
  sumTo(gradient: Tensor, shape: Shape): Tensor;
}
