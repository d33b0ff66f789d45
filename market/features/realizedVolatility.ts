/** Realized volatility of recent returns. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMoments } from './rollingMoments.ts';

export const realizedVolatilityConfig = z.strictObject({
  kind: z.literal('realizedVolatility'),
  period: z.int().min(2).default(20).describe('one-bar log returns'),
});

/** Sample deviation (divisor period - 1) of the last `period` one-bar log returns. Warm-up: period bars. */
export function makeRealizedVolatility({ period }: z.infer<typeof realizedVolatilityConfig>): Feature {
  return {
    columns: [{ name: `realizedVolatility${period}`, scale: 'unbounded' }],
    warmupBars: period,
    settleBars: 3 * period,
    createStream: () => new RealizedVolatilityStream(period),
  };
}

class RealizedVolatilityStream implements FeatureStream {
  readonly #returns: RollingMoments;
  readonly #correction: number;
  #previous = NaN;

  constructor(period: number) {
    this.#returns = new RollingMoments(period);
    this.#correction = period / (period - 1);
  }

  advance({ length, logClose }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      const change = logClose[row] - this.#previous;
      this.#previous = logClose[row];
      if (change !== change) continue;
      this.#returns.push(change);
      out[offset + row * stride] = Math.sqrt(this.#returns.variance * this.#correction);
    }
  }
}
