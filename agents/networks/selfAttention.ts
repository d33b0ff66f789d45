/** Multi-head self-attention, and the marks of place it needs. Paper: https://arxiv.org/abs/1706.03762 */

import { InputError } from '../../core/errors.ts';
import { normal } from '../nn/initializers.ts';
import { dense, type DenseLayer } from '../nn/layers.ts';
import { add, mul } from '../nn/ops/arithmetic.ts';
import { matmul } from '../nn/ops/matmul.ts';
import { reshape, slice, transpose } from '../nn/ops/shaping.ts';
import { softmax } from '../nn/ops/softmax.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';

export interface AttentionOptions {
  readonly name: string;
  readonly numHeads: number;
  /** Whether every bar asks, or the last one alone: then no bars by bars table is made. */
  readonly queries: 'all' | 'last';
  /** How its four projections are made; `dense` where absent. */
  readonly layer?: DenseLayer;
}

/** @param x (batch, bars, model) @returns (batch, bars or 1, model) */
export function selfAttention(x: Tensor, options: AttentionOptions): Tensor {
  const { name, numHeads, queries, layer: make = dense } = options;
  const [batch, bars, model] = [x.shape[0], fixedDim(x.shape[1]), fixedDim(x.shape[2])];
  const width = model / numHeads;
  const layer = (input: Tensor, part: string): Tensor => make(input, { name: `${name}/${part}`, units: model });
  const heads = (projected: Tensor, order: readonly number[]): Tensor =>
    transpose(reshape(projected, [batch, projected.shape[1], numHeads, width]), order);

  const asking = queries === 'all' ? x : lastBar(x);
  const query = heads(mul(layer(asking, 'query'), 1 / Math.sqrt(width)), [0, 2, 1, 3]); // (batch, heads, asking, width)
  const key = heads(layer(x, 'key'), [0, 2, 3, 1]); // (batch, heads, width, bars)
  const value = heads(layer(x, 'value'), [0, 2, 1, 3]); // (batch, heads, bars, width)
  const weights = softmax(matmul(query, key)); // (batch, heads, asking, bars)
  const mixed = transpose(matmul(weights, value), [0, 2, 1, 3]); // (batch, asking, heads, width)
  return layer(reshape(mixed, [batch, queries === 'all' ? bars : 1, model]), 'output');
}

/** @param x (batch, bars, model) @returns (batch, 1, model) */
export function lastBar(x: Tensor): Tensor {
  const bars = fixedDim(x.shape[1]);
  return slice(x, 1, bars - 1, bars);
}

/** @throws InputError where heads do not divide the model */
export function checkHeads(dModel: number, numHeads: number, name: string): void {
  if (dModel % numHeads === 0) return;
  throw new InputError({
    what: `dModel (${dModel}) cannot be shared out among numHeads (${numHeads})`,
    where: name,
    rule: 'numHeads divides dModel',
  });
}

export type Positions = 'sinusoidal' | 'learned' | 'none';

/** Adds to each bar what tells it from the others; the last bar of every window has the same mark. @param x (batch, bars, model) */
export function addPositions(x: Tensor, name: string, positions: Positions): Tensor {
  const [bars, model] = [fixedDim(x.shape[1]), fixedDim(x.shape[2])];
  if (positions === 'none') return x;
  if (positions === 'sinusoidal') return add(x, x.graph.constant(sinusoids(bars, model), [bars, model]));
  return add(x, x.graph.parameter(`${name}/positions`, [bars, model], normal(1)));
}

/** Sines and cosines of wavelengths from 2 pi to 10,000 times that, by bars ago. @returns (bars, model) */
function sinusoids(bars: number, model: number): Float32Array {
  const values = new Float32Array(bars * model);
  for (let bar = 0; bar < bars; bar++) {
    for (let k = 0; k < model; k++) {
      const angle = (bars - 1 - bar) / 10_000 ** ((k - (k % 2)) / model);
      values[bar * model + k] = k % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return values;
}
