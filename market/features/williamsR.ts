/** Williams %R: where price closes in its recent range. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RangePosition } from './rangePosition.ts';

export const williamsRConfig = z.strictObject({
  kind: z.literal('williamsR'),
  period: positiveInt.default(14).describe('bars of the range'),
});

/**
 * Williams %R moved from [-100, 0] to [-1, 1]: 1 where the close is the highest high, -1 where it is the lowest low.
 *
 * 0 where the price does not move. Warm-up: period - 1 bars. Reference: over 50, plus 1, TA-Lib's WILLR.
 */
export function makeWilliamsR({ period }: z.infer<typeof williamsRConfig>): Feature {
  return {
    columns: [{ name: `williamsR${period}`, scale: 'bounded' }],
    warmupBars: period - 1,
    settleBars: period,
    createStream: () => new WilliamsRStream(period),
  };
}

class WilliamsRStream implements FeatureStream {
  readonly #position: RangePosition;

  constructor(period: number) {
    this.#position = new RangePosition(period);
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const position = this.#position.advance(chunk);
    for (let row = 0, at = offset; row < chunk.length; row++, at += stride) out[at] = position[row];
  }
}
