/** Comparisons, and the choice between two tensors by one. */

import { shapeError, type Op, type Operand, type Tensor } from '../tensor.ts';
import { broadcastShape, lift, liftPair } from './broadcasting.ts';

function comparison(name: string): (a: Operand, b: Operand) => Tensor {
  const op: Op = { name, gradient: () => [null, null] };
  return (left, right) => {
    const [a, b] = liftPair(left, right);
    if (a.dtype !== b.dtype || a.dtype === 'bool')
      throw shapeError(a.graph, name, [a, b], 'both must be numbers of one type');
    return a.graph.node(op, [a, b], { shape: broadcastShape(name, a, b), dtype: 'bool' });
  };
}

export const equal = comparison('equal');
export const less = comparison('less');
export const lessOrEqual = comparison('lessOrEqual');
export const greater = comparison('greater');
export const greaterOrEqual = comparison('greaterOrEqual');

const whereOp: Op = {
  name: 'where',
  gradient: (node, g, { sumTo }) => {
    const [condition, a, b] = node.inputs;
    return [null, sumTo(where(condition, g, 0), a.shape), sumTo(where(condition, 0, g), b.shape)];
  },
};

/** `a` where the condition holds, else `b`; all three broadcast. */
export function where(condition: Tensor, whenTrue: Operand, whenFalse: Operand): Tensor {
  const { graph } = condition;
  const neighbor =
    typeof whenTrue !== 'number' ? whenTrue : typeof whenFalse !== 'number' ? whenFalse : graph.constant([0], []);
  const a = lift(neighbor, whenTrue);
  const b = lift(neighbor, whenFalse);
  if (condition.dtype !== 'bool' || a.dtype !== b.dtype) {
    throw shapeError(graph, 'where', [condition, a, b], 'a bool condition and two tensors of one type');
  }
  // The pair's common shape, then the condition's; zero-cost views of shapes stand in for tensors.
  const pair = { ...a, shape: broadcastShape('where', a, b) };
  return graph.node(whereOp, [condition, a, b], { shape: broadcastShape('where', condition, pair), dtype: a.dtype });
}
