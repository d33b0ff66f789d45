/** Values picked by integer address. */

import { fixedDim, shapeError, type Op, type Tensor } from '../tensor.ts';
import { add } from './arithmetic.ts';
import { equal } from './compare.ts';
import { cast } from './pointwise.ts';
import { reshape } from './shaping.ts';

/** The matrix is data, not a parameter: no gradient goes to it. */
const gatherRowsOp: Op = { name: 'gatherRows', gradient: () => [null, null] };

/** @param matrix (rows, features) @param index int32 of any shape @returns (...index, features) */
export function gatherRows(matrix: Tensor, index: Tensor): Tensor {
  if (matrix.shape.length !== 2 || index.dtype !== 'int32')
    throw shapeError(matrix.graph, 'gatherRows', [matrix, index], 'a matrix and an int32 index');
  return matrix.graph.node(gatherRowsOp, [matrix, index], {
    shape: [...index.shape, matrix.shape[1]],
    dtype: matrix.dtype,
  });
}

/** The rows `row - window + 1 .. row` of the context. @param row (batch) int32 @returns (batch, window, features) */
export function gatherWindow(context: Tensor, row: Tensor, window: number): Tensor {
  if (row.shape.length !== 1)
    throw shapeError(context.graph, 'gatherWindow', [context, row], 'one row index for each observation');
  const back = context.graph.constant(
    Int32Array.from({ length: window }, (_, i) => i - window + 1),
    [window],
  );
  return gatherRows(context, add(reshape(row, [row.shape[0], 1]), back));
}

/** Works on columns: x (..., n) and index (..., 1) give (..., 1). */
const takeAlongOp: Op = {
  name: 'takeAlong',
  gradient: (node, g, { mul }) => {
    const [x, column] = node.inputs;
    const index = reshape(column, column.shape.slice(0, -1));
    return [mul(g, oneHot(index, fixedDim(x.shape[x.shape.length - 1]))), null];
  },
};

/** One value of each last-axis row. @param x (..., n) @param index (...) int32 @returns (...) */
export function takeAlong(x: Tensor, index: Tensor): Tensor {
  const lead = x.shape.slice(0, -1);
  const fits =
    index.dtype === 'int32' &&
    x.shape.length >= 1 &&
    index.shape.length === lead.length &&
    lead.every((dim, i) => dim === index.shape[i]);
  if (!fits) throw shapeError(x.graph, 'takeAlong', [x, index], 'an int32 index for each row of the last axis');
  const column = reshape(index, [...lead, 1]);
  return reshape(x.graph.node(takeAlongOp, [x, column], { shape: column.shape, dtype: x.dtype }), lead);
}

/** 1 at the index, 0 elsewhere. @param index (...) int32 @returns (..., depth) float32 */
export function oneHot(index: Tensor, depth: number): Tensor {
  if (index.dtype !== 'int32') throw shapeError(index.graph, 'oneHot', [index], 'an int32 index');
  const positions = index.graph.constant(
    Int32Array.from({ length: depth }, (_, i) => i),
    [depth],
  );
  return cast(equal(reshape(index, [...index.shape, 1]), positions), 'float32');
}
