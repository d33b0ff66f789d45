/** How unusual the volume is. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMoments } from './rollingMoments.ts';
import { withRoom } from './scratch.ts';

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
  #means: Float64Array = new Float64Array(0);
  #variances: Float64Array = new Float64Array(0);

  constructor(period: number) {
    this.#volumes = new RollingMoments(period);
  }

  advance({ length, volume }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const means = (this.#means = withRoom(this.#means, length));
    const variances = (this.#variances = withRoom(this.#variances, length));
    this.#volumes.advance(volume, length, means, variances);
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      const deviation = Math.sqrt(variances[row]);
      out[at] = deviation > 0 ? (volume[row] - means[row]) / deviation : 0;
    }
  }
}
