/** Commodity channel index: how far price is from its mean, in units of its usual distance. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';

export const cciConfig = z.strictObject({
  kind: z.literal('cci'),
  period: z.int().min(2).default(20).describe('bars of mean and mean distance'),
});

/** Lambert's constant, chosen so that most values lie within 100. */
const LAMBERT = 0.015;

/**
 * Lambert's commodity channel index over 100.
 *
 * (p - mean) / (0.015 * mean absolute distance from that mean) / 100 of the typical price p = (high + low + close) / 3;
 * 0 where the price does not move. Warm-up: period - 1 bars. Reference: TA-Lib's CCI over 100.
 */
export function makeCci({ period }: z.infer<typeof cciConfig>): Feature {
  return {
    columns: [{ name: `cci${period}`, scale: 'unbounded' }],
    warmupBars: period - 1,
    settleBars: period,
    createStream: () => new CciStream(period),
  };
}

class CciStream implements FeatureStream {
  readonly #prices: Float64Array;
  #at = 0;

  constructor(period: number) {
    this.#prices = new Float64Array(period);
  }

  advance({ length, high, low, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const prices = this.#prices;
    const period = prices.length;
    let at = this.#at;
    for (let row = 0; row < length; row++) {
      const price = (high[row] + low[row] + close[row]) / 3;
      prices[at++] = price;
      if (at === period) at = 0;
      // Distances must be taken anew at each bar, as the mean moves: the mean may as well be.
      const sum = sumOf(prices);
      const mean = sum / period;
      const distance = distanceFrom(prices, mean);
      // Where the price does not move, rounding may leave a trace.
      const moves = distance > 1e-12 * sum;
      out[offset + row * stride] = moves ? (price - mean) / ((LAMBERT * 100 * distance) / period) : 0;
    }
    this.#at = at;
  }
}

// Four sums side by side: one alone would wait for each addition before the next.

function sumOf(values: Float64Array): number {
  const quads = values.length - 3;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i < quads; i += 4) {
    a += values[i];
    b += values[i + 1];
    c += values[i + 2];
    d += values[i + 3];
  }
  for (; i < values.length; i++) a += values[i];
  return a + b + (c + d);
}

function distanceFrom(values: Float64Array, center: number): number {
  const quads = values.length - 3;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i < quads; i += 4) {
    a += Math.abs(values[i] - center);
    b += Math.abs(values[i + 1] - center);
    c += Math.abs(values[i + 2] - center);
    d += Math.abs(values[i + 3] - center);
  }
  for (; i < values.length; i++) a += Math.abs(values[i] - center);
  return a + b + (c + d);
}
