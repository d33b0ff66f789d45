/** Highest value of a sliding window. */

/**
 * The highest of the last `size` values, in three comparisons a value whatever the data; the lowest is the highest of the
 * negated.
 *
 * Blocks of `size` values follow one another. A window is the end of one block and the start of the next: the highest of
 * the end was noted from right to left when that block was full, the highest of the start grows with each value.
 * Source: van Herk, Pattern Recognition Letters 13, 1992.
 */
export class RollingMaximum {
  /** Left of `at` the values of the block at hand; from `at` on the highest of the block before from there to its end. */
  readonly #values: Float64Array;
  #at = 0;
  #highest = -Infinity;

  constructor(size: number) {
    this.#values = new Float64Array(size + 1).fill(-Infinity);
  }

  /** Takes `length` values in and writes the highest of the last `size` after each, of all where there are fewer. */
  advance(source: Float64Array, length: number, out: Float64Array, sign: 1 | -1 = 1): void {
    const values = this.#values;
    const size = values.length - 1;
    let at = this.#at;
    let highest = this.#highest;
    for (let row = 0; row < length; row++) {
      const value = sign * source[row];
      values[at++] = value;
      highest = Math.max(highest, value);
      out[row] = Math.max(values[at], highest);
      if (at < size) continue;
      let highestToEnd = -Infinity;
      for (let i = size - 1; i >= 0; i--) {
        highestToEnd = Math.max(highestToEnd, values[i]);
        values[i] = highestToEnd;
      }
      highest = -Infinity;
      at = 0;
    }
    this.#at = at;
    this.#highest = highest;
  }
}
