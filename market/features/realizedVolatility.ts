/** Realized volatility of recent returns. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { ReturnMoments } from './returnMoments.ts';

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
  readonly #returns: ReturnMoments;
  readonly #correction: number;

  constructor(period: number) {
    this.#returns = new ReturnMoments(period);
    this.#correction = period / (period - 1);
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const variances = this.#returns.advance(chunk);
    for (let row = 0, at = offset; row < chunk.length; row++, at += stride) {
      out[at] = Math.sqrt(variances[row] * this.#correction);
    }
  }
}
