/** Arithmetic on two tensors that broadcast. */

import { shapeError, type Op, type Operand, type Tensor } from '../tensor.ts';
import { broadcastShape, liftPair } from './broadcasting.ts';
import type { GradientOps } from './gradientOps.ts';

type PairGradient = (
  operands: { a: Tensor; b: Tensor; out: Tensor },
  g: Tensor,
  ops: GradientOps,
) => readonly [Tensor, Tensor];

/** An op on two tensors; its gradient is written as if nothing were stretched. */
function pairOp(name: string, gradient: PairGradient): (a: Operand, b: Operand) => Tensor {
  const op: Op = {
    name,
    gradient: (out, g, ops) => {
      const [a, b] = out.inputs;
      const [byA, byB] = gradient({ a, b, out }, g, ops);
      return [ops.sumTo(byA, a.shape), ops.sumTo(byB, b.shape)];
    },
  };
  return (left, right) => {
    const [a, b] = liftPair(left, right);
    if (a.dtype !== b.dtype || a.dtype === 'bool')
      throw shapeError(a.graph, name, [a, b], 'both must be numbers of one type');
    return a.graph.node(op, [a, b], { shape: broadcastShape(name, a, b), dtype: a.dtype });
  };
}

export const add = pairOp('add', (_, g) => [g, g]);
export const sub = pairOp('sub', (_, g, { neg }) => [g, neg(g)]);
export const mul = pairOp('mul', ({ a, b }, g) => [mul(g, b), mul(g, a)]);
export const div = pairOp('div', ({ b, out }, g, { neg }) => {
  const byA = div(g, b);
  return [byA, neg(mul(byA, out))];
});

/** Where both are equal, the gradient goes to the first. */
export const minimum = pairOp('minimum', ({ a, b }, g, ops) => pick(ops.greaterOrEqual(b, a), g, ops));
export const maximum = pairOp('maximum', ({ a, b }, g, ops) => pick(ops.greaterOrEqual(a, b), g, ops));

const pick = (first: Tensor, g: Tensor, { where }: GradientOps): [Tensor, Tensor] => [
  where(first, g, 0),
  where(first, 0, g),
];
