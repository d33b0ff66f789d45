/** Fully connected layers over the flattened window and the state. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { orthogonal } from '../nn/initializers.ts';
import { dense } from '../nn/layers.ts';
import { concat, flattenOuter } from '../nn/ops/shaping.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { ObservedTensors } from './observation.ts';

export const mlpConfig = z
  .strictObject({
    kind: z.literal('mlp'),
    hidden: z.array(positiveInt).default([128, 128]).describe('units of each hidden layer; none: linear'),
    activation: z.enum(['relu', 'tanh']).default('relu').describe('what follows each hidden layer'),
  })
  .describe('fully connected layers over the flattened window and the state');

export type MlpConfig = z.infer<typeof mlpConfig>;

/** @returns (batch, last hidden size) */
export function buildMlp({ hidden, activation }: MlpConfig, { window, state }: ObservedTensors, name: string): Tensor {
  const parts = [window === null ? null : flattenOuter(window), state].filter((part) => part !== null);
  return hidden.reduce(
    (x, units, layer) =>
      dense(x, { name: `${name}/hidden${layer}`, units, activation, initializer: orthogonal(Math.SQRT2) }),
    concat(parts, 1), // (batch, window * features + stateSize)
  );
}
