/** Sums, means and extremes over axes. */

import { fixedDim, numbersAttribute, resolveAxis, type Dim, type Op, type Shape, type Tensor } from '../tensor.ts';
import { broadcastTo, reshape } from './shaping.ts';

interface ReduceOptions {
  /** Leaves the axes in place with size 1. */
  readonly keepDims?: boolean;
}

function reducer(op: Op): (x: Tensor, axes?: number | readonly number[], options?: ReduceOptions) => Tensor {
  return (x, axes = x.shape.map((_, i) => i), { keepDims = false } = {}) => {
    const list = [
      ...new Set((typeof axes === 'number' ? [axes] : axes).map((axis) => resolveAxis(op.name, x, axis))),
    ].sort((a, b) => a - b);
    const shape: Shape = x.shape.flatMap((dim, i): Dim[] => (list.includes(i) ? (keepDims ? [1] : []) : [dim]));
    return x.graph.node(op, [x], { shape, dtype: x.dtype, attributes: { axes: list, keepDims: Number(keepDims) } });
  };
}

/** A reduced tensor with its axes back in place, size 1. */
function restoreAxes(node: Tensor, reduced: Tensor): Tensor {
  const axes = numbersAttribute(node, 'axes');
  return reshape(
    reduced,
    node.inputs[0].shape.map((dim, i) => (axes.includes(i) ? 1 : dim)),
  );
}

export const reduceSum = reducer({
  name: 'reduceSum',
  gradient: (node, g) => [broadcastTo(restoreAxes(node, g), node.inputs[0].shape)],
});

/** The sum of squares: one pass where `reduceSum(square(x))` takes two. */
export const reduceSumSquare = reducer({
  name: 'reduceSumSquare',
  gradient: (node, g, { mul }) => [mul(node.inputs[0], restoreAxes(node, mul(g, 2)))],
});

export const reduceMean = reducer({
  name: 'reduceMean',
  gradient: (node, g, { mul }) => {
    const { shape } = node.inputs[0];
    const count = numbersAttribute(node, 'axes').reduce((product, axis) => product * fixedDim(shape[axis]), 1);
    return [broadcastTo(restoreAxes(node, mul(g, 1 / count)), shape)];
  },
});

/** Where several elements share the largest value, they share the gradient evenly. */
export const reduceMax = reducer({
  name: 'reduceMax',
  gradient: (node, g, { cast, equal, mul, div }) => {
    const [x] = node.inputs;
    const ties = cast(equal(x, restoreAxes(node, node)), 'float32');
    const count = reduceSum(ties, numbersAttribute(node, 'axes'), { keepDims: true });
    return [mul(div(ties, count), restoreAxes(node, g))];
  },
});

const argMaxOp: Op = { name: 'argMax', gradient: () => [null] };

/** Index of the largest along an axis, the first of equals, as int32; the axis is dropped. */
export function argMax(x: Tensor, axis = -1): Tensor {
  const resolved = resolveAxis('argMax', x, axis);
  const shape = x.shape.filter((_, i) => i !== resolved);
  return x.graph.node(argMaxOp, [x], { shape, dtype: 'int32', attributes: { axis: resolved } });
}
