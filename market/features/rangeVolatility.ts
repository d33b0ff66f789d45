/** Volatility from the whole bar: high and low tell more than two closes do. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { RollingMean } from './rollingMean.ts';

const period = positiveInt.default(20).describe('bars of the mean variance');

export const parkinsonConfig = z.strictObject({ kind: z.literal('parkinson'), period });
export const garmanKlassConfig = z.strictObject({ kind: z.literal('garmanKlass'), period });

const PARKINSON = 1 / (4 * Math.LN2);
const GARMAN_KLASS = 2 * Math.LN2 - 1;

/**
 * Parkinson's volatility of one bar: root of the mean of ln(high / low)^2 / (4 ln 2).
 *
 * Warm-up: period - 1 bars. Reference: Parkinson, Journal of Business 53, 1980.
 */
export const makeParkinson = ({ period }: z.infer<typeof parkinsonConfig>): Feature =>
  rootMean(`parkinson${period}`, period, ({ high, low }, row) => {
    const range = Math.log(high[row] / low[row]);
    return PARKINSON * range * range;
  });

/**
 * Garman and Klass's volatility of one bar: root of the mean of ln(high / low)^2 / 2 - (2 ln 2 - 1) ln(close / open)^2.
 *
 * Warm-up: period - 1 bars. Reference: Garman and Klass, Journal of Business 53, 1980.
 */
export const makeGarmanKlass = ({ period }: z.infer<typeof garmanKlassConfig>): Feature =>
  rootMean(`garmanKlass${period}`, period, ({ open, high, low, close }, row) => {
    const range = Math.log(high[row] / low[row]);
    const move = Math.log(close[row] / open[row]);
    return 0.5 * range * range - GARMAN_KLASS * move * move;
  });

function rootMean(name: string, period: number, varianceOf: (chunk: BarChunk, row: number) => number): Feature {
  const createStream = (): FeatureStream => {
    const variances = new RollingMean(period);
    return {
      advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
        for (let row = 0; row < chunk.length; row++) {
          const variance = variances.push(varianceOf(chunk, row));
          // Where bars have no range, rounding may leave a trace of either sign.
          out[offset + row * stride] = variance > 0 ? Math.sqrt(variance) : 0;
        }
      },
    };
  };
  return {
    columns: [{ name, scale: 'unbounded' }],
    warmupBars: period - 1,
    settleBars: 3 * period,
    createStream,
  };
}
