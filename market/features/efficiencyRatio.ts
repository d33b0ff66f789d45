/** Efficiency ratio: how straight price has moved. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { Ring } from './ring.ts';
import { RollingMoments } from './rollingMoments.ts';

export const efficiencyRatioConfig = z.strictObject({
  kind: z.literal('efficiencyRatio'),
  period: positiveInt.default(20).describe('one-bar moves'),
});

/**
 * Kaufman's efficiency ratio of log close: |net move| / sum of |one-bar moves|, how persistent a trend is.
 *
 * 1 for a straight line, near 0 for a walk in place; 0 where the price has not moved. Warm-up: period bars.
 */
export function makeEfficiencyRatio({ period }: z.infer<typeof efficiencyRatioConfig>): Feature {
  return {
    columns: [{ name: `efficiencyRatio${period}`, scale: 'bounded' }],
    warmupBars: period,
    settleBars: 3 * period,
    createStream: () => new EfficiencyRatioStream(period),
  };
}

class EfficiencyRatioStream implements FeatureStream {
  readonly #period: number;
  readonly #past: Ring;
  readonly #moves: RollingMoments;
  #previous = NaN;

  constructor(period: number) {
    this.#period = period;
    this.#past = new Ring(period);
    this.#moves = new RollingMoments(period);
  }

  advance({ length, logClose }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      const y = logClose[row];
      const before = this.#past.push(y);
      if (this.#previous === this.#previous) this.#moves.push(Math.abs(y - this.#previous));
      this.#previous = y;
      const walked = this.#moves.mean * this.#period;
      // Rounding may leave the net move a hair longer than the way walked.
      out[offset + row * stride] = walked > 0 ? Math.min(1, Math.abs(y - before) / walked) : 0;
    }
  }
}
