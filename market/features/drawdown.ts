/** Drawdown: how far price is below its recent top. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingExtreme } from './rollingExtreme.ts';
import { withRoom } from './scratch.ts';

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
  readonly #closes: RollingExtreme;
  #highest: Float64Array = new Float64Array(0);

  constructor(period: number) {
    this.#closes = new RollingExtreme(period, 'highest');
  }

  advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const highest = (this.#highest = withRoom(this.#highest, length));
    this.#closes.advance(close, length, highest);
    for (let row = 0, at = offset; row < length; row++, at += stride) out[at] = close[row] / highest[row] - 1;
  }
}
