/** Slope of the recent trend against its noise. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { ReturnMoments } from './returnMoments.ts';

export const trendSlopeConfig = z.strictObject({
  kind: z.literal('trendSlope'),
  period: z.int().min(3).default(20).describe('bars that the line is fitted to'),
});

/**
 * Ordinary least squares slope of log close over `period` bars, in units of its own noise.
 *
 * slope / deviation of the window's one-bar log returns (population form) * sqrt(period): on a random walk its own
 * deviation is about 1.1 for any period. 0 where the price does not move. Warm-up: period - 1 bars.
 */
export function makeTrendSlope({ period }: z.infer<typeof trendSlopeConfig>): Feature {
  return {
    columns: [{ name: `trendSlope${period}`, scale: 'unbounded' }],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream: () => new TrendSlopeStream(period),
  };
}

class TrendSlopeStream implements FeatureStream {
  readonly #past: Float64Array;
  readonly #returns: ReturnMoments;
  /** Sum over the window's x = 0 .. period - 1 of (x - mean of x) squared. */
  readonly #squares: number;
  #at = 0;
  #anchor = 0;
  #sumY = 0;
  #sumXY = 0;

  constructor(period: number) {
    this.#past = new Float64Array(period);
    this.#returns = new ReturnMoments(period - 1);
    this.#squares = (period * (period * period - 1)) / 12;
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const { length, logClose } = chunk;
    const variances = this.#returns.advance(chunk);
    const past = this.#past;
    const period = past.length;
    const middle = (period - 1) / 2;
    const scale = Math.sqrt(period) / this.#squares;
    let at = this.#at;
    let anchor = this.#anchor;
    let sumY = this.#sumY;
    let sumXY = this.#sumXY;
    for (let row = 0, to = offset; row < length;) {
      for (const end = Math.min(length, row + period - at); row < end; row++, to += stride) {
        const y = logClose[row];
        const oldest = past[at] - anchor;
        const newest = y - anchor;
        // Every older value moves one step to the left.
        sumXY += (period - 1) * newest - (sumY - oldest);
        sumY += newest - oldest;
        past[at++] = y;
        out[to] = variances[row] > 0 ? ((sumXY - middle * sumY) * scale) / Math.sqrt(variances[row]) : 0;
      }
      if (at < period) break;
      // The sums are taken anew, so that rounding errors cannot pile up.
      at = 0;
      anchor = past[period - 1];
      sumY = 0;
      sumXY = 0;
      for (let x = 0; x < period; x++) {
        sumY += past[x] - anchor;
        sumXY += x * (past[x] - anchor);
      }
      const variance = variances[row - 1];
      out[to - stride] = variance > 0 ? ((sumXY - middle * sumY) * scale) / Math.sqrt(variance) : 0;
    }
    this.#at = at;
    this.#anchor = anchor;
    this.#sumY = sumY;
    this.#sumXY = sumXY;
  }
}
