/** Bollinger position: where price lies in its usual band. */

import { z } from 'zod';
import { positive } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMoments } from './rollingMoments.ts';

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

  constructor({ period, width }: Config) {
    this.#closes = new RollingMoments(period);
    this.#width = width;
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      this.#closes.push(close[row]);
      const band = this.#width * Math.sqrt(this.#closes.variance);
      out[offset + row * stride] = band > 0 ? (close[row] - this.#closes.mean) / band : 0;
    }
  }
}
