/** Exponentially weighted volatility. */

import { z } from 'zod';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';

export const ewmaVolatilityConfig = z.strictObject({
  kind: z.literal('ewmaVolatility'),
  decay: z.number().min(0.5).max(0.999).default(0.94).describe('weight of a squared return against the next'),
});

/**
 * Root of the weighted mean of squared one-bar log returns, weights 1, decay, decay^2, ... back to the path's start.
 *
 * The mean is one from its first value on (weights add up to 1), as pandas' `ewm(alpha=1 - decay).mean()` is. Warm-up: the
 * bars that hold half the weight of an endless past, at least 2. Reference: RiskMetrics, 1996, where decay is 0.94 for days.
 */
export function makeEwmaVolatility({ decay }: z.infer<typeof ewmaVolatilityConfig>): Feature {
  return {
    columns: [{ name: `ewmaVolatility${decay}`, scale: 'unbounded' }],
    warmupBars: Math.max(2, Math.ceil(Math.log(0.5) / Math.log(decay))),
    settleBars: 1 + fadeBars(1 / (1 - decay)),
    createStream: () => new EwmaVolatilityStream(decay),
  };
}

class EwmaVolatilityStream implements FeatureStream {
  readonly #decay: number;
  #previous = NaN;
  #sum = 0;
  #weight = 0;

  constructor(decay: number) {
    this.#decay = decay;
  }

  advance({ length, logClose }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const decay = this.#decay;
    let previous = this.#previous;
    let sum = this.#sum;
    let weight = this.#weight;
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      const change = logClose[row] - previous;
      previous = logClose[row];
      // The first bar has no change.
      if (change !== change) continue;
      sum = sum * decay + change * change;
      weight = weight * decay + 1;
      out[at] = Math.sqrt(sum / weight);
    }
    this.#previous = previous;
    this.#sum = sum;
    this.#weight = weight;
  }
}
