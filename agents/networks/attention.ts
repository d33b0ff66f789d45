/** One look back over the window: the last bar asks, every bar answers. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { dense, layerNorm } from '../nn/layers.ts';
import { add } from '../nn/ops/arithmetic.ts';
import { reshape } from '../nn/ops/shaping.ts';
import { dropout } from './dropout.ts';
import {
  activationField,
  besideState,
  dropoutField,
  hiddenLayers,
  requireWindow,
  tailField,
  type TrunkBuilder,
} from './parts.ts';
import { addPositions, checkHeads, lastBar, selfAttention } from './selfAttention.ts';

export const positionsField = z
  .enum(['sinusoidal', 'learned', 'none'])
  .default('sinusoidal')
  .describe('how a bar knows its place in the window');

export const attentionConfig = z
  .strictObject({
    kind: z.literal('attention'),
    dModel: positiveInt.default(64).describe('numbers that stand for one bar'),
    numHeads: positiveInt.default(4).describe('looks side by side; a divisor of dModel'),
    positions: positionsField,
    activation: activationField,
    dropout: dropoutField,
    hidden: tailField,
  })
  .describe('multi-head self-attention over the window, read at its last bar');

export type AttentionConfig = z.infer<typeof attentionConfig>;

/** @returns (batch, last hidden size) */
export const buildAttention: TrunkBuilder<AttentionConfig> = (config, observed, place) => {
  const { name, luck, layer = dense } = place;
  const { dModel, numHeads, positions } = config;
  checkHeads(dModel, numHeads, name);
  const window = requireWindow(observed, config.kind, place); // (batch, bars, features)
  const bars = addPositions(layer(window, { name: `${name}/embed`, units: dModel }), name, positions);
  const found = selfAttention(bars, { name: `${name}/attention`, numHeads, queries: 'last', layer }); // (batch, 1, dModel)
  const kept = dropout(found, { name: `${name}/dropout`, rate: config.dropout, luck });
  const summary = layerNorm(add(lastBar(bars), kept), { name: `${name}/norm` });
  return hiddenLayers(besideState(reshape(summary, [window.shape[0], dModel]), observed), place, config);
};
