/** Bollinger position: where price lies in its usual band. */

import { z } from 'zod';
import { positive } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMoments } from './rollingMoments.ts';
import { withRoom } from './scratch.ts';

export const bollingerPositionConfig = z.strictObject({
  kind: z.literal('bollingerPosition'),
  period: z.int().min(2).default(20).describe('bars of mean and deviation'),
  width: positive.default(2).describe('deviations from the middle to a band'),
});

type Config = z.infer<typeof bollingerPositionConfig>;

/**
 * Where close lies between the Bollinger bands: 0 in the middle, 1 at the upper band, -1 at the lower.
 *
 * (close - mean) / (width * population deviation); 0 where the price does not move. Warm-up: period - 1 bars.
 */
export function makeBollingerPosition(config: Config): Feature {
  const { period, width } = config;
  return {
    columns: [{ name: `bollingerPosition${period}x${width}`, scale: 'bounded' }],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream: () => new BollingerPositionStream(config),
  };
}

class BollingerPositionStream implements FeatureStream {
  readonly #closes: RollingMoments;
  readonly #width: number;
  #means: Float64Array = new Float64Array(0);
  #variances: Float64Array = new Float64Array(0);

  constructor({ period, width }: Config) {
    this.#closes = new RollingMoments(period);
    this.#width = width;
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const means = (this.#means = withRoom(this.#means, length));
    const variances = (this.#variances = withRoom(this.#variances, length));
    this.#closes.advance(close, length, means, variances);
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      const band = this.#width * Math.sqrt(variances[row]);
      out[at] = band > 0 ? (close[row] - means[row]) / band : 0;
    }
  }
}
