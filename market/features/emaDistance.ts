/** Distance of price from its exponential moving average. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';

export const emaDistanceConfig = z.strictObject({
  kind: z.literal('emaDistance'),
  period: positiveInt.default(20).describe('bars; the average moves by 2 / (period + 1) a bar'),
});

/** Log close less its exponential moving average, which starts as a plain mean. Warm-up: period - 1 bars. */
export function makeEmaDistance({ period }: z.infer<typeof emaDistanceConfig>): Feature {
  return {
    columns: [{ name: `emaDistance${period}`, scale: 'unbounded' }],
    warmupBars: period - 1,
    settleBars: period + fadeBars((period + 1) / 2),
    createStream: () => new EmaDistanceStream(period),
  };
}

class EmaDistanceStream implements FeatureStream {
  readonly #period: number;
  #bar = 0;
  #mean = 0;

  constructor(period: number) {
    this.#period = period;
  }

  advance({ length, logClose }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const period = this.#period;
    const settled = 2 / (period + 1);
    let mean = this.#mean;
    for (let row = 0, at = offset, bar = this.#bar + 1; row < length; row++, at += stride, bar++) {
      mean += (logClose[row] - mean) * (bar <= period ? 1 / bar : settled);
      out[at] = logClose[row] - mean;
    }
    this.#bar += length;
    this.#mean = mean;
  }
}
