/** A second, slow, plain way to evaluate a graph, in double precision: the yardstick for the engine and for gradients. */

import type { Graph } from '../../../../agents/nn/graph.ts';
import { numberAttribute, numbersAttribute, stringAttribute, type Tensor } from '../../../../agents/nn/tensor.ts';

/** Values by input or parameter name. */
export type ReferenceFeeds = Readonly<Record<string, ArrayLike<number>>>;

interface NdArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

const count = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** Calls `visit` with each index of a shape, in row-major order. */
function forEachIndex(shape: readonly number[], visit: (index: readonly number[], position: number) => void): void {
  const index = shape.map(() => 0);
  for (let position = 0; position < count(shape); position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
}

/** Position of an index in an array that may be stretched: aligned at the last axis, size 1 repeats. */
function positionOf({ shape }: NdArray, index: readonly number[]): number {
  const lead = index.length - shape.length;
  return shape.reduce((position, dim, axis) => position * dim + (dim === 1 ? 0 : index[axis + lead]), 0);
}

const at = (array: NdArray, index: readonly number[]): number => array.values[positionOf(array, index)];

function build(shape: readonly number[], valueAt: (index: readonly number[]) => number): NdArray {
  const values = new Float64Array(count(shape));
  forEachIndex(shape, (index, position) => (values[position] = valueAt(index)));
  return { shape, values };
}

const POINTWISE: Readonly<Record<string, (x: number, node: Tensor) => number>> = {
  neg: (x) => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh: Math.tanh,
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sign: Math.sign,
  stopGradient: (x) => x,
  clip: (x, node) => Math.min(Math.max(x, numberAttribute(node, 'low')), numberAttribute(node, 'high')),
  huber: (x, node) => {
    const delta = numberAttribute(node, 'delta');
    return Math.abs(x) <= delta ? (x * x) / 2 : delta * (Math.abs(x) - delta / 2);
  },
  cast: (x, node) => (node.dtype === 'float32' ? x : node.dtype === 'int32' ? Math.trunc(x) : Number(x !== 0)),
};

const PAIRWISE: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  minimum: Math.min,
  maximum: Math.max,
  equal: (a, b) => Number(a === b),
  less: (a, b) => Number(a < b),
  lessOrEqual: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greaterOrEqual: (a, b) => Number(a >= b),
};

const REDUCERS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  reduceSum: (values) => values.reduce((sum, value) => sum + value, 0),
  reduceSumSquare: (values) => values.reduce((sum, value) => sum + value * value, 0),
  reduceMean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  reduceMax: (values) => Math.max(...values),
};

const withAt = (index: readonly number[], axis: number, value: number): number[] => index.with(axis, value);

/** All values along one axis through an index. */
const along = (x: NdArray, index: readonly number[], axis: number): number[] =>
  Array.from({ length: x.shape[axis] }, (_, i) => at(x, withAt(index, axis, i)));

type Rule = (node: Tensor, inputs: readonly NdArray[], shape: readonly number[]) => NdArray;

const matmul = (a: NdArray, b: NdArray, shape: readonly number[], [transA, transB]: readonly boolean[]): NdArray => {
  const inner = a.shape[a.shape.length - (transA ? 2 : 1)];
  return build(shape, (index) => {
    const lead = index.slice(0, -2);
    const [row, column] = index.slice(-2);
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum +=
        at(a, [...lead, ...(transA ? [k, row] : [row, k])]) * at(b, [...lead, ...(transB ? [column, k] : [k, column])]);
    }
    return sum;
  });
};

