/** What stands on a trunk: action values, action preferences, a state value. */

import { orthogonal } from '../nn/initializers.ts';
import { dense } from '../nn/layers.ts';
import { add, sub } from '../nn/ops/arithmetic.ts';
import { reduceMean } from '../nn/ops/reduce.ts';
import { reshape } from '../nn/ops/shaping.ts';
import type { Tensor } from '../nn/tensor.ts';

/** Starts values and preferences near zero, so that no action is favored before anything was learned. */
const CALM = orthogonal(0.01);

/** Preferences of a policy. @returns (batch, numActions) */
export const logitsHead = (features: Tensor, name: string, numActions: number): Tensor =>
  dense(features, { name: `${name}/logits`, units: numActions, initializer: CALM });

/** One state value for each observation. @returns (batch) */
export function valueHead(features: Tensor, name: string): Tensor {
  const value = dense(features, { name: `${name}/value`, units: 1, initializer: CALM }); // (batch, 1)
  return reshape(value, [value.shape[0]]);
}

/** Action values. @returns (batch, numActions) */
export const qHead = (features: Tensor, name: string, numActions: number): Tensor =>
  dense(features, { name: `${name}/q`, units: numActions, initializer: CALM });

/** Action values as state value plus centered advantage. Paper: https://arxiv.org/abs/1511.06581 */
export function duelingHead(features: Tensor, name: string, numActions: number): Tensor {
  const value = dense(features, { name: `${name}/value`, units: 1, initializer: CALM }); // (batch, 1)
  const advantage = dense(features, { name: `${name}/advantage`, units: numActions, initializer: CALM });
  return add(value, sub(advantage, reduceMean(advantage, -1, { keepDims: true }))); // (batch, numActions)
}
