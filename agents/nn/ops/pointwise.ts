/** Functions of one tensor, element by element. */

import { shapeError, type DType, type Op, type Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import type { GradientOps } from './gradientOps.ts';

type PointGradient = (node: { x: Tensor; out: Tensor }, g: Tensor, ops: GradientOps) => Tensor | null;

const pointOp = (name: string, gradient: PointGradient): Op => ({
  name,
  gradient: (out, g, ops) => [gradient({ x: out.inputs[0], out }, g, ops)],
});

function pointwise(name: string, gradient: PointGradient): (x: Tensor) => Tensor {
  const op = pointOp(name, gradient);
  return (x) => {
    requireFloat(name, x);
    return x.graph.node(op, [x], { shape: x.shape, dtype: x.dtype });
  };
}

function requireFloat(name: string, x: Tensor): void {
  if (x.dtype !== 'float32') throw shapeError(x.graph, name, [x], 'input must be float32');
}

export const neg = pointwise('neg', (_, g, { neg }) => neg(g));
export const exp = pointwise('exp', ({ out }, g) => mul(g, out));
export const log = pointwise('log', ({ x }, g, { div }) => div(g, x));
export const sqrt = pointwise('sqrt', ({ out }, g, { div }) => div(mul(g, 0.5), out));
export const abs = pointwise('abs', ({ x }, g, { sign }) => mul(g, sign(x)));
export const tanh = pointwise('tanh', ({ out }, g, { sub, square }) => mul(g, sub(1, square(out))));
/** The sign of the output is the derivative: 0 at and below zero, 1 above. */
export const relu = pointwise('relu', ({ out }, g, { sign }) => mul(g, sign(out)));
export const sigmoid = pointwise('sigmoid', ({ out }, g, { sub }) => mul(g, mul(out, sub(1, out))));
/** log(1 + exp(x)) without overflow. */
export const softplus = pointwise('softplus', ({ x }, g, { sigmoid }) => mul(g, sigmoid(x)));
export const sign = pointwise('sign', () => null);
/** The value without a gradient. */
export const stopGradient = pointwise('stopGradient', () => null);

export const square = (x: Tensor): Tensor => mul(x, x);

const clipOp: Op = {
  name: 'clip',
  gradient: (out, g, { where, lessOrEqual, greaterOrEqual }) => {
    const [x] = out.inputs;
    const inside = where(lessOrEqual(x, Number(out.attributes.high)), g, 0);
    return [where(greaterOrEqual(x, Number(out.attributes.low)), inside, 0)];
  },
};

/** Into [low, high]; the gradient passes inside and on the bounds. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  requireFloat('clip', x);
  if (!(low <= high)) throw shapeError(x.graph, 'clip', [x], `low ${low} must not exceed high ${high}`);
  return x.graph.node(clipOp, [x], { shape: x.shape, dtype: x.dtype, attributes: { low, high } });
}

/** Half the square within `delta` of zero, linear outside: c (x - c / 2) with c = clip(x). Its slope is c. */
const huberOp: Op = {
  name: 'huber',
  gradient: (out, g) => {
    const delta = Number(out.attributes.delta);
    return [mul(g, clip(out.inputs[0], -delta, delta))];
  },
};

export function huber(x: Tensor, delta = 1): Tensor {
  requireFloat('huber', x);
  return x.graph.node(huberOp, [x], { shape: x.shape, dtype: x.dtype, attributes: { delta } });
}

const castOp: Op = { name: 'cast', gradient: () => [null] };

/** Another type, cut toward zero into integers; no gradient. */
export const cast = (x: Tensor, dtype: DType): Tensor =>
  x.dtype === dtype ? x : x.graph.node(castOp, [x], { shape: x.shape, dtype });
