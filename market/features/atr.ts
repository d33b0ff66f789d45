/** Average true range: how far a bar reaches. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';
import { createWilderMean, type RecursiveMean } from './recursiveMean.ts';

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
  readonly #range: RecursiveMean;
  #previous = NaN;

  constructor(period: number) {
    this.#range = createWilderMean(period);
  }

  advance({ length, high, low, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      const previous = this.#previous;
      this.#previous = close[row];
      if (previous !== previous) continue;
      const top = high[row] > previous ? high[row] : previous;
      const bottom = low[row] < previous ? low[row] : previous;
      out[offset + row * stride] = this.#range.push(top - bottom) / close[row];
    }
  }
}
