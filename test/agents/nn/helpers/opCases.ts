/** One case for each op: how to build it, and from what it draws its inputs. */

import type { Graph } from '../../../../agents/nn/graph.ts';
import { add, div, maximum, minimum, mul, sub } from '../../../../agents/nn/ops/arithmetic.ts';
import { equal, greater, greaterOrEqual, less, lessOrEqual, where } from '../../../../agents/nn/ops/compare.ts';
import { gatherRows, gatherWindow, oneHot, takeAlong } from '../../../../agents/nn/ops/indexing.ts';
import { categoricalEntropy, huberLoss, meanSquaredError, softmaxCrossEntropy } from '../../../../agents/nn/losses.ts';
import { linear, matmul } from '../../../../agents/nn/ops/matmul.ts';
import {
  abs,
  cast,
  clip,
  exp,
  huber,
  log,
  neg,
  relu,
  sigmoid,
  sign,
  softplus,
  sqrt,
  square,
  stopGradient,
  tanh,
} from '../../../../agents/nn/ops/pointwise.ts';
import { argMax, reduceMax, reduceMean, reduceSum, reduceSumSquare } from '../../../../agents/nn/ops/reduce.ts';
import {
  broadcastTo,
  concat,
  flattenOuter,
  pad,
  reshape,
  slice,
  split,
  transpose,
} from '../../../../agents/nn/ops/shaping.ts';
import { logSoftmax, softmax } from '../../../../agents/nn/ops/softmax.ts';
import type { Tensor } from '../../../../agents/nn/tensor.ts';

/** Three sizes that fast-check draws. */
export type Sizes = readonly [number, number, number];

export interface OpCase {
  /** Declares float inputs that are differentiated by; their values are normal, or what `positive` says. */
  readonly build: (graph: Graph, sizes: Sizes) => Tensor;
  /** Inputs drawn from [0.2, 2] instead of a standard normal. */
  readonly positive?: boolean;
  /** The output passes no gradient on. */
  readonly opaque?: boolean;
}

const x2 = (graph: Graph, [a, b]: Sizes): Tensor => graph.input('x', [a, b]);
const x3 = (graph: Graph, sizes: Sizes): Tensor => graph.input('x', sizes);
const point = (op: (x: Tensor) => Tensor): OpCase => ({ build: (graph, sizes) => op(x2(graph, sizes)) });
/** y stretches over x, and x over y. */
const pair = (op: (a: Tensor, b: Tensor) => Tensor): OpCase => ({
  build: (graph, [a, b, c]) => op(graph.input('x', [a, 1, c]), graph.input('y', [b, 1])),
});
const index = (graph: Graph, length: number, below: number): Tensor =>
  graph.constant(
    Int32Array.from({ length }, (_, i) => (7 * i + 3) % below),
    [length],
  );

