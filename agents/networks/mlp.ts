/** Fully connected layers over the flattened window and the state. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { layerNorm } from '../nn/layers.ts';
import { concat, flattenOuter } from '../nn/ops/shaping.ts';
import { dropout } from './dropout.ts';
import { activationField, dropoutField, hiddenLayers, type TrunkBuilder } from './parts.ts';

export const mlpConfig = z
  .strictObject({
    kind: z.literal('mlp'),
    hidden: z.array(positiveInt).default([128, 128]).describe('units of each hidden layer; none: linear'),
    activation: activationField,
    initializer: z
      .enum(['orthogonal', 'he'])
      .default('orthogonal')
      .describe('how weights start: orthogonal, or He normal'),
    layerNorm: z.boolean().default(false).describe('normalizes what the layers read'),
    dropout: dropoutField,
  })
  .describe('fully connected layers over the flattened window and the state');

export type MlpConfig = z.infer<typeof mlpConfig>;

/** @returns (batch, last hidden size) */
export const buildMlp: TrunkBuilder<MlpConfig> = (config, { window, state }, place) => {
  const { name, luck } = place;
  const parts = [window === null ? null : flattenOuter(window), state].filter((part) => part !== null);
  const all = concat(parts, 1); // (batch, window * features + stateSize)
  const read = config.layerNorm ? layerNorm(all, { name: `${name}/norm` }) : all;
  return dropout(hiddenLayers(read, place, config), { name: `${name}/dropout`, rate: config.dropout, luck });
};
