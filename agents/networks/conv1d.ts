/** Dilated convolutions along the window. Paper: https://arxiv.org/abs/1803.01271 */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { heNormal, zeros } from '../nn/initializers.ts';
import { ACTIVATIONS, layerNorm } from '../nn/layers.ts';
import { linear } from '../nn/ops/matmul.ts';
import { reduceMax, reduceMean } from '../nn/ops/reduce.ts';
import { concat, reshape, slice } from '../nn/ops/shaping.ts';
import { fixedDim, shapeError, type Tensor } from '../nn/tensor.ts';
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

export const conv1dConfig = z
  .strictObject({
    kind: z.literal('conv1d'),
    channels: z.array(positiveInt).min(1).default([32, 32]).describe('output channels of each convolution'),
    kernel: positiveInt.default(3).describe('bars that one output reads'),
    dilationGrowth: positiveInt
      .default(2)
      .describe('each convolution reads bars this many times as far apart as the one before; 1: neighbors'),
    pool: z
      .enum(['last', 'mean', 'max'])
      .default('last')
      .describe('what is kept of the convolved window: its last bar, or the mean or largest over bars'),
    layerNorm: z.boolean().default(false).describe('normalizes the channels after each convolution'),
    activation: activationField,
    dropout: dropoutField,
    hidden: tailField,
  })
  .describe('dilated convolutions along the window');

export type Conv1dConfig = z.infer<typeof conv1dConfig>;

interface ConvolutionOptions {
  readonly name: string;
  readonly channels: number;
  readonly kernel: number;
  readonly dilation: number;
}

/** Cross-correlation without padding: the output is (kernel - 1) * dilation bars shorter. @param x (batch, bars, inputs) */
export function convolve(x: Tensor, { name, channels, kernel, dilation }: ConvolutionOptions): Tensor {
  const { graph } = x;
  return graph.scope(name, () => {
    const [, bars, inputs] = x.shape.map((dim, axis) => (axis === 0 ? 0 : fixedDim(dim)));
    const weight = graph.parameter(`${name}/weight`, [kernel, inputs, channels], heNormal);
    const bias = graph.parameter(`${name}/bias`, [channels], zeros);
    const length = bars - (kernel - 1) * dilation;
    if (length < 1) {
      const rule = `a kernel of ${kernel} bars at dilation ${dilation} spans ${(kernel - 1) * dilation + 1} bars, and ${bars} are left`;
      throw shapeError(graph, 'conv1d', [x, weight], rule);
    }
    const taps = Array.from({ length: kernel }, (_, k) => slice(x, 1, k * dilation, k * dilation + length));
    const patches = concat(taps, 2); // (batch, length, kernel * inputs)
    return linear(patches, reshape(weight, [kernel * inputs, channels]), bias); // (batch, length, channels)
  });
}

const POOLS = {
  last: (x: Tensor) => {
    const bars = fixedDim(x.shape[1]);
    return reshape(slice(x, 1, bars - 1, bars), [x.shape[0], x.shape[2]]);
  },
  mean: (x: Tensor) => reduceMean(x, 1),
  max: (x: Tensor) => reduceMax(x, 1),
} as const;

/** @returns (batch, last hidden size) */
export const buildConv1d: TrunkBuilder<Conv1dConfig> = (config, observed, place) => {
  const { name, luck } = place;
  const { channels, kernel, dilationGrowth, activation } = config;
  const convolved = channels.reduce(
    (x, units, layer) => {
      const layerName = `${name}/conv${layer}`;
      const out = convolve(x, { name: layerName, channels: units, kernel, dilation: dilationGrowth ** layer });
      const normed = config.layerNorm ? layerNorm(out, { name: `${layerName}/norm` }) : out;
      return dropout(ACTIVATIONS[activation](normed), { name: `${layerName}/dropout`, rate: config.dropout, luck });
    },
    requireWindow(observed, config.kind, place),
  );
  return hiddenLayers(besideState(POOLS[config.pool](convolved), observed), place, config); // pooled: (batch, channels)
};
