/** On-balance volume: whether volume comes with rises or with falls. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMean } from './rollingMean.ts';
import { withRoom } from './scratch.ts';

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
  #balance: Float64Array = new Float64Array(0);
  #traded: Float64Array = new Float64Array(0);
  #previous = NaN;

  constructor(period: number) {
    this.#signed = new RollingMean(period);
    this.#total = new RollingMean(period);
  }

  advance({ length, close, volume }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const balance = (this.#balance = withRoom(this.#balance, length));
    const traded = (this.#traded = withRoom(this.#traded, length));
    let previous = this.#previous;
    for (let row = 0; row < length; row++) {
      // The first bar has no close before it and counts as none, for one row more than the warm-up has.
      balance[row] = (Number(close[row] > previous) - Number(close[row] < previous)) * volume[row];
      previous = close[row];
    }
    this.#previous = previous;
    this.#signed.advance(balance, length, balance);
    this.#total.advance(volume, length, traded);
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      const share = traded[row] > 0 ? balance[row] / traded[row] : 0;
      // Rounding may leave the balance a hair outside.
      out[at] = share > 1 ? 1 : share < -1 ? -1 : share;
    }
  }
}