const RULES: Readonly<Record<string, Rule>> = {
  where: (_, [condition, a, b], shape) => build(shape, (index) => (at(condition, index) ? at(a, index) : at(b, index))),
  matmul: (node, [a, b], shape) =>
    matmul(a, b, shape, [numberAttribute(node, 'transposeA') === 1, numberAttribute(node, 'transposeB') === 1]),
  linear: (_, [x, weight, bias], shape) => {
    const product = matmul(x, weight, shape, [false, false]);
    return build(shape, (index) => at(product, index) + bias.values[index[1]]);
  },
  reshape: (_, [x], shape) => ({ shape, values: x.values }),
  broadcastTo: (_, [x], shape) => build(shape, (index) => at(x, index)),
  transpose: (node, [x], shape) => {
    const order = numbersAttribute(node, 'order');
    return build(shape, (index) =>
      at(
        x,
        order.map((_axis, i) => index[order.indexOf(i)]),
      ),
    );
  },
  concat: (node, inputs, shape) => {
    const axis = numberAttribute(node, 'axis');
    return build(shape, (index) => {
      let offset = index[axis];
      const part = inputs.find(({ shape: { [axis]: size } }) => offset < size || ((offset -= size), false));
      return part === undefined ? Number.NaN : at(part, withAt(index, axis, offset));
    });
  },
  slice: (node, [x], shape) => {
    const axis = numberAttribute(node, 'axis');
    return build(shape, (index) => at(x, withAt(index, axis, index[axis] + numberAttribute(node, 'start'))));
  },
  pad: (node, [x], shape) => {
    const axis = numberAttribute(node, 'axis');
    return build(shape, (index) => {
      const source = index[axis] - numberAttribute(node, 'before');
      return source >= 0 && source < x.shape[axis] ? at(x, withAt(index, axis, source)) : 0;
    });
  },
  gatherRows: (_, [matrix, rows], shape) =>
    build(shape, (index) => at(matrix, [at(rows, index.slice(0, -1)), index[index.length - 1]])),
  takeAlong: (_, [x, column], shape) =>
    build(shape, (index) => at(x, withAt(index, index.length - 1, at(column, index)))),
  argMax: (node, [x], shape) => {
    const axis = numberAttribute(node, 'axis');
    return build(shape, (index) => {
      const values = along(x, index.toSpliced(axis, 0, 0), axis);
      return values.indexOf(Math.max(...values));
    });
  },
  softmax: (_, [x], shape) =>
    build(shape, (index) => {
      const row = along(x, index, shape.length - 1);
      const top = Math.max(...row);
      return Math.exp(at(x, index) - top) / row.reduce((sum, value) => sum + Math.exp(value - top), 0);
    }),
  logSoftmax: (_, [x], shape) =>
    build(shape, (index) => {
      const row = along(x, index, shape.length - 1);
      const top = Math.max(...row);
      return at(x, index) - top - Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0));
    }),
};

function reduce(node: Tensor, x: NdArray, shape: readonly number[]): NdArray {
  const axes = numbersAttribute(node, 'axes');
  const kept = x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const buckets = Array.from({ length: count(kept) }, (): number[] => []);
  const frame: NdArray = { shape: kept, values: new Float64Array(count(kept)) };
  forEachIndex(x.shape, (index, position) => buckets[positionOf(frame, index)].push(x.values[position]));
  return { shape, values: Float64Array.from(buckets, REDUCERS[node.op.name]) };
}

function evaluateNode(node: Tensor, inputs: readonly NdArray[], feeds: ReferenceFeeds): NdArray {
  const { name } = node.op;
  const shape = node.shape.map(Number);
  if (name === 'input' || name === 'parameter') {
    return { shape, values: Float64Array.from(feeds[stringAttribute(node, 'name')]) };
  }
  if (name === 'constant') return { shape, values: Float64Array.from(node.graph.constantValues(node)) };
  if (name in POINTWISE) return { shape, values: inputs[0].values.map((x) => POINTWISE[name](x, node)) };
  if (name in PAIRWISE) {
    return build(shape, (index) => PAIRWISE[name](at(inputs[0], index), at(inputs[1], index)));
  }
  return name in REDUCERS ? reduce(node, inputs[0], shape) : RULES[name](node, inputs, shape);
}

/** Values of the fetched tensors, row-major, in double precision. Every size must be a number. */
export function evaluateReference(graph: Graph, fetches: readonly Tensor[], feeds: ReferenceFeeds): Float64Array[] {
  const needed = new Set(fetches.map(({ id }) => id));
  for (const node of graph.nodes.toReversed()) if (needed.has(node.id)) node.inputs.forEach(({ id }) => needed.add(id));
  const values = new Map<number, NdArray>();
  const valueOf = ({ id }: Tensor): NdArray => values.get(id) ?? { shape: [], values: new Float64Array(0) };
  for (const node of graph.nodes) {
    if (needed.has(node.id)) values.set(node.id, evaluateNode(node, node.inputs.map(valueOf), feeds));
  }
  return fetches.map((tensor) => valueOf(tensor).values);
}
