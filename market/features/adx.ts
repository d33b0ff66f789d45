/** Average directional index: whether there is a trend, and which way. */

import { z } from 'zod';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';
import { RecursiveMean } from './recursiveMean.ts';

export const adxConfig = z.strictObject({
  kind: z.literal('adx'),
  period: z.int().min(2).default(14).describe("bars of Wilder's averages"),
});

/**
 * Wilder's directional system as fractions, [0, 1] instead of [0, 100]: ADX, +DI and -DI.
 *
 * +DI = smoothed upward moves of the high / smoothed true range, -DI likewise of the low; ADX = Wilder's mean of
 * |+DI - -DI| / (+DI + -DI). 0 where the price does not move. Warm-up: 2 * period - 1 bars.
 * Reference: Wilder, 1978, with TA-Lib's start: sums of period - 1 moves, then one step of smoothing; equals TA-Lib's
 * ADX, PLUS_DI and MINUS_DI over 100.
 */
export function makeAdx({ period }: z.infer<typeof adxConfig>): Feature {
  return {
    columns: ['', ':plusDi', ':minusDi'].map((part) => ({ name: `adx${period}${part}`, scale: 'bounded' as const })),
    warmupBars: 2 * period - 1,
    settleBars: 2 * period + 2 * fadeBars(period),
    createStream: () => new AdxStream(period),
  };
}

class AdxStream implements FeatureStream {
  readonly #period: number;
  readonly #mean: RecursiveMean;
  #bar = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #plus = 0;
  #minus = 0;
  #range = 0;

  constructor(period: number) {
    this.#period = period;
    this.#mean = new RecursiveMean(period, 1 / period);
  }

  advance({ length, high, low, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const period = this.#period;
    let [plus, minus, range] = [this.#plus, this.#minus, this.#range];
    let [highBefore, lowBefore, closeBefore] = [this.#high, this.#low, this.#close];
    for (let row = 0; row < length; row++) {
      const bar = this.#bar++;
      if (bar > 0) {
        const up = high[row] - highBefore;
        const down = lowBefore - low[row];
        const top = high[row] > closeBefore ? high[row] : closeBefore;
        const bottom = low[row] < closeBefore ? low[row] : closeBefore;
        const keep = bar < period ? 1 : 1 - 1 / period;
        plus = plus * keep + (up > down && up > 0 ? up : 0);
        minus = minus * keep + (down > up && down > 0 ? down : 0);
        range = range * keep + (top - bottom);
      }
      highBefore = high[row];
      lowBefore = low[row];
      closeBefore = close[row];
      if (bar < period) continue;
      const moves = plus + minus;
      const at = offset + row * stride;
      out[at] = this.#mean.push(moves > 0 ? Math.abs(plus - minus) / moves : 0);
      out[at + 1] = range > 0 ? plus / range : 0;
      out[at + 2] = range > 0 ? minus / range : 0;
    }
    [this.#plus, this.#minus, this.#range] = [plus, minus, range];
    [this.#high, this.#low, this.#close] = [highBefore, lowBefore, closeBefore];
  }
}
