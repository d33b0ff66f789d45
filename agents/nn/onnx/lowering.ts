/** Each op of the graph in ONNX's words. */

import { InputError } from '../../../core/errors.ts';
import { numberAttribute, numbersAttribute, type Tensor } from '../tensor.ts';
import { ONNX_DTYPE, type OnnxAttribute } from './model.ts';

/** Where the lowered nodes go. */
export interface OnnxSink {
  /** ONNX name of a tensor. */
  name(tensor: Tensor): string;
  /** Adds a node whose single output is `output`, or a new name. */
  emit(
    opType: string,
    inputs: readonly string[],
    options?: { output?: string; attributes?: Record<string, OnnxAttribute> },
  ): string;
  float(value: number): string;
  /** A vector of ones. */
  ones(length: number): string;
  integers(values: readonly number[]): string;
}

/** Emits the nodes that compute `node` into the name `output`. */
type Lowering = (node: Tensor, sink: OnnxSink, output: string) => void;

/** An op that ONNX has as it is. */
const direct =
  (opType: string): Lowering =>
  (node, sink, output) => {
    sink.emit(
      opType,
      node.inputs.map((input) => sink.name(input)),
      { output },
    );
  };

const reduction =
  (opType: string): Lowering =>
  (node, sink, output) => {
    const inputs = [sink.name(node.inputs[0]), sink.integers(numbersAttribute(node, 'axes'))];
    sink.emit(opType, inputs, { output, attributes: { keepdims: numberAttribute(node, 'keepDims') } });
  };

const overLastAxis =
  (opType: string): Lowering =>
  (node, sink, output) => {
    sink.emit(opType, [sink.name(node.inputs[0])], { output, attributes: { axis: -1 } });
  };

const matmul: Lowering = (node, sink, output) => {
  const [a, b] = node.inputs;
  const [transA, transB] = [numberAttribute(node, 'transposeA'), numberAttribute(node, 'transposeB')];
  if (a.shape.length === 2 && b.shape.length === 2) {
    sink.emit('Gemm', [sink.name(a), sink.name(b)], { output, attributes: { transA, transB } });
    return;
  }
  const side = (x: Tensor, transposed: number): string => {
    if (transposed === 0) return sink.name(x);
    const rank = x.shape.length;
    const perm = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
    return sink.emit('Transpose', [sink.name(x)], { attributes: { perm } });
  };
  sink.emit('MatMul', [side(a, transA), side(b, transB)], { output });
};

const huber: Lowering = (node, sink, output) => {
  const delta = numberAttribute(node, 'delta');
  const x = sink.name(node.inputs[0]);
  const clipped = sink.emit('Clip', [x, sink.float(-delta), sink.float(delta)]);
  const half = sink.emit('Mul', [clipped, sink.float(0.5)]);
  sink.emit('Mul', [clipped, sink.emit('Sub', [x, half])], { output });
};

const slice: Lowering = (node, sink, output) => {
  const bounds = ['start', 'end', 'axis'].map((name) => sink.integers([numberAttribute(node, name)]));
  sink.emit('Slice', [sink.name(node.inputs[0]), ...bounds], { output });
};

const pad: Lowering = (node, sink, output) => {
  const axis = numberAttribute(node, 'axis');
  const rank = node.shape.length;
  const amounts = new Array<number>(2 * rank).fill(0);
  amounts[axis] = numberAttribute(node, 'before');
  amounts[axis + rank] = numberAttribute(node, 'after');
  sink.emit('Pad', [sink.name(node.inputs[0]), sink.integers(amounts)], { output });
};

/** ONNX copies a size with 0 and infers one with -1. */
const reshape: Lowering = (node, sink, output) => {
  const source = node.inputs[0].shape;
  let inferred = 0;
  const dims = node.shape.map((dim, i) => {
    if (typeof dim === 'number') return dim;
    if (dim === source[i]) return 0;
    inferred++;
    return -1;
  });
  if (inferred > 1)
    throw new InputError({
      what: 'reshape moves more than one size that is known only at run time',
      where: 'onnx',
      value: node.shape,
    });
  sink.emit('Reshape', [sink.name(node.inputs[0]), sink.integers(dims)], { output });
};

