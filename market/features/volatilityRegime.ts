/** Volatility regime: whether the market is wild by its own recent standard. */

import { z } from 'zod';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { ReturnMoments } from './returnMoments.ts';
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
  readonly #returns: ReturnMoments;
  readonly #rank: RollingRank;
  #bar = 0;

  constructor({ period, lookback }: Config) {
    this.#period = period;
    this.#returns = new ReturnMoments(period);
    this.#rank = new RollingRank(lookback);
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    // A variance ranks as its root does.
    const variances = this.#returns.advance(chunk);
    const warming = Math.max(0, Math.min(chunk.length, this.#period - this.#bar));
    for (let row = warming; row < chunk.length; row++) out[offset + row * stride] = this.#rank.push(variances[row]);
    this.#bar += chunk.length;
  }
}
