/** Distance of price from its plain moving average. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMean } from './rollingMean.ts';
import { withRoom } from './scratch.ts';

export const smaDistanceConfig = z.strictObject({
  kind: z.literal('smaDistance'),
  period: positiveInt.default(20).describe('bars of the average'),
});

/** close / mean of the last `period` closes - 1. Warm-up: period - 1 bars. Reference: TA-Lib's SMA. */
export function makeSmaDistance({ period }: z.infer<typeof smaDistanceConfig>): Feature {
  return {
    columns: [{ name: `smaDistance${period}`, scale: 'unbounded' }],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream: () => new SmaDistanceStream(period),
  };
}

class SmaDistanceStream implements FeatureStream {
  readonly #closes: RollingMean;
  #means: Float64Array = new Float64Array(0);

  constructor(period: number) {
    this.#closes = new RollingMean(period);
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const means = (this.#means = withRoom(this.#means, length));
    this.#closes.advance(close, length, means);
    for (let row = 0, at = offset; row < length; row++, at += stride) out[at] = close[row] / means[row] - 1;
  }
}
