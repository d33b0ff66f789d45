/** A Transformer encoder over the window, normalized before each part. Papers: https://arxiv.org/abs/1706.03762, https://arxiv.org/abs/2002.04745 */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { dense, layerNorm } from '../nn/layers.ts';
import { add } from '../nn/ops/arithmetic.ts';
import { reshape } from '../nn/ops/shaping.ts';
import type { Tensor } from '../nn/tensor.ts';
import { positionsField } from './attention.ts';
import { dropout } from './dropout.ts';
import {
  activationField,
  besideState,
  dropoutField,
  hiddenLayers,
  requireWindow,
  tailField,
  type TrunkBuilder,
  type TrunkPlace,
} from './parts.ts';
import { addPositions, checkHeads, lastBar, selfAttention } from './selfAttention.ts';

export const transformerConfig = z
  .strictObject({
    kind: z.literal('transformer'),
    dModel: positiveInt.default(64).describe('numbers that stand for one bar'),
    numHeads: positiveInt.default(4).describe('looks side by side in each layer; a divisor of dModel'),
    numLayers: positiveInt.default(2).describe('layers of attention and feed-forward'),
    feedForward: positiveInt.default(256).describe('units between the two halves of a feed-forward part'),
    positions: positionsField,
    activation: activationField,
    dropout: dropoutField,
    hidden: tailField,
  })
  .describe('Transformer encoder over the window, read at its last bar');

export type TransformerConfig = z.infer<typeof transformerConfig>;

interface EncoderLayerOptions {
  readonly numHeads: number;
  readonly feedForward: number;
  readonly dropout: number;
  readonly queries: 'all' | 'last';
}

/** x + attention(norm(x)), then that + feed-forward(norm(that)). @param x (batch, bars, model) @returns (batch, bars or 1, model) */
export function encoderLayer(x: Tensor, place: TrunkPlace, options: EncoderLayerOptions): Tensor {
  const { name, luck, layer = dense } = place;
  const { numHeads, feedForward, queries } = options;
  const drop = (part: Tensor, what: string): Tensor =>
    dropout(part, { name: `${name}/${what}`, rate: options.dropout, luck });
  const read = layerNorm(x, { name: `${name}/attentionNorm` });
  const found = selfAttention(read, { name: `${name}/attention`, numHeads, queries, layer });
  const seen = add(queries === 'all' ? x : lastBar(x), drop(found, 'attentionDropout'));
  const read2 = layerNorm(seen, { name: `${name}/feedForwardNorm` });
  const inner = layer(read2, { name: `${name}/feedForward0`, units: feedForward, activation: 'relu' });
  const outer = layer(inner, { name: `${name}/feedForward1`, units: Number(x.shape[2]) });
  return add(seen, drop(outer, 'feedForwardDropout'));
}

/** @returns (batch, last hidden size) */
export const buildTransformer: TrunkBuilder<TransformerConfig> = (config, observed, place) => {
  const { name, layer: make = dense } = place;
  const { dModel, numHeads, numLayers, feedForward, positions } = config;
  checkHeads(dModel, numHeads, name);
  const window = requireWindow(observed, config.kind, place); // (batch, bars, features)
  let x = addPositions(make(window, { name: `${name}/embed`, units: dModel }), name, positions);
  for (let layer = 0; layer < numLayers; layer++) {
    // Only the last bar is read, so in the last layer it alone asks.
    const queries = layer === numLayers - 1 ? 'last' : 'all';
    x = encoderLayer(
      x,
      { ...place, name: `${name}/layer${layer}` },
      { numHeads, feedForward, dropout: config.dropout, queries },
    );
  }
  const summary = reshape(layerNorm(x, { name: `${name}/norm` }), [window.shape[0], dModel]);
  return hiddenLayers(besideState(summary, observed), place, config);
};