export const OP_CASES: Readonly<Record<string, OpCase>> = {
  add: pair(add),
  sub: pair(sub),
  mul: pair(mul),
  div: { ...pair(div), positive: true },
  minimum: pair(minimum),
  maximum: pair(maximum),
  'arithmetic with numbers': point((x) => div(sub(mul(add(1, x), 3), 2), 4)),
  neg: point(neg),
  exp: point(exp),
  log: { ...point(log), positive: true },
  sqrt: { ...point(sqrt), positive: true },
  square: point(square),
  abs: point(abs),
  tanh: point(tanh),
  relu: point(relu),
  sigmoid: point(sigmoid),
  softplus: point(softplus),
  clip: point((x) => clip(x, -0.7, 0.4)),
  huber: point((x) => huber(x, 0.5)),
  stopGradient: point((x) => mul(x, stopGradient(square(x)))),
  where: {
    build: (graph, [a, b]) =>
      where(greater(graph.input('x', [a, b]), 0), graph.input('y', [b]), mul(graph.input('x', [a, b]), 3)),
  },
  matmul: { build: (graph, [a, b, c]) => matmul(graph.input('x', [a, b]), graph.input('y', [b, c])) },
  'matmul, first transposed': {
    build: (graph, [a, b, c]) => matmul(graph.input('x', [b, a]), graph.input('y', [b, c]), { transposeA: true }),
  },
  'matmul, second transposed': {
    build: (graph, [a, b, c]) => matmul(graph.input('x', [a, b]), graph.input('y', [c, b]), { transposeB: true }),
  },
  'matmul, both transposed': {
    build: (graph, [a, b, c]) =>
      matmul(graph.input('x', [b, a]), graph.input('y', [c, b]), { transposeA: true, transposeB: true }),
  },
  'matmul in batches': {
    build: (graph, [a, b, c]) => matmul(graph.input('x', [2, 3, a, b]), graph.input('y', [3, b, c])),
  },
  'matmul in batches, transposed': {
    build: (graph, [a, b, c]) =>
      matmul(graph.input('x', [3, b, a]), graph.input('y', [c, b]), { transposeA: true, transposeB: true }),
  },
  linear: {
    build: (graph, [a, b, c]) => linear(graph.input('x', [a, b]), graph.input('y', [b, c]), graph.input('z', [c])),
  },
  'linear over many axes': {
    build: (graph, [a, b, c]) => linear(graph.input('x', [a, 2, b]), graph.input('y', [b, c]), graph.input('z', [c])),
  },
  reshape: { build: (graph, sizes) => square(reshape(x3(graph, sizes), [-1, sizes[2], 1])) },
  flattenOuter: { build: (graph, sizes) => square(flattenOuter(x3(graph, sizes))) },
  transpose: { build: (graph, sizes) => square(transpose(x3(graph, sizes), [2, 0, 1])) },
  'transpose of the last two': { build: (graph, sizes) => square(transpose(x3(graph, sizes))) },
  concat: { build: (graph, [a, b, c]) => square(concat([graph.input('x', [a, b]), graph.input('y', [a, c])], 1)) },
  slice: { build: (graph, [a, b]) => square(slice(graph.input('x', [a, b + 2]), 1, 1, b + 1)) },
  split: { build: (graph, [a, b, c]) => mul(...pairOf(split(graph.input('x', [b, 2 * a, c]), 1, [a, a]))) },
  'split into unequal thirds, used unequally': {
    build: (graph, [a, b, c]) => {
      const [p, q, r] = split(graph.input('x', [a, b + 4, c]), 1, [1, b, 3]);
      return concat([square(r), mul(q, 2), p], 1);
    },
  },
  'slices that overlap': {
    build: (graph, [a, b]) => {
      const x = graph.input('x', [a, b + 2]);
      return mul(slice(x, 1, 0, b + 1), square(slice(x, 1, 1, b + 2)));
    },
  },
  'slices that leave a gap': {
    build: (graph, [a, b]) => {
      const x = graph.input('x', [a, b + 2]);
      return mul(slice(x, 1, 0, 1), square(slice(x, 1, b + 1, b + 2)));
    },
  },
  pad: { build: (graph, sizes) => square(pad(x3(graph, sizes), 1, [2, 1])) },
  broadcastTo: { build: (graph, [a, b, c]) => square(broadcastTo(graph.input('x', [b, 1]), [a, b, c])) },
  gatherRows: { build: (graph, [a, b, c]) => gatherRows(graph.input('x', [a, b]), index(graph, c, a)), opaque: true },
  gatherWindow: {
    build: (graph, [a, b, c]) => gatherWindow(graph.input('x', [a + 3, b]), add(index(graph, c, a), 3), 4),
    opaque: true,
  },
  takeAlong: { build: (graph, [a, b]) => takeAlong(graph.input('x', [a, b]), index(graph, a, b)) },
  'takeAlong of the largest': {
    build: (graph, [a, b]) => takeAlong(graph.input('x', [a, b]), argMax(graph.input('y', [a, b]))),
  },
  oneHot: { build: (graph, [a, b]) => mul(oneHot(index(graph, a, b), b), graph.input('x', [a, b])) },
  reduceSum: { build: (graph, sizes) => square(reduceSum(x3(graph, sizes), [0, 2])) },
  'reduceSum of columns': { build: (graph, sizes) => square(reduceSum(x2(graph, sizes), 0)) },
  'reduceSum of all': { build: (graph, sizes) => square(reduceSum(x3(graph, sizes))) },
  reduceSumSquare: { build: (graph, sizes) => reduceSumSquare(x3(graph, sizes), [0, 2]) },
  reduceMean: { build: (graph, sizes) => square(reduceMean(x3(graph, sizes), 1, { keepDims: true })) },
  reduceMax: { build: (graph, sizes) => reduceMax(x3(graph, sizes), [1, -1]) },
  softmax: { build: (graph, sizes) => softmax(x3(graph, sizes)) },
  logSoftmax: { build: (graph, sizes) => logSoftmax(x3(graph, sizes)) },
  sign: { ...point(sign), opaque: true },
  argMax: { build: (graph, sizes) => cast(argMax(x3(graph, sizes), 1), 'float32'), opaque: true },
  cast: { ...point((x) => cast(cast(mul(x, 3), 'int32'), 'float32')), opaque: true },
  comparisons: {
    build: (graph, [a, b]) => {
      const [x, y] = [cast(graph.input('x', [a, b]), 'int32'), cast(graph.input('y', [b]), 'int32')];
      return [equal, less, lessOrEqual, greater, greaterOrEqual]
        .map((op, i) => mul(cast(op(x, y), 'float32'), 2 ** i))
        .reduce((p, q) => add(p, q));
    },
    opaque: true,
  },
  'one tensor used twice': point((x) => add(mul(x, tanh(x)), x)),
  meanSquaredError: { build: (graph, sizes) => meanSquaredError(x2(graph, sizes), graph.input('y', [sizes[1]])) },
  huberLoss: { build: (graph, sizes) => huberLoss(x2(graph, sizes), 0.3, 0.4) },
  categoricalEntropy: { build: (graph, sizes) => categoricalEntropy(x2(graph, sizes)) },
  softmaxCrossEntropy: { build: (graph, [a, b]) => softmaxCrossEntropy(graph.input('x', [a, b]), index(graph, a, b)) },
};

const pairOf = ([a, b]: readonly Tensor[]): [Tensor, Tensor] => [a, b];
