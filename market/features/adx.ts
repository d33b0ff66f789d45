/** Average directional index: whether there is a trend, and which way. */

import { z } from 'zod';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';
import { RecursiveMean } from './recursiveMean.ts';
import { withRoom } from './scratch.ts';

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
  #moves: Float64Array = new Float64Array(0);
  #bar = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #plus = 0;
  #minus = 0;
  #range = 0;

  constructor(period: number) {
    this.#period = period;
    this.#mean = new RecursiveMean(period);
  }

  advance({ length, high, low, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const moves = (this.#moves = withRoom(this.#moves, length));
    const period = this.#period;
    const from = Math.min(length, Math.max(0, period - this.#bar));
    const settled = 1 - 1 / period;
    let [plus, minus, range] = [this.#plus, this.#minus, this.#range];
    let [highBefore, lowBefore, closeBefore] = [this.#high, this.#low, this.#close];
    // Nothing moves on the first bar.
    if (this.#bar === 0) [highBefore, lowBefore, closeBefore, range] = [high[0], low[0], close[0], low[0] - high[0]];
    for (let row = 0, at = offset; row < length; row++, at += stride) {
      // Halves of sums of a number and its size are without branches, which nobody could guess.
      const rise = high[row] - highBefore;
      const fall = lowBefore - low[row];
      const up = 0.5 * (rise + Math.abs(rise));
      const down = 0.5 * (fall + Math.abs(fall));
      const top = high[row] > closeBefore ? high[row] : closeBefore;
      const bottom = low[row] < closeBefore ? low[row] : closeBefore;
      const keep = row < from ? 1 : settled;
      plus = plus * keep + Number(up > down) * up;
      minus = minus * keep + Number(down > up) * down;
      range = range * keep + (top - bottom);
      highBefore = high[row];
      lowBefore = low[row];
      closeBefore = close[row];
      const both = plus + minus;
      moves[row] = both > 0 ? Math.abs(plus - minus) / both : 0;
      out[at + 1] = range > 0 ? plus / range : 0;
      out[at + 2] = range > 0 ? minus / range : 0;
    }
    [this.#plus, this.#minus, this.#range] = [plus, minus, range];
    [this.#high, this.#low, this.#close] = [highBefore, lowBefore, closeBefore];
    this.#bar += length;
    this.#mean.advance(moves.subarray(from), length - from, moves);
    for (let row = from, at = offset + from * stride; row < length; row++, at += stride) out[at] = moves[row - from];
  }
}
