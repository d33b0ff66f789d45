/** How price moves beside that of another instrument. */

import { z } from 'zod';
import { newlyKnown } from '../data/companion.ts';
import { companionOf, rowsOf, type CompanionInput } from './companionInput.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMoments } from './rollingMoments.ts';
import { withRoom } from './scratch.ts';

export const versusConfig = z.strictObject({
  kind: z.literal('versus').describe('correlation, beta and relative strength beside another instrument'),
  companion: z.string().min(1).describe('name of the instrument, one of market.companions'),
  period: z.int().min(2).default(60).describe('one-bar log returns of both that are compared, the newest included'),
});

/**
 * Three columns over the last `period` bars: correlation of one-bar log returns, beta (covariance / variance of the
 * companion's returns), and own log return less the companion's. The companion's price is that of its last closed bar; where
 * it does not move correlation and beta are 0. Warm-up: period bars from the first of the companion's closes on.
 */
export function makeVersus(
  { period }: z.infer<typeof versusConfig>,
  { name, timeframeMs: ownMs }: CompanionInput,
  timeframeMs: number,
): Feature {
  const firstKnown = Math.max(0, rowsOf(1, ownMs, timeframeMs) - 1);
  return {
    columns: [
      { name: `${name}:correlation${period}`, scale: 'bounded' },
      { name: `${name}:beta${period}`, scale: 'unbounded' },
      { name: `${name}:strength${period}`, scale: 'unbounded' },
    ],
    warmupBars: firstKnown + period,
    settleBars: firstKnown + 3 * period,
    createStream: () => new VersusStream(name, period),
  };
}

/** Covariance by polarization: four times it is the variance of the sum less that of the difference. */
class VersusStream implements FeatureStream {
  readonly #name: string;
  readonly #period: number;
  readonly #own: RollingMoments;
  readonly #other: RollingMoments;
  readonly #sum: RollingMoments;
  readonly #difference: RollingMoments;
  #buffer: Float64Array = new Float64Array(0);
  #ownLog = NaN;
  #otherLog = NaN;

  constructor(name: string, period: number) {
    this.#name = name;
    this.#period = period;
    [this.#own, this.#other, this.#sum, this.#difference] = Array.from({ length: 4 }, () => new RollingMoments(period));
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const { length } = chunk;
    const buffer = (this.#buffer = withRoom(this.#buffer, 9 * length));
    const [x, y, sum, difference, xVar, yVar, sumVar, differenceVar, means] = Array.from({ length: 9 }, (_, i) =>
      buffer.subarray(i * length, (i + 1) * length),
    );
    this.#takeReturns(chunk, x, y);
    for (let row = 0; row < length; row++) {
      sum[row] = x[row] + y[row];
      difference[row] = x[row] - y[row];
    }
    this.#own.advance(x, length, means, xVar);
    this.#other.advance(y, length, means, yVar);
    this.#sum.advance(sum, length, means, sumVar);
    this.#difference.advance(difference, length, means, differenceVar);
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      const covariance = (sumVar[row] - differenceVar[row]) / 4;
      const both = Math.sqrt(xVar[row] * yVar[row]);
      out[at] = both > 0 ? Math.max(-1, Math.min(1, covariance / both)) : 0;
      out[at + 1] = yVar[row] > 0 ? covariance / yVar[row] : 0;
      out[at + 2] = means[row] * this.#period;
    }
  }

  /** One-bar log returns of both; 0 where one is not known. */
  #takeReturns(chunk: BarChunk, x: Float64Array, y: Float64Array): void {
    const companion = companionOf(chunk, this.#name);
    const { logClose } = chunk;
    for (let row = 0; row < chunk.length; row++) {
      const own = logClose[row] - this.#ownLog;
      x[row] = own === own ? own : 0;
      this.#ownLog = logClose[row];
      const { from, to } = newlyKnown(companion, row);
      const before = this.#otherLog;
      if (to > from) this.#otherLog = Math.log(companion.bars.close[to - 1]);
      const other = this.#otherLog - before;
      y[row] = other === other ? other : 0;
    }
  }
}
