/** Stochastic oscillator: where price closes in its recent range. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMaximum } from './rollingMaximum.ts';
import { RollingMean } from './rollingMean.ts';

export const stochasticConfig = z.strictObject({
  kind: z.literal('stochastic'),
  period: positiveInt.default(14).describe('bars of the range'),
  smooth: positiveInt.default(3).describe('bars of the plain mean that makes %K'),
  signal: positiveInt.default(3).describe('bars of the plain mean of %K that makes %D'),
});

type Config = z.infer<typeof stochasticConfig>;

/**
 * Lane's slow %K and %D moved from [0, 100] to [-1, 1].
 *
 * %K = mean over `smooth` bars of (close - lowest low) / (highest high - lowest low); 0, the middle, where the price does
 * not move. Warm-up: period + smooth + signal - 3 bars. Reference: over 50, less 1, TA-Lib's STOCH with plain averages.
 */
export function makeStochastic(config: Config): Feature {
  const { period, smooth, signal } = config;
  return {
    columns: ['k', 'd'].map((part) => ({
      name: `stochastic${period}-${smooth}-${signal}:${part}`,
      scale: 'bounded' as const,
    })),
    warmupBars: period + smooth + signal - 3,
    settleBars: period + 3 * (smooth + signal),
    createStream: () => new StochasticStream(config),
  };
}

class StochasticStream implements FeatureStream {
  readonly #highest: RollingMaximum;
  readonly #negatedLowest: RollingMaximum;
  readonly #k: RollingMean;
  readonly #d: RollingMean;

  constructor({ period, smooth, signal }: Config) {
    this.#highest = new RollingMaximum(period);
    this.#negatedLowest = new RollingMaximum(period);
    this.#k = new RollingMean(smooth);
    this.#d = new RollingMean(signal);
  }

  advance({ length, high, low, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      const highest = this.#highest.push(high[row]);
      const lowest = -this.#negatedLowest.push(-low[row]);
      const range = highest - lowest;
      const k = this.#k.push(range > 0 ? (2 * (close[row] - lowest)) / range - 1 : 0);
      out[at] = k;
      out[at + 1] = this.#d.push(k);
    }
  }
}
