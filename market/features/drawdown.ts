/** Drawdown: how far price is below its recent top. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';

export const drawdownConfig = z.strictObject({
  kind: z.literal('drawdown'),
  period: positiveInt.default(100).describe('bars whose highest close counts'),
});

/** close / highest close of the last `period` bars - 1, in (-1, 0]. Warm-up: period - 1 bars. */
export function makeDrawdown({ period }: z.infer<typeof drawdownConfig>): Feature {
  return {
    columns: [{ name: `drawdown${period}`, scale: 'unbounded' }],
    warmupBars: period - 1,
    settleBars: period,
    createStream: () => new DrawdownStream(period),
  };
}

/** The rolling maximum is a queue of falling closes: one that is both older and lower can never be the highest again. */
class DrawdownStream implements FeatureStream {
  readonly #period: number;
  readonly #closes: Float64Array;
  readonly #bars: Float64Array;
  #head = 0;
  #length = 0;
  #bar = 0;

  constructor(period: number) {
    this.#period = period;
    this.#closes = new Float64Array(period);
    this.#bars = new Float64Array(period);
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      out[offset + row * stride] = close[row] / this.#pushAndMax(close[row]) - 1;
    }
  }

  #pushAndMax(close: number): number {
    const period = this.#period;
    if (this.#length > 0 && this.#bars[this.#head] <= this.#bar - period) {
      this.#head = this.#head + 1 === period ? 0 : this.#head + 1;
      this.#length--;
    }
    while (this.#length > 0 && this.#closes[(this.#head + this.#length - 1) % period] <= close) this.#length--;
    const tail = (this.#head + this.#length) % period;
    this.#closes[tail] = close;
    this.#bars[tail] = this.#bar++;
    this.#length++;
    return this.#closes[this.#head];
  }
}
