/** Wilder's relative strength index. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';

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
  readonly #period: number;
  #bar = 0;
  #previous = 0;
  #gain = 0;
  #loss = 0;

  constructor(period: number) {
    this.#period = period;
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const settled = 1 / this.#period;
    let bar = this.#bar;
    let previous = this.#previous;
    let gain = this.#gain;
    let loss = this.#loss;
    for (let row = 0, at = offset; row < length; row++, at += stride, bar++) {
      const change = close[row] - previous;
      previous = close[row];
      // The first bar has no change.
      if (bar === 0) continue;
      const step = bar <= this.#period ? 1 / bar : settled;
      const size = Math.abs(change);
      // One of the two is exactly zero.
      gain += (0.5 * (size + change) - gain) * step;
      loss += (0.5 * (size - change) - loss) * step;
      const movement = gain + loss;
      out[at] = movement > 0 ? (gain - loss) / movement : 0;
    }
    this.#bar = bar;
    this.#previous = previous;
    this.#gain = gain;
    this.#loss = loss;
  }
}
