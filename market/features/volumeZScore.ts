/** How unusual the volume is. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMoments } from './rollingMoments.ts';

export const volumeZScoreConfig = z.strictObject({
  kind: z.literal('volumeZScore'),
  period: z.int().min(2).default(20).describe('bars of mean and deviation, the newest included'),
});

/** (volume - mean) / population deviation over `period` bars; 0 where volume does not vary. Warm-up: period - 1 bars. */
export function makeVolumeZScore({ period }: z.infer<typeof volumeZScoreConfig>): Feature {
  return {
    columns: [{ name: `volumeZScore${period}`, scale: 'unbounded' }],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream: () => new VolumeZScoreStream(period),
  };
}

class VolumeZScoreStream implements FeatureStream {
  readonly #volumes: RollingMoments;

  constructor(period: number) {
    this.#volumes = new RollingMoments(period);
  }

  advance({ length, volume }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      this.#volumes.push(volume[row]);
      const deviation = Math.sqrt(this.#volumes.variance);
      out[offset + row * stride] = deviation > 0 ? (volume[row] - this.#volumes.mean) / deviation : 0;
    }
  }
}
