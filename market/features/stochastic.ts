/** Stochastic oscillator: where price closes in its recent range. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RangePosition } from './rangePosition.ts';
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
  readonly #position: RangePosition;
  readonly #k: RollingMean;
  readonly #d: RollingMean;

  constructor({ period, smooth, signal }: Config) {
    this.#position = new RangePosition(period);
    this.#k = new RollingMean(smooth);
    this.#d = new RollingMean(signal);
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const { length } = chunk;
    const values = this.#position.advance(chunk);
    this.#k.advance(values, length, values);
    for (let row = 0, at = offset; row < length; row++, at += stride) out[at] = values[row];
    this.#d.advance(values, length, values);
    for (let row = 0, at = offset + 1; row < length; row++, at += stride) out[at] = values[row];
  }
}
