/** Mean of a sliding window. */

/**
 * Mean of the last `size` values, in constant time a value.
 *
 * The sum is of distances from a nearby anchor and is taken anew each time the ring comes round: rounding errors cannot
 * pile up, and those of a spike are gone at the latest `size` values after it.
 */
export class RollingMean {
  readonly #values: Float64Array;
  #at = 0;
  #anchor = 0;
  #sum = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  /** Takes `length` values in and writes the mean after each: meaningful after `size` values. May write over `source`. */
  advance(source: Float64Array, length: number, out: Float64Array): void {
    const values = this.#values;
    const size = values.length;
    const share = 1 / size;
    let at = this.#at;
    let anchor = this.#anchor;
    let sum = this.#sum;
    for (let row = 0; row < length;) {
      for (const end = Math.min(length, row + size - at); row < end; row++) {
        const value = source[row];
        sum += value - values[at];
        values[at++] = value;
        out[row] = anchor + sum * share;
      }
      if (at < size) break;
      at = 0;
      anchor = values[size - 1];
      sum = 0;
      for (let i = 0; i < size; i++) sum += values[i] - anchor;
      out[row - 1] = anchor + sum * share;
    }
    this.#at = at;
    this.#anchor = anchor;
    this.#sum = sum;
  }
}
