/** Where price closes in its recent range: what stochastic and Williams %R share. */

import type { BarChunk } from './feature.ts';
import { RollingMaximum } from './rollingMaximum.ts';
import { withRoom } from './scratch.ts';

export class RangePosition {
  readonly #highs: RollingMaximum;
  readonly #lows: RollingMaximum;
  #highest: Float64Array = new Float64Array(0);
  #negatedLowest: Float64Array = new Float64Array(0);

  constructor(period: number) {
    this.#highs = new RollingMaximum(period);
    this.#lows = new RollingMaximum(period);
  }

  /**
   * Of each bar, 1 where it closes at the highest high of the last `period` bars, -1 at the lowest low, 0 where they are
   * the same.
   *
   * @returns (length), overwritten by the next call
   */
  advance({ length, high, low, close }: BarChunk): Float64Array {
    const highest = (this.#highest = withRoom(this.#highest, length));
    const negatedLowest = (this.#negatedLowest = withRoom(this.#negatedLowest, length));
    this.#highs.advance(high, length, highest);
    this.#lows.advance(low, length, negatedLowest, -1);
    for (let row = 0; row < length; row++) {
      const range = highest[row] + negatedLowest[row];
      highest[row] = range > 0 ? (2 * (close[row] + negatedLowest[row])) / range - 1 : 0;
    }
    return highest;
  }
}
