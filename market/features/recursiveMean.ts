/** Wilder's average. */

/**
 * A mean that starts as the plain mean of the first `period` values and then moves by 1 / `period` of the way to each new one.
 */
export class RecursiveMean {
  readonly #period: number;
  #count = 0;
  #value = 0;

  constructor(period: number) {
    this.#period = period;
  }

  /** Takes `length` values in and writes the mean so far after each, over `source` if need be: meaningful after `period`. */
  advance(source: Float64Array, length: number, out: Float64Array): void {
    const period = this.#period;
    const step = 1 / period;
    let count = this.#count;
    let mean = this.#value;
    let row = 0;
    for (; row < length && count < period; row++) {
      mean += (source[row] - mean) / ++count;
      out[row] = mean;
    }
    for (; row < length; row++) {
      mean += step * (source[row] - mean);
      out[row] = mean;
    }
    this.#count = count;
    this.#value = mean;
  }
}
