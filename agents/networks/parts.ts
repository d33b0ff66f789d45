/** What builders of trunks have in common. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import { positiveInt } from '../../core/schema.ts';
import { heNormal, orthogonal, type Initializer } from '../nn/initializers.ts';
import { dense, type DenseLayer } from '../nn/layers.ts';
import { concat } from '../nn/ops/shaping.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { Luck } from './luck.ts';
import type { ObservedTensors } from './observation.ts';

/** Where a trunk belongs. */
export interface TrunkPlace {
  /** Prefix of every parameter: 'online', 'policy/actor'. */
  readonly name: string;
  /** Luck for dropout while training; null: nothing is dropped. */
  readonly luck: Luck | null;
  /** How fully connected layers are made; `dense` where absent. */
  readonly layer?: DenseLayer;
}

/** From observations (batch) to features (batch, units). */
export type TrunkBuilder<Config> = (config: Config, observed: ObservedTensors, place: TrunkPlace) => Tensor;

export const activationField = z.enum(['relu', 'tanh']).default('relu').describe('what follows each hidden layer');
export const dropoutField = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe('share of elements zeroed while training; none when acting');
export const tailField = z
  .array(positiveInt)
  .default([64])
  .describe('units of each fully connected layer after the summary of the window, joined by the state');

/** The window. @throws InputError naming the kind where the observation has none */
export function requireWindow({ window }: ObservedTensors, kind: string, { name }: TrunkPlace): Tensor {
  if (window !== null) return window;
  throw new InputError({
    what: `network kind '${kind}' reads a window, and these observations have none`,
    where: name,
    rule: 'the environment has a context',
    hint: "use kind 'mlp'",
  });
}

interface HiddenOptions {
  readonly hidden: readonly number[];
  readonly activation: 'relu' | 'tanh';
  readonly initializer?: 'orthogonal' | 'he';
}

const INITIALIZERS: Readonly<Record<'orthogonal' | 'he', Initializer>> = {
  orthogonal: orthogonal(Math.SQRT2),
  he: heNormal,
};

/** Fully connected layers, one after another. @param x (batch, inputs) @returns (batch, last hidden size) */
export const hiddenLayers = (
  x: Tensor,
  { name, layer: make = dense }: Pick<TrunkPlace, 'name' | 'layer'>,
  { hidden, activation, initializer = 'orthogonal' }: HiddenOptions,
): Tensor =>
  hidden.reduce(
    (input, units, layer) =>
      make(input, { name: `${name}/hidden${layer}`, units, activation, initializer: INITIALIZERS[initializer] }),
    x,
  );

/** What a trunk says of the window, joined by the state. @param summary (batch, units) */
export const besideState = (summary: Tensor, { state }: ObservedTensors): Tensor =>
  state === null ? summary : concat([summary, state], 1);
