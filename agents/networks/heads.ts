/** What stands on a trunk: action values, action preferences, a state value. */

import { orthogonal } from '../nn/initializers.ts';
import { dense, type DenseLayer } from '../nn/layers.ts';
import { add, sub } from '../nn/ops/arithmetic.ts';
import { where } from '../nn/ops/compare.ts';
import { reduceMean } from '../nn/ops/reduce.ts';
import { reshape } from '../nn/ops/shaping.ts';
import type { Tensor } from '../nn/tensor.ts';

/** Starts values and preferences near zero, so that no action is favored before anything was learned. */
const CALM = orthogonal(0.01);
/** Value of an action that is not allowed: below all others, and finite, so that a probability of zero times it stays zero. */
const DISALLOWED = -1e9;

/** Preferences of a policy. @returns (batch, numActions) */
export const logitsHead = (features: Tensor, name: string, numActions: number): Tensor =>
  dense(features, { name: `${name}/logits`, units: numActions, initializer: CALM });

/** One state value for each observation. @returns (batch) */
export function valueHead(features: Tensor, name: string): Tensor {
  const value = dense(features, { name: `${name}/value`, units: 1, initializer: CALM }); // (batch, 1)
  return reshape(value, [value.shape[0]]);
}

export interface ActionHeadOptions {
  readonly name: string;
  readonly numActions: number;
  /** Numbers for each action; null: one, and no axis for it. */
  readonly atoms: number | null;
  readonly layer: DenseLayer;
}

/** What is said of each action. @returns (batch, numActions), or (batch, numActions, atoms) */
export const qHead = (features: Tensor, { name, numActions, atoms, layer }: ActionHeadOptions): Tensor =>
  perAction(
    layer(features, { name: `${name}/q`, units: numActions * (atoms ?? 1), initializer: CALM }),
    numActions,
    atoms,
  );

/** The same as state value plus centered advantage. Paper: https://arxiv.org/abs/1511.06581 */
export function duelingHead(features: Tensor, { name, numActions, atoms, layer }: ActionHeadOptions): Tensor {
  const part = (what: string, actions: number): Tensor =>
    perAction(
      layer(features, { name: `${name}/${what}`, units: actions * (atoms ?? 1), initializer: CALM }),
      actions,
      atoms,
    );
  const value = part('value', 1); // (batch, 1[, atoms])
  const advantage = part('advantage', numActions);
  return add(value, sub(advantage, reduceMean(advantage, 1, { keepDims: true })));
}

const perAction = (flat: Tensor, actions: number, atoms: number | null): Tensor =>
  atoms === null ? flat : reshape(flat, [flat.shape[0], actions, atoms]);

/** Scores by which no action is taken that the mask forbids. @param scores (batch, numActions) @param mask bool of that shape; null: all are allowed */
export const allowOnly = (scores: Tensor, mask: Tensor | null): Tensor =>
  mask === null ? scores : where(mask, scores, DISALLOWED);
