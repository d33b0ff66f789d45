/** Moving average convergence and divergence. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';

export const macdConfig = z
  .strictObject({
    kind: z.literal('macd'),
    fast: positiveInt.default(12).describe('bars of the fast exponential average'),
    slow: positiveInt.default(26).describe('bars of the slow one'),
    signal: positiveInt.default(9).describe('bars of the exponential average of the line'),
  })
  .refine(({ fast, slow }) => fast < slow, { message: 'fast is smaller than slow', path: ['fast'] });

type Config = z.infer<typeof macdConfig>;

/**
 * Three columns, each as a fraction of close: line (fast average less slow one), signal (average of the line), histogram
 * (line - signal).
 *
 * Both averages start as plain means that end on bar `slow - 1`. Warm-up: slow + signal - 2 bars.
 * Reference: Appel, 1979; times close they equal TA-Lib's MACD.
 */
export function makeMacd(config: Config): Feature {
  const { fast, slow, signal } = config;
  const name = `macd${fast}-${slow}-${signal}`;
  return {
    columns: ['line', 'signal', 'histogram'].map((part) => ({ name: `${name}:${part}`, scale: 'unbounded' as const })),
    warmupBars: slow + signal - 2,
    settleBars: slow + signal + fadeBars((slow + 1) / 2) + fadeBars((signal + 1) / 2),
    createStream: () => new MacdStream(config),
  };
}

class MacdStream implements FeatureStream {
  readonly #slow: number;
  readonly #fast: number;
  readonly #signal: number;
  readonly #means = { slow: 0, fast: 0, signal: 0 };
  #bar = 0;

  constructor({ fast, slow, signal }: Config) {
    this.#fast = fast;
    this.#slow = slow;
    this.#signal = signal;
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const [slowStep, fastStep, signalStep] = [this.#slow, this.#fast, this.#signal].map(emaStep);
    const startedBars = this.#slow + this.#signal - 1;
    let { slow, fast, signal } = this.#means;
    // In one loop, as each average waits for its last value: a processor waits for the three at once.
    for (let row = 0, at = offset, bar = this.#bar; row < length; row++, at += stride, bar++) {
      const price = close[row];
      if (bar >= startedBars) {
        slow += slowStep * (price - slow);
        fast += fastStep * (price - fast);
        signal += signalStep * (fast - slow - signal);
      } else {
        slow = moveMean(slow, price, bar, this.#slow);
        fast = moveMean(fast, price, bar - (this.#slow - this.#fast), this.#fast);
        signal = moveMean(signal, fast - slow, bar - (this.#slow - 1), this.#signal);
      }
      const line = fast - slow;
      out[at] = line / price;
      out[at + 1] = signal / price;
      out[at + 2] = (line - signal) / price;
    }
    Object.assign(this.#means, { slow, fast, signal });
    this.#bar += length;
  }
}

const emaStep = (period: number): number => 2 / (period + 1);

/** The mean after value `index`: plain over the first `period` values, exponential from there on; 0 before value 0. */
function moveMean(mean: number, value: number, index: number, period: number): number {
  if (index < 0) return 0;
  return index < period ? mean + (value - mean) / (index + 1) : mean + emaStep(period) * (value - mean);
}