/** A size of 1 keeps the input's, so that a size known only at run time passes through. */
const broadcastTo: Lowering = (node, sink, output) => {
  const source = node.inputs[0].shape;
  const lead = node.shape.length - source.length;
  const dims = node.shape.map((dim, i) => {
    if (typeof dim === 'number') return dim;
    if (dim === source[i - lead]) return 1;
    throw new InputError({
      what: `cannot stretch to size '${dim}', known only at run time`,
      where: 'onnx',
      value: node.shape,
    });
  });
  sink.emit('Expand', [sink.name(node.inputs[0]), sink.integers(dims)], { output });
};

/**
 * The sign of a ReLU's output is 0 or 1. Sign is a branch per element in onnxruntime; a hard sigmoid so steep that it
 * is a step (exact but for subnormal numbers) costs a third.
 */
const sign: Lowering = (node, sink, output) => {
  const [x] = node.inputs;
  if (x.op.name !== 'relu') return direct('Sign')(node, sink, output);
  sink.emit('HardSigmoid', [sink.name(x)], { output, attributes: { alpha: { float: STEEP }, beta: { float: 0 } } });
};

const STEEP = 2 ** 127;

/** Sums of columns are a product with a row of ones, which runs on the matrix kernels. */
const reduceSum: Lowering = (node, sink, output) => {
  const [x] = node.inputs;
  const [rows] = x.shape;
  const overRows =
    x.shape.length === 2 &&
    typeof rows === 'number' &&
    x.dtype === 'float32' &&
    numbersAttribute(node, 'axes').join() === '0';
  if (!overRows || numberAttribute(node, 'keepDims') === 1) return reduction('ReduceSum')(node, sink, output);
  sink.emit('MatMul', [sink.ones(rows), sink.name(x)], { output });
};

export const LOWERINGS: Readonly<Record<string, Lowering>> = {
  add: direct('Add'),
  sub: direct('Sub'),
  mul: direct('Mul'),
  div: direct('Div'),
  minimum: direct('Min'),
  maximum: direct('Max'),
  neg: direct('Neg'),
  exp: direct('Exp'),
  log: direct('Log'),
  sqrt: direct('Sqrt'),
  abs: direct('Abs'),
  tanh: direct('Tanh'),
  relu: direct('Relu'),
  sigmoid: direct('Sigmoid'),
  softplus: direct('Softplus'),
  sign,
  stopGradient: direct('Identity'),
  equal: direct('Equal'),
  less: direct('Less'),
  lessOrEqual: direct('LessOrEqual'),
  greater: direct('Greater'),
  greaterOrEqual: direct('GreaterOrEqual'),
  where: direct('Where'),
  linear: direct('Gemm'),
  softmax: overLastAxis('Softmax'),
  logSoftmax: overLastAxis('LogSoftmax'),
  reduceSum,
  reduceSumSquare: reduction('ReduceSumSquare'),
  reduceMean: reduction('ReduceMean'),
  reduceMax: reduction('ReduceMax'),
  matmul,
  huber,
  slice,
  pad,
  reshape,
  broadcastTo,
  clip: (node, sink, output) => {
    const bounds = [numberAttribute(node, 'low'), numberAttribute(node, 'high')];
    sink.emit('Clip', [sink.name(node.inputs[0]), ...bounds.map((bound) => sink.float(bound))], { output });
  },
  cast: (node, sink, output) => {
    sink.emit('Cast', [sink.name(node.inputs[0])], { output, attributes: { to: ONNX_DTYPE[node.dtype] } });
  },
  transpose: (node, sink, output) => {
    sink.emit('Transpose', [sink.name(node.inputs[0])], {
      output,
      attributes: { perm: numbersAttribute(node, 'order') },
    });
  },
  concat: (node, sink, output) => {
    sink.emit(
      'Concat',
      node.inputs.map((input) => sink.name(input)),
      { output, attributes: { axis: numberAttribute(node, 'axis') } },
    );
  },
  takeAlong: (node, sink, output) => {
    sink.emit(
      'GatherElements',
      node.inputs.map((input) => sink.name(input)),
      { output, attributes: { axis: -1 } },
    );
  },
  gatherRows: (node, sink, output) => {
    sink.emit(
      'Gather',
      node.inputs.map((input) => sink.name(input)),
      { output, attributes: { axis: 0 } },
    );
  },
  argMax: (node, sink, output) => {
    const index = sink.emit('ArgMax', [sink.name(node.inputs[0])], {
      attributes: { axis: numberAttribute(node, 'axis'), keepdims: 0 },
    });
    sink.emit('Cast', [index], { output, attributes: { to: ONNX_DTYPE.int32 } });
  },
};
