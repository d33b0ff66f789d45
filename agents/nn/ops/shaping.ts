/** The same values in another arrangement. */

import {
  dimOf,
  factorsOf,
  fixedDim,
  numberAttribute,
  numbersAttribute,
  resolveAxis,
  shapeError,
  showShape,
  type Op,
  type Shape,
  type Tensor,
} from '../tensor.ts';
import { broadcastShape } from './broadcasting.ts';

const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, i) => dim === b[i]);

const reshapeOp: Op = { name: 'reshape', gradient: (node, g) => [reshape(g, node.inputs[0].shape)] };

/** @param shape at most one size may be -1: what is left over */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const target = fillIn(x, shape);
  if (sameShape(target, x.shape)) return x;
  // A reshape of a reshape is one reshape.
  const source = x.op === reshapeOp ? x.inputs[0] : x;
  if (sameShape(target, source.shape)) return source;
  return x.graph.node(reshapeOp, [source], { shape: target, dtype: x.dtype, attributes: { shape: target } });
}

/** Sizes known only at run time must reappear; the numbers must multiply to the same count. */
function fillIn(x: Tensor, shape: Shape): Shape {
  const fail = () => shapeError(x.graph, 'reshape', [x], `as many elements as ${showShape(shape)}`);
  const free = shape.indexOf(-1);
  const [have, want] = [factorsOf(x.shape), factorsOf(shape.filter((_, i) => i !== free))];
  const left = [...have.names];
  for (const name of want.names) {
    if (!left.includes(name)) throw fail();
    left.splice(left.indexOf(name), 1);
  }
  const quotient = have.number / want.number;
  if (!Number.isInteger(quotient) || (free < 0 && (left.length > 0 || quotient !== 1))) throw fail();
  return shape.map((dim, i) => (i === free ? dimOf(left, quotient) : dim));
}

const transposeOp: Op = {
  name: 'transpose',
  gradient: (node, g) => {
    const order = numbersAttribute(node, 'order');
    return [
      transpose(
        g,
        order.map((_, i) => order.indexOf(i)),
      ),
    ];
  },
};

/** Axis i of the result is axis `order[i]` of the input; without an order, the last two change places. */
export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const axes = order ?? [...x.shape.keys()].map((i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  if (
    rank < 2 ||
    axes.length !== rank ||
    new Set(axes).size !== rank ||
    axes.some((axis) => !(axis >= 0 && axis < rank))
  ) {
    throw shapeError(x.graph, 'transpose', [x], `order [${axes.join(', ')}] must name each axis once`);
  }
  if (axes.every((axis, i) => axis === i)) return x;
  return x.graph.node(transposeOp, [x], {
    shape: axes.map((axis) => x.shape[axis]),
    dtype: x.dtype,
    attributes: { order: axes },
  });
}

const concatOp: Op = {
  name: 'concat',
  gradient: (node, g) => {
    const axis = numberAttribute(node, 'axis');
    return split(
      g,
      axis,
      node.inputs.map((input) => fixedDim(input.shape[axis])),
    );
  },
};

/** One after another along an axis; all other sizes must be equal. */
export function concat(parts: readonly Tensor[], axis = -1): Tensor {
  const [first] = parts;
  const at = resolveAxis('concat', first, axis);
  let length = 0;
  for (const part of parts) {
    const fits =
      part.dtype === first.dtype &&
      part.shape.length === first.shape.length &&
      part.shape.every((dim, i) => i === at || dim === first.shape[i]);
    if (!fits) throw shapeError(first.graph, 'concat', [first, part], `equal sizes but on axis ${at}, and one type`);
    if (parts.length > 1) length += fixedDim(part.shape[at]);
  }
  if (parts.length === 1) return first;
  const shape = first.shape.map((dim, i) => (i === at ? length : dim));
  return first.graph.node(concatOp, parts, { shape, dtype: first.dtype, attributes: { axis: at } });
}

const sliceOp: Op = {
  name: 'slice',
  gradient: (node, g) => {
    const axis = numberAttribute(node, 'axis');
    const end = fixedDim(node.inputs[0].shape[axis]);
    return [pad(g, axis, [numberAttribute(node, 'start'), end - numberAttribute(node, 'end')])];
  },
};

/** Elements [start, end) of one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const at = resolveAxis('slice', x, axis);
  const length = fixedDim(x.shape[at]);
  if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= length)) {
    throw shapeError(x.graph, 'slice', [x], `[${start}, ${end}) must lie within axis ${at}`);
  }
  if (start === 0 && end === length) return x;
  const shape = x.shape.map((dim, i) => (i === at ? end - start : dim));
  return x.graph.node(sliceOp, [x], { shape, dtype: x.dtype, attributes: { axis: at, start, end } });
}

/** Consecutive slices of the given sizes, which must add up to the axis. */
export function split(x: Tensor, axis: number, sizes: readonly number[]): Tensor[] {
  const at = resolveAxis('split', x, axis);
  if (sizes.reduce((sum, size) => sum + size, 0) !== x.shape[at]) {
    throw shapeError(x.graph, 'split', [x], `sizes [${sizes.join(', ')}] must add up to axis ${at}`);
  }
  let start = 0;
  return sizes.map((size) => slice(x, at, start, (start += size)));
}

const padOp: Op = {
  name: 'pad',
  gradient: (node, g) => {
    const axis = numberAttribute(node, 'axis');
    const before = numberAttribute(node, 'before');
    return [slice(g, axis, before, before + fixedDim(node.inputs[0].shape[axis]))];
  },
};

/** Zeros before and after along one axis. */
export function pad(x: Tensor, axis: number, [before, after]: readonly [number, number]): Tensor {
  const at = resolveAxis('pad', x, axis);
  if (before === 0 && after === 0) return x;
  const shape = x.shape.map((dim, i) => (i === at ? fixedDim(dim) + before + after : dim));
  return x.graph.node(padOp, [x], { shape, dtype: x.dtype, attributes: { axis: at, before, after } });
}

const broadcastToOp: Op = { name: 'broadcastTo', gradient: (node, g, { sumTo }) => [sumTo(g, node.inputs[0].shape)] };

/** Repeats axes of size 1, and new leading ones, up to a shape. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShape('broadcastTo', x, { ...x, shape }), shape)) {
    throw shapeError(x.graph, 'broadcastTo', [x], `must stretch to ${showShape(shape)}`);
  }
  return x.graph.node(broadcastToOp, [x], { shape, dtype: x.dtype, attributes: { shape } });
}

/** All axes but the first as one: (batch, ...) to (batch, features). */
export const flattenOuter = (x: Tensor): Tensor => reshape(x, [x.shape[0], -1]);
