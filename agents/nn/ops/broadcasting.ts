/** Shapes that stretch to meet each other. */

import { shapeError, type Dim, type Operand, type Shape, type Tensor } from '../tensor.ts';

/** NumPy's rule: shapes are aligned at the last axis; a size of 1 stretches. */
export function broadcastShape(op: string, a: Tensor, b: Tensor): Shape {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, i): Dim => {
    const left = a.shape[i - rank + a.shape.length] ?? 1;
    const right = b.shape[i - rank + b.shape.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw shapeError(a.graph, op, [a, b], 'aligned at the last axis, sizes must be equal or 1');
  });
}

/** Both operands as tensors of one graph. */
export function liftPair(a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? lift(a, b) : b];
  if (typeof b !== 'number') return [lift(b, a), b];
  throw new TypeError('at least one operand must be a tensor');
}

/** A number as a scalar constant, of the type of its neighbor. */
export const lift = (neighbor: Tensor, value: Operand): Tensor =>
  typeof value === 'number'
    ? neighbor.graph.constant([value], [], neighbor.dtype === 'int32' ? 'int32' : 'float32')
    : value;
