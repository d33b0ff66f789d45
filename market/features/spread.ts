/** How far bid and ask are apart. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { quoteColumn } from './quoteInput.ts';
import { RollingMean } from './rollingMean.ts';
import { withRoom } from './scratch.ts';

export const spreadConfig = z.strictObject({
  kind: z.literal('spread').describe('needs bars with the column spreadBps'),
  period: z.int().min(2).default(60).describe('bars of the mean that it is compared with, the newest included'),
});

/**
 * Two columns: the mean spread of the bar in basis points, and spread / mean of the last `period` spreads - 1; 0 where that
 * mean is zero. Warm-up: period - 1 bars.
 */
export function makeSpread({ period }: z.infer<typeof spreadConfig>): Feature {
  return {
    columns: [
      { name: 'spread', scale: 'unbounded' },
      { name: `spreadRatio${period}`, scale: 'unbounded' },
    ],
    quotes: ['spreadBps'],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream: () => new SpreadStream(period),
  };
}

class SpreadStream implements FeatureStream {
  readonly #mean: RollingMean;
  #means: Float64Array = new Float64Array(0);

  constructor(period: number) {
    this.#mean = new RollingMean(period);
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const { length } = chunk;
    const spreads = quoteColumn(chunk, 'spreadBps');
    const means = (this.#means = withRoom(this.#means, length));
    this.#mean.advance(spreads, length, means);
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      out[at] = spreads[row];
      out[at + 1] = means[row] > 0 ? spreads[row] / means[row] - 1 : 0;
    }
  }
}
