/** Volatility from the whole bar: high and low tell more than two closes do. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { takeLogs } from './naturalLog.ts';
import { RollingMean } from './rollingMean.ts';
import { withRoom } from './scratch.ts';

const period = positiveInt.default(20).describe('bars of the mean variance');

export const parkinsonConfig = z.strictObject({ kind: z.literal('parkinson'), period });
export const garmanKlassConfig = z.strictObject({ kind: z.literal('garmanKlass'), period });

/** Weights of ln(high / low)^2 and ln(close / open)^2 in a bar's variance. */
interface Weights {
  readonly range: number;
  readonly move: number;
}

/**
 * Parkinson's volatility of one bar: root of the mean of ln(high / low)^2 / (4 ln 2).
 *
 * Warm-up: period - 1 bars. Reference: Parkinson, Journal of Business 53, 1980.
 */
export const makeParkinson = ({ period }: z.infer<typeof parkinsonConfig>): Feature =>
  rootMean(`parkinson${period}`, period, { range: 1 / (4 * Math.LN2), move: 0 });

/**
 * Garman and Klass's volatility of one bar: root of the mean of ln(high / low)^2 / 2 - (2 ln 2 - 1) ln(close / open)^2.
 *
 * Warm-up: period - 1 bars. Reference: Garman and Klass, Journal of Business 53, 1980.
 */
export const makeGarmanKlass = ({ period }: z.infer<typeof garmanKlassConfig>): Feature =>
  rootMean(`garmanKlass${period}`, period, { range: 0.5, move: 1 - 2 * Math.LN2 });

const rootMean = (name: string, period: number, weights: Weights): Feature => ({
  columns: [{ name, scale: 'unbounded' }],
  warmupBars: period - 1,
  settleBars: 3 * period,
  createStream: () => new RangeVolatilityStream(period, weights),
});

class RangeVolatilityStream implements FeatureStream {
  readonly #variances: RollingMean;
  readonly #weights: Weights;
  #means: Float64Array = new Float64Array(0);
  #ratios: Float64Array = new Float64Array(0);

  constructor(period: number, weights: Weights) {
    this.#variances = new RollingMean(period);
    this.#weights = weights;
  }

  advance({ length, open, high, low, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const means = (this.#means = withRoom(this.#means, length));
    const ranges = this.#logRatio(high, low, length);
    const { range, move } = this.#weights;
    for (let row = 0; row < length; row++) means[row] = range * ranges[row] * ranges[row];
    if (move !== 0) {
      const moves = this.#logRatio(close, open, length);
      for (let row = 0; row < length; row++) means[row] += move * moves[row] * moves[row];
    }
    this.#variances.advance(means, length, means);
    // Where bars have no range, rounding may leave a trace of either sign.
    for (let row = 0, at = offset; row < length; row++, at += stride) out[at] = Math.sqrt(Math.max(0, means[row]));
  }

  #logRatio(a: Float64Array, b: Float64Array, length: number): Float64Array {
    const ratios = (this.#ratios = withRoom(this.#ratios, length));
    for (let row = 0; row < length; row++) ratios[row] = a[row] / b[row];
    takeLogs(ratios, length, ratios);
    return ratios;
  }
}
