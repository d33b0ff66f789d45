/** Where price closes in its recent range: what stochastic and Williams %R share. */

import type { BarChunk } from './feature.ts';
import { RollingExtreme } from './rollingExtreme.ts';
import { withRoom } from './scratch.ts';

export class RangePosition {
  readonly #highs: RollingExtreme;
  readonly #lows: RollingExtreme;
  #highest: Float64Array = new Float64Array(0);
  #lowest: Float64Array = new Float64Array(0);

  constructor(period: number) {
    this.#highs = new RollingExtreme(period, 'highest');
    this.#lows = new RollingExtreme(period, 'lowest');
  }

  /**
   * Of each bar, 1 where it closes at the highest high of the last `period` bars, -1 at the lowest low, 0 where they are
   * the same.
   *
   * @returns (length), overwritten by the next call
   */
  advance({ length, high, low, close }: BarChunk): Float64Array {
    const highest = (this.#highest = withRoom(this.#highest, length));
    const lowest = (this.#lowest = withRoom(this.#lowest, length));
    this.#highs.advance(high, length, highest);
    this.#lows.advance(low, length, lowest);
    for (let row = 0; row < length; row++) {
      const range = highest[row] - lowest[row];
      highest[row] = range > 0 ? (2 * (close[row] - lowest[row])) / range - 1 : 0;
    }
    return highest;
  }
}
