/** Distance of price from what was paid on average. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMean } from './rollingMean.ts';
import { withRoom } from './scratch.ts';

export const vwapDistanceConfig = z.strictObject({
  kind: z.literal('vwapDistance'),
  period: positiveInt.default(20).describe('bars of the volume-weighted average'),
});

/**
 * close / volume-weighted mean of the typical price (high + low + close) / 3 of the last `period` bars - 1.
 *
 * 0 without volume. Warm-up: period - 1 bars.
 */
export function makeVwapDistance({ period }: z.infer<typeof vwapDistanceConfig>): Feature {
  return {
    columns: [{ name: `vwapDistance${period}`, scale: 'unbounded' }],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream: () => new VwapDistanceStream(period),
  };
}

class VwapDistanceStream implements FeatureStream {
  readonly #turnover: RollingMean;
  readonly #volume: RollingMean;
  #paid: Float64Array = new Float64Array(0);
  #traded: Float64Array = new Float64Array(0);

  constructor(period: number) {
    this.#turnover = new RollingMean(period);
    this.#volume = new RollingMean(period);
  }

  advance({ length, high, low, close, volume }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const paid = (this.#paid = withRoom(this.#paid, length));
    const traded = (this.#traded = withRoom(this.#traded, length));
    for (let row = 0; row < length; row++) paid[row] = ((high[row] + low[row] + close[row]) / 3) * volume[row];
    this.#turnover.advance(paid, length, paid);
    this.#volume.advance(volume, length, traded);
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      const price = traded[row] > 0 ? paid[row] / traded[row] : 0;
      // Rounding may leave a trace of volume or turnover where there is none.
      out[at] = price > 0 ? close[row] / price - 1 : 0;
    }
  }
}
