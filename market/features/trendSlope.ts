/** Slope of the recent trend against its noise. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { Ring } from './ring.ts';
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
  readonly #period: number;
  readonly #past: Ring;
  readonly #returns: ReturnMoments;
  /** Sum over the window's x = 0 .. period - 1 of (x - mean of x) squared. */
  readonly #squares: number;
  #anchor = 0;
  #sumY = 0;
  #sumXY = 0;

  constructor(period: number) {
    this.#period = period;
    this.#past = new Ring(period);
    this.#returns = new ReturnMoments(period - 1);
    this.#squares = (period * (period * period - 1)) / 12;
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const period = this.#period;
    const { length, logClose } = chunk;
    const variances = this.#returns.advance(chunk);
    const middle = (period - 1) / 2;
    const scale = Math.sqrt(period) / this.#squares;
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      this.#slide(logClose[row]);
      const slope = (this.#sumXY - middle * this.#sumY) * scale;
      out[at] = variances[row] > 0 ? slope / Math.sqrt(variances[row]) : 0;
    }
  }

  #slide(y: number): void {
    const oldest = this.#past.push(y) - this.#anchor;
    if (this.#past.at === 0) {
      this.#restart(y);
      return;
    }
    const newest = y - this.#anchor;
    // Every older value moves one step to the left.
    this.#sumXY += (this.#period - 1) * newest - (this.#sumY - oldest);
    this.#sumY += newest - oldest;
  }

  /** Takes the sums anew, so that rounding errors cannot pile up. */
  #restart(anchor: number): void {
    const { values } = this.#past;
    this.#anchor = anchor;
    this.#sumY = 0;
    this.#sumXY = 0;
    for (let x = 0; x < values.length; x++) {
      this.#sumY += values[x] - anchor;
      this.#sumXY += x * (values[x] - anchor);
    }
  }
}
