/** Average true range: how far a bar reaches. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';

export const atrConfig = z.strictObject({
  kind: z.literal('atr'),
  period: positiveInt.default(14).describe("bars of Wilder's average"),
});

/**
 * Wilder's average true range as a fraction of close.
 *
 * True range = max(high, close before) - min(low, close before), from the second bar on. Warm-up: period bars.
 * Reference: Wilder, 1978; times close it equals TA-Lib's ATR.
 */
export function makeAtr({ period }: z.infer<typeof atrConfig>): Feature {
  return {
    columns: [{ name: `atr${period}`, scale: 'unbounded' }],
    warmupBars: period,
    settleBars: period + fadeBars(period),
    createStream: () => new AtrStream(period),
  };
}

class AtrStream implements FeatureStream {
  readonly #period: number;
  #bar = 0;
  #previous = 0;
  #mean = 0;

  constructor(period: number) {
    this.#period = period;
  }

  advance({ length, high, low, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const period = this.#period;
    const settled = 1 / period;
    let bar = this.#bar;
    let previous = this.#previous;
    let mean = this.#mean;
    for (let row = 0, at = offset; row < length; row++, at += stride, bar++) {
      const top = high[row] > previous ? high[row] : previous;
      const bottom = low[row] < previous ? low[row] : previous;
      previous = close[row];
      if (bar > period) mean += (top - bottom - mean) * settled;
      // The first bar has no close before it.
      else mean = bar === 0 ? 0 : mean + (top - bottom - mean) * (1 / bar);
      out[at] = mean / previous;
    }
    this.#bar = bar;
    this.#previous = previous;
    this.#mean = mean;
  }
}
