/** Where between bid and ask the book leans. */

import { z } from 'zod';
import { BPS } from '../../core/units.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { quoteColumn } from './quoteInput.ts';

export const micropriceConfig = z.strictObject({
  kind: z.literal('microprice').describe('needs bars with the columns bid, ask and imbalance'),
});

/**
 * Distance of the microprice from the middle in basis points at the close of each bar.
 *
 * The microprice weighs each side's price with the other side's size: (bid * ask size + ask * bid size) / (bid size + ask
 * size), which is middle + imbalance * half spread. Warm-up: none. Reference: Gatheral and Oomen, Finance and Stochastics 14, 2010.
 */
export const makeMicroprice = (): Feature => ({
  columns: [{ name: 'microprice', scale: 'unbounded' }],
  quotes: ['bid', 'ask', 'imbalance'],
  warmupBars: 0,
  settleBars: 0,
  createStream: () => stream,
});

/** Remembers nothing. */
const stream: FeatureStream = {
  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const [bid, ask, imbalance] = (['bid', 'ask', 'imbalance'] as const).map((column) => quoteColumn(chunk, column));
    for (let row = 0, at = offset; row < chunk.length; row++, at += stride) {
      out[at] = (imbalance[row] * (ask[row] - bid[row])) / (bid[row] + ask[row]) / BPS;
    }
  },
};
