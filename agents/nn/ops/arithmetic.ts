/** Arithmetic on two tensors that broadcast. */

import { shapeError, type Op, type Operand, type Tensor } from '../tensor.ts';
import { broadcastShape, liftPair, sumTo } from './broadcasting.ts';
import { greaterOrEqual, where } from './compare.ts';
import { neg } from './pointwise.ts';

type PairGradient = (operands: { a: Tensor; b: Tensor; out: Tensor }, g: Tensor) => readonly [Tensor, Tensor];

/** An op on two tensors; its gradient is written as if nothing were stretched. */
function pairOp(name: string, gradient: PairGradient): (a: Operand, b: Operand) => Tensor {
  const op: Op = {
    name,
    gradient: (out, g) => {
      const [a, b] = out.inputs;
      const [byA, byB] = gradient({ a, b, out }, g);
      return [sumTo(byA, a.shape), sumTo(byB, b.shape)];
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
export const sub = pairOp('sub', (_, g) => [g, neg(g)]);
export const mul = pairOp('mul', ({ a, b }, g) => [mul(g, b), mul(g, a)]);
export const div = pairOp('div', ({ b, out }, g) => {
  const byA = div(g, b);
  return [byA, neg(mul(byA, out))];
});

/** Where both are equal, the gradient goes to the first. */
export const minimum = pairOp('minimum', ({ a, b }, g) => pick(greaterOrEqual(b, a), g));
export const maximum = pairOp('maximum', ({ a, b }, g) => pick(greaterOrEqual(a, b), g));

const pick = (first: Tensor, g: Tensor): [Tensor, Tensor] => [where(first, g, 0), where(first, 0, g)];
