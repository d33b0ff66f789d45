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

  /** Takes a value in and returns the highest of the last `size`, of all where there are fewer. */
  push(value: number): number {
    const values = this.#values;
    const at = this.#at;
    values[at] = value;
    const highest = value > this.#highest ? value : this.#highest;
    const before = values[at + 1];
    if (at + 2 === values.length) {
      this.#startBlock();
      return highest;
    }
    this.#highest = highest;
    this.#at = at + 1;
    return before > highest ? before : highest;
  }

  #startBlock(): void {
    const values = this.#values;
    for (let i = values.length - 3; i >= 0; i--) if (values[i + 1] > values[i]) values[i] = values[i + 1];
    this.#highest = -Infinity;
    this.#at = 0;
  }
}
