/** In which form a network says what an action is worth: a number, a histogram, or quantiles. */

import { add, mul, sub } from '../nn/ops/arithmetic.ts';
import { oneHot, takeAlong } from '../nn/ops/indexing.ts';
import { huber, stopGradient } from '../nn/ops/pointwise.ts';
import { reduceSum } from '../nn/ops/reduce.ts';
import { reshape } from '../nn/ops/shaping.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';

/** One step as a learner of values sees it. */
export interface TdStep {
  /** (batch[, atoms]) what is said of the action taken. */
  readonly chosen: Tensor;
  /** (batch[, atoms]) what the target network says of the next action. */
  readonly next: Tensor;
  /** (batch) discounted rewards of the steps lived. */
  readonly reward: Tensor;
  /** (batch) gamma to the number of steps; 0 after an end. */
  readonly bootstrap: Tensor;
}

export interface ValueForm {
  /** Numbers for each action; null: one, and no axis for it. */
  readonly atoms: number | null;
  /** Mean values, by which actions are compared. @param outputs (batch, numActions[, atoms]) @returns (batch, numActions) */
  values(outputs: Tensor): Tensor;
  /** What is said of one action of each. @param action (batch) int32 @returns (batch[, atoms]) */
  take(outputs: Tensor, action: Tensor): Tensor;
  /** Both (batch): what to minimize, and how wrong it was, for replay. No gradient flows through `next`. */
  error(step: TdStep): { readonly loss: Tensor; readonly tdError: Tensor };
}

/** reward + bootstrap * value of what follows. All (batch). */
export const tdTarget = ({ reward, bootstrap, next }: Omit<TdStep, 'chosen'>): Tensor =>
  stopGradient(add(reward, mul(bootstrap, next)));

/** One number an action, and the Huber loss of its error. */
export const numberForm = (huberDelta: number): ValueForm => ({
  atoms: null,
  values: (outputs) => outputs,
  take: takeAlong,
  error(step) {
    const tdError = sub(step.chosen, tdTarget(step));
    return { loss: huber(tdError, huberDelta), tdError };
  },
});

/** The row of one action. @param outputs (batch, numActions, atoms) @param action (batch) int32 @returns (batch, atoms) */
export function takeAtoms(outputs: Tensor, action: Tensor): Tensor {
  const [batch, numActions] = outputs.shape;
  const chosen = reshape(oneHot(action, fixedDim(numActions)), [batch, numActions, 1]);
  return reduceSum(mul(outputs, chosen), 1);
}

/** reward + bootstrap * x for every x of a row. @param atoms (batch, atoms) or (atoms) @returns (batch, atoms) */
export function shiftAtoms(atoms: Tensor, { reward, bootstrap }: Pick<TdStep, 'reward' | 'bootstrap'>): Tensor {
  const column = [reward.shape[0], 1];
  return add(reshape(reward, column), mul(reshape(bootstrap, column), atoms));
}
