/** Bollinger width: how wide price's usual band is. */

import { z } from 'zod';
import { positive } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMoments } from './rollingMoments.ts';
import { withRoom } from './scratch.ts';

export const bollingerWidthConfig = z.strictObject({
  kind: z.literal('bollingerWidth'),
  period: z.int().min(2).default(20).describe('bars of mean and deviation'),
  width: positive.default(2).describe('deviations from the middle to a band'),
});

type Config = z.infer<typeof bollingerWidthConfig>;

/**
 * Distance between the Bollinger bands as a fraction of the middle: 2 * width * population deviation / mean of close.
 *
 * Warm-up: period - 1 bars. Reference: (upper - lower) / middle of TA-Lib's BBANDS.
 */
export function makeBollingerWidth(config: Config): Feature {
  const { period, width } = config;
  return {
    columns: [{ name: `bollingerWidth${period}x${width}`, scale: 'unbounded' }],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream: () => new BollingerWidthStream(config),
  };
}

class BollingerWidthStream implements FeatureStream {
  readonly #closes: RollingMoments;
  readonly #factor: number;
  #means: Float64Array = new Float64Array(0);
  #variances: Float64Array = new Float64Array(0);

  constructor({ period, width }: Config) {
    this.#closes = new RollingMoments(period);
    this.#factor = 2 * width;
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const means = (this.#means = withRoom(this.#means, length));
    const variances = (this.#variances = withRoom(this.#variances, length));
    this.#closes.advance(close, length, means, variances);
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      out[at] = (this.#factor * Math.sqrt(variances[row])) / means[row];
    }
  }
}
