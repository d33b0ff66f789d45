/** Distance of price from its exponential moving average. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';
import { createEma, type RecursiveMean } from './recursiveMean.ts';

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
  readonly #ema: RecursiveMean;

  constructor(period: number) {
    this.#ema = createEma(period);
  }

  advance({ length, logClose }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) out[offset + row * stride] = logClose[row] - this.#ema.push(logClose[row]);
  }
}
