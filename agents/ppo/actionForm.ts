/** How a policy says what it would do: by probabilities of one choice, of several, or by a distribution over numbers. */

import type { Rng } from '../../core/rng.ts';
import type { ActionSpace, Actions } from '../../core/spec.ts';
import type { DType, Tensor } from '../nn/tensor.ts';
import { choiceForm } from './choiceForm.ts';
import { gaussianForm } from './gaussianForm.ts';

/** A distribution over the actions of each observation. */
export interface Distribution {
  /** (batch, scores) what is said of each action, for those who compare policies. */
  readonly scores: Tensor;
  /** (batch, numbers) what {@link ActionForm.sample} draws from. */
  readonly drawn: Tensor;
  /** (batch) or (batch, size): the best action. */
  readonly greedy: Tensor;
  /** (batch) in nats. */
  readonly entropy: Tensor;
  /** (batch) log probability of what was kept of an action. @param kept (batch, size) */
  logProb(kept: Tensor): Tensor;
}

/** Where a draw goes; all are written in place. */
export interface Draw {
  /** (numEnvs, size) what the env is told. */
  readonly actions: Actions;
  /** (numEnvs, size) what is learned from: the action itself, or what it was made of. */
  readonly kept: Actions;
  /** (numEnvs) */
  readonly logProb: Float32Array;
}

export interface ActionForm {
  /** Numbers that one action is made of. */
  readonly size: number;
  /** Type of what is kept of an action. */
  readonly dtype: Extract<DType, 'int32' | 'float32'>;
  /** @param features (batch, units) @param mask (batch, scores) bool; null: all is allowed */
  build(features: Tensor, name: string, mask: Tensor | null): Distribution;
  /** @param drawn values of {@link Distribution.drawn} */
  sample(rng: Rng, drawn: ArrayLike<number>, draw: Draw): void;
}

export function makeActionForm(space: ActionSpace): ActionForm {
  if (space.kind === 'continuous') return gaussianForm(space);
  return choiceForm(space.kind === 'discrete' ? [space.numActions] : space.sizes);
}
