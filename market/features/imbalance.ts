/** Which side of the book is heavier. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { quoteColumn } from './quoteInput.ts';
import { RollingMean } from './rollingMean.ts';
import { withRoom } from './scratch.ts';

export const imbalanceConfig = z.strictObject({
  kind: z.literal('imbalance').describe('needs bars with the column imbalance'),
  period: positiveInt.default(1).describe('bars that it is the mean of, the newest included'),
});

/** Mean of (bid size - ask size) / (bid size + ask size) at the close of the last `period` bars. Warm-up: period - 1 bars. */
export function makeImbalance({ period }: z.infer<typeof imbalanceConfig>): Feature {
  return {
    columns: [{ name: `imbalance${period}`, scale: 'bounded' }],
    quotes: ['imbalance'],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream: () => new ImbalanceStream(period),
  };
}

class ImbalanceStream implements FeatureStream {
  readonly #mean: RollingMean;
  #means: Float64Array = new Float64Array(0);

  constructor(period: number) {
    this.#mean = new RollingMean(period);
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const { length } = chunk;
    const means = (this.#means = withRoom(this.#means, length));
    this.#mean.advance(quoteColumn(chunk, 'imbalance'), length, means);
    for (let row = 0, at = offset; row < length; row++, at += stride) out[at] = means[row];
  }
}
