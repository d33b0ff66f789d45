/** Drawdown: how far price is below its recent top. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMaximum } from './rollingMaximum.ts';

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

class DrawdownStream implements FeatureStream {
  readonly #highest: RollingMaximum;

  constructor(period: number) {
    this.#highest = new RollingMaximum(period);
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const highest = this.#highest;
    for (let row = 0; row < length; row++) out[offset + row * stride] = close[row] / highest.push(close[row]) - 1;
  }
}
