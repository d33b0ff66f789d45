/** Volatility regime: whether the market is wild by its own recent standard. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMoments } from './rollingMoments.ts';
import { RollingRank } from './rollingRank.ts';

export const volatilityRegimeConfig = z.strictObject({
  kind: z.literal('volatilityRegime'),
  period: z.int().min(2).default(20).describe('one-bar log returns of a volatility'),
  lookback: z.int().min(2).max(10_000).default(250).describe('bars whose volatilities it is ranked among'),
});

type Config = z.infer<typeof volatilityRegimeConfig>;

/**
 * Rank of realized volatility among those of the last `lookback` bars, in [-1, 1]: -1 the lowest, 1 the highest, 0 where it
 * does not vary. Warm-up: period + lookback - 1 bars.
 */
export function makeVolatilityRegime(config: Config): Feature {
  const { period, lookback } = config;
  return {
    columns: [{ name: `volatilityRegime${period}of${lookback}`, scale: 'bounded' }],
    warmupBars: period + lookback - 1,
    settleBars: 3 * period + lookback,
    createStream: () => new VolatilityRegimeStream(config),
  };
}

class VolatilityRegimeStream implements FeatureStream {
  readonly #period: number;
  readonly #returns: RollingMoments;
  readonly #rank: RollingRank;
  #bar = 0;
  #previous = NaN;

  constructor({ period, lookback }: Config) {
    this.#period = period;
    this.#returns = new RollingMoments(period);
    this.#rank = new RollingRank(lookback);
  }

  advance({ length, logClose }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      const change = logClose[row] - this.#previous;
      this.#previous = logClose[row];
      if (this.#bar++ === 0) continue;
      this.#returns.push(change);
      // A variance ranks as its root does.
      if (this.#bar > this.#period) out[offset + row * stride] = this.#rank.push(this.#returns.variance);
    }
  }
}
