/** Wilder's relative strength index. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';
import { createWilderMean, type RecursiveMean } from './recursiveMean.ts';

export const rsiConfig = z.strictObject({
  kind: z.literal('rsi'),
  period: positiveInt.default(14).describe("bars of Wilder's average"),
});

/**
 * Wilder's relative strength index moved from [0, 100] to [-1, 1]: RSI / 50 - 1.
 *
 * (mean gain - mean loss) / (mean gain + mean loss) of closes; 0 where the price has not moved. Warm-up: period bars.
 * Reference: Wilder, New Concepts in Technical Trading Systems, 1978; equals TA-Lib's.
 */
export function makeRsi({ period }: z.infer<typeof rsiConfig>): Feature {
  return {
    columns: [{ name: `rsi${period}`, scale: 'bounded' }],
    warmupBars: period,
    settleBars: period + fadeBars(period),
    createStream: () => new RsiStream(period),
  };
}

class RsiStream implements FeatureStream {
  readonly #gain: RecursiveMean;
  readonly #loss: RecursiveMean;
  #previous = NaN;

  constructor(period: number) {
    this.#gain = createWilderMean(period);
    this.#loss = createWilderMean(period);
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      const change = close[row] - this.#previous;
      this.#previous = close[row];
      // The first bar has no change.
      if (change !== change) continue;
      const gain = this.#gain.push(change > 0 ? change : 0);
      const loss = this.#loss.push(change < 0 ? -change : 0);
      const movement = gain + loss;
      out[offset + row * stride] = movement > 0 ? (gain - loss) / movement : 0;
    }
  }
}
