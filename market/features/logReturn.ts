/** Log return over some bars. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { Ring } from './ring.ts';

export const logReturnConfig = z.strictObject({
  kind: z.literal('logReturn'),
  lag: positiveInt.default(1).describe('bars back'),
});

/** log(close / close `lag` bars ago). Warm-up: lag bars. */
export function makeLogReturn({ lag }: z.infer<typeof logReturnConfig>): Feature {
  return {
    columns: [{ name: `logReturn${lag}`, scale: 'unbounded' }],
    warmupBars: lag,
    settleBars: lag,
    createStream: () => new LogReturnStream(lag),
  };
}

class LogReturnStream implements FeatureStream {
  readonly #past: Ring;

  constructor(lag: number) {
    this.#past = new Ring(lag);
  }

  advance({ length, logClose }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const past = this.#past;
    for (let row = 0; row < length; row++) out[offset + row * stride] = logClose[row] - past.push(logClose[row]);
  }
}
