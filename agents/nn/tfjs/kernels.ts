/** Each op of the graph in TensorFlow's words. */

import { InputError } from '../../../core/errors.ts';
import { numberAttribute, numbersAttribute, type Tensor } from '../tensor.ts';
import type { TensorFlow, TfTensor } from './tensorFlow.ts';

export interface KernelContext {
  readonly tf: TensorFlow;
  readonly node: Tensor;
  readonly inputs: readonly TfTensor[];
  /** The node's shape with every size known. */
  readonly shape: number[];
}

/** Computes one node; the result is a tensor of its own, never one of the inputs. */
type Kernel = (context: KernelContext) => TfTensor;

type UnaryName = 'neg' | 'exp' | 'log' | 'sqrt' | 'abs' | 'tanh' | 'relu' | 'sigmoid' | 'softplus' | 'sign';
type BinaryName =
  'add' | 'sub' | 'mul' | 'minimum' | 'maximum' | 'equal' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual';

const unary =
  (name: UnaryName): Kernel =>
  ({ tf, inputs: [x] }) =>
    tf[name](x);

const binary =
  (name: BinaryName): Kernel =>
  ({ tf, inputs: [a, b] }) =>
    tf[name](a, b);

/** Without axes there is nothing to reduce: a scalar is its own sum. */
const reduction =
  (name: 'sum' | 'mean' | 'max'): Kernel =>
  ({ tf, node, inputs: [x] }) => {
    const axes = [...numbersAttribute(node, 'axes')];
    return axes.length === 0 ? x.clone() : tf[name](x, axes, numberAttribute(node, 'keepDims') === 1);
  };

/** Integers divide toward zero, as in ONNX and C; TensorFlow rounds down. */
const div: Kernel = ({ tf, node, inputs: [a, b] }) => {
  if (node.dtype !== 'int32') return tf.div(a, b);
  const sign = tf.mul(tf.sign(a), tf.sign(b));
  return tf.mul(sign, tf.floorDiv(tf.abs(a), tf.abs(b)));
};

/** Leading axes are stretched here: TensorFlow.js does not stretch them alike on all its backends. */
const matmul: Kernel = ({ tf, node, inputs: [a, b], shape }) => {
  const lead = shape.slice(0, -2);
  const stretch = (x: TfTensor): TfTensor =>
    x.shape.slice(0, -2).join() === lead.join() ? x : tf.broadcastTo(x, [...lead, ...x.shape.slice(-2)]);
  const transposed = (name: string): boolean => numberAttribute(node, name) === 1;
  return tf.matMul(stretch(a), stretch(b), transposed('transposeA'), transposed('transposeB'));
};

const slice: Kernel = ({ tf, node, inputs: [x], shape }) => {
  const axis = numberAttribute(node, 'axis');
  const begin = shape.map((_, i) => (i === axis ? numberAttribute(node, 'start') : 0));
  return tf.slice(x, begin, shape);
};

const pad: Kernel = ({ tf, node, inputs: [x], shape }) => {
  const axis = numberAttribute(node, 'axis');
  const amounts = shape.map((_, i): [number, number] =>
    i === axis ? [numberAttribute(node, 'before'), numberAttribute(node, 'after')] : [0, 0],
  );
  return tf.pad(x, amounts);
};

/** A pick from the flat tensor: multiplying by a one-hot row would let an infinity elsewhere in the row through as NaN. */
const takeAlong: Kernel = ({ tf, inputs: [x, column], shape }) => {
  const columns = x.shape[x.shape.length - 1];
  const rows = shape.reduce((product, dim) => product * dim, 1);
  const starts = tf.range(0, rows * columns, columns, 'int32');
  const places = tf.add(starts, tf.reshape(column, [rows]));
  return tf.reshape(tf.gather(tf.reshape(x, [rows * columns]), places), shape);
};

const huber: Kernel = ({ tf, node, inputs: [x] }) => {
  const delta = numberAttribute(node, 'delta');
  const clipped = tf.clipByValue(x, -delta, delta);
  return tf.mul(clipped, tf.sub(x, tf.mul(clipped, tf.scalar(0.5))));
};

export const KERNELS: Readonly<Record<string, Kernel>> = {
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div,
  minimum: binary('minimum'),
  maximum: binary('maximum'),
  equal: binary('equal'),
  less: binary('less'),
  lessOrEqual: binary('lessEqual'),
  greater: binary('greater'),
  greaterOrEqual: binary('greaterEqual'),
  where: ({ tf, inputs: [condition, a, b] }) => tf.where(condition, a, b),
  neg: unary('neg'),
  exp: unary('exp'),
  log: unary('log'),
  sqrt: unary('sqrt'),
  abs: unary('abs'),
  tanh: unary('tanh'),
  relu: unary('relu'),
  sigmoid: unary('sigmoid'),
  softplus: unary('softplus'),
  sign: unary('sign'),
  stopGradient: ({ inputs: [x] }) => x.clone(),
  huber,
  clip: ({ tf, node, inputs: [x] }) => tf.clipByValue(x, numberAttribute(node, 'low'), numberAttribute(node, 'high')),
  cast: ({ tf, node, inputs: [x] }) => tf.cast(x, node.dtype),
  softmax: ({ tf, inputs: [x] }) => tf.softmax(x),
  logSoftmax: ({ tf, inputs: [x] }) => tf.logSoftmax(x),
  matmul,
  linear: ({ tf, inputs: [x, weight, bias] }) => tf.add(tf.matMul(x, weight, false, false), bias),
  reduceSum: reduction('sum'),
  reduceMean: reduction('mean'),
  reduceMax: reduction('max'),
  reduceSumSquare: (context) => reduction('sum')({ ...context, inputs: [context.tf.square(context.inputs[0])] }),
  argMax: ({ tf, node, inputs: [x] }) => tf.argMax(x, numberAttribute(node, 'axis')),
  reshape: ({ tf, inputs: [x], shape }) => tf.reshape(x, shape),
  broadcastTo: ({ tf, inputs: [x], shape }) => tf.broadcastTo(x, shape),
  transpose: ({ tf, node, inputs: [x] }) => tf.transpose(x, [...numbersAttribute(node, 'order')]),
  concat: ({ tf, node, inputs }) => tf.concat([...inputs], numberAttribute(node, 'axis')),
  slice,
  pad,
  gatherRows: ({ tf, inputs: [matrix, index] }) => tf.gather(matrix, index),
  takeAlong,
};

/** @throws InputError when TensorFlow has no words for the node's op */
export function kernelOf({ op }: Tensor): Kernel {
  const kernel = KERNELS[op.name];
  if (kernel === undefined) throw new InputError({ what: `op '${op.name}' has no TensorFlow form`, where: 'tfjs' });
  return kernel;
}
