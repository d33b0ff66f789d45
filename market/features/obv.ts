/** On-balance volume: whether volume comes with rises or with falls. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMean } from './rollingMean.ts';

export const obvConfig = z.strictObject({
  kind: z.literal('obv'),
  period: positiveInt.default(20).describe('bars over which the balance is taken'),
});

/**
 * Change of Granville's on-balance volume over `period` bars as a share of their volume, in [-1, 1].
 *
 * The balance itself has no scale and no end; 1 says that all volume came with rising closes. 0 without volume.
 * Warm-up: period bars. Reference: (OBV - OBV `period` bars ago) / SUM of volume by TA-Lib.
 */
export function makeObv({ period }: z.infer<typeof obvConfig>): Feature {
  return {
    columns: [{ name: `obv${period}`, scale: 'bounded' }],
    warmupBars: period,
    settleBars: 3 * period,
    createStream: () => new ObvStream(period),
  };
}

class ObvStream implements FeatureStream {
  readonly #signed: RollingMean;
  readonly #total: RollingMean;
  #previous = NaN;

  constructor(period: number) {
    this.#signed = new RollingMean(period);
    this.#total = new RollingMean(period);
  }

  advance({ length, close, volume }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      const change = close[row] - this.#previous;
      this.#previous = close[row];
      if (change !== change) continue;
      const total = this.#total.push(volume[row]);
      const signed = this.#signed.push(change > 0 ? volume[row] : change < 0 ? -volume[row] : 0);
      // Rounding may leave the balance a hair outside.
      out[offset + row * stride] = total > 0 ? Math.max(-1, Math.min(1, signed / total)) : 0;
    }
  }
}
