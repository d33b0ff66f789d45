/** Probabilities over the last axis. */

import { shapeError, type Op, type Tensor } from '../tensor.ts';

const overLastAxis =
  (op: Op): ((x: Tensor) => Tensor) =>
  (x) => {
    if (x.shape.length === 0 || x.dtype !== 'float32')
      throw shapeError(x.graph, op.name, [x], 'float32 with at least one axis');
    return x.graph.node(op, [x], { shape: x.shape, dtype: x.dtype });
  };

export const softmax = overLastAxis({
  name: 'softmax',
  gradient: (out, g, { mul, sub, reduceSum }) => [mul(out, sub(g, reduceSum(mul(g, out), -1, { keepDims: true })))],
});

export const logSoftmax = overLastAxis({
  name: 'logSoftmax',
  gradient: (out, g, { mul, sub, exp, reduceSum }) => [sub(g, mul(exp(out), reduceSum(g, -1, { keepDims: true })))],
});
