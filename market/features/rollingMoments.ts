/** Mean and variance of a sliding window. */

/**
 * Mean and variance of the last `size` values, in constant time a value.
 *
 * Sums are of distances from a nearby anchor, and are taken anew each time the ring comes round: rounding errors cannot
 * pile up, and those of a spike are gone at the latest `size` values after it.
 */
export class RollingMoments {
  readonly #values: Float64Array;
  readonly #one = new Float64Array(1);
  readonly #unread = new Float64Array(1);
  #at = 0;
  #anchor = 0;
  #sum = 0;
  #squares = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  /**
   * Takes `length` values in and writes mean and variance after each: meaningful after `size` values. May write over
   * `source`.
   */
  advance(source: Float64Array, length: number, means: Float64Array, variances: Float64Array): void {
    const values = this.#values;
    const size = values.length;
    const share = 1 / size;
    let at = this.#at;
    let anchor = this.#anchor;
    let sum = this.#sum;
    let squares = this.#squares;
    for (let row = 0; row < length;) {
      for (const end = Math.min(length, row + size - at); row < end; row++) {
        const value = source[row];
        const entered = value - anchor;
        const left = values[at] - anchor;
        sum += entered - left;
        squares += entered * entered - left * left;
        values[at++] = value;
        const mean = sum * share;
        means[row] = anchor + mean;
        variances[row] = varianceOf(squares * share, mean);
      }
      if (at < size) break;
      at = 0;
      anchor = values[size - 1];
      sum = 0;
      squares = 0;
      for (let i = 0; i < size; i++) {
        const distance = values[i] - anchor;
        sum += distance;
        squares += distance * distance;
      }
      const mean = sum * share;
      means[row - 1] = anchor + mean;
      variances[row - 1] = varianceOf(squares * share, mean);
    }
    this.#at = at;
    this.#anchor = anchor;
    this.#sum = sum;
    this.#squares = squares;
  }

  /** One value; {@link mean} and {@link variance} tell of it. */
  push(value: number): void {
    this.#one[0] = value;
    this.advance(this.#one, 1, this.#one, this.#unread);
  }

  /** Meaningful after `size` values. */
  get mean(): number {
    return this.#anchor + this.#sum * (1 / this.#values.length);
  }

  /** Population form, divisor `size`; never negative. */
  get variance(): number {
    const share = 1 / this.#values.length;
    return varianceOf(this.#squares * share, this.#sum * share);
  }
}

/** Where values do not vary, rounding may leave a trace of either sign. */
function varianceOf(meanSquare: number, mean: number): number {
  const variance = meanSquare - mean * mean;
  return variance > 1e-14 * meanSquare ? variance : 0;
}
