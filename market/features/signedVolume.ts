/** Who trades: takers that buy, or takers that sell. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { quoteColumn } from './quoteInput.ts';
import { RollingMean } from './rollingMean.ts';
import { withRoom } from './scratch.ts';

export const signedVolumeConfig = z.strictObject({
  kind: z.literal('signedVolume').describe('needs bars with the column signedVolume'),
  period: positiveInt.default(20).describe('bars of both sums, the newest included'),
});

/**
 * Volume bought by takers less that sold by them, as a share of all volume of the last `period` bars; 0 where nobody traded,
 * cut off at -1 and 1 where the two come from different sources. Warm-up: period - 1 bars.
 */
export function makeSignedVolume({ period }: z.infer<typeof signedVolumeConfig>): Feature {
  return {
    columns: [{ name: `signedVolume${period}`, scale: 'bounded' }],
    quotes: ['signedVolume'],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream: () => new SignedVolumeStream(period),
  };
}

class SignedVolumeStream implements FeatureStream {
  readonly #signed: RollingMean;
  readonly #all: RollingMean;
  #signedMeans: Float64Array = new Float64Array(0);
  #allMeans: Float64Array = new Float64Array(0);

  constructor(period: number) {
    this.#signed = new RollingMean(period);
    this.#all = new RollingMean(period);
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const { length, volume } = chunk;
    const signed = (this.#signedMeans = withRoom(this.#signedMeans, length));
    const all = (this.#allMeans = withRoom(this.#allMeans, length));
    this.#signed.advance(quoteColumn(chunk, 'signedVolume'), length, signed);
    this.#all.advance(volume, length, all);
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      out[at] = all[row] > 0 ? Math.max(-1, Math.min(1, signed[row] / all[row])) : 0;
    }
  }
}
