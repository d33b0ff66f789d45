/** The recursive averages that indicators share. */

/**
 * A mean that starts as the plain mean of the first `period` values and then moves by `step` of the way to each new one.
 *
 * `step` is 2 / (period + 1) for an exponential moving average and 1 / period for Wilder's.
 */
export class RecursiveMean {
  readonly #period: number;
  readonly #step: number;
  #count = 0;
  #value = 0;

  constructor(period: number, step: number) {
    this.#period = period;
    this.#step = step;
  }

  /** The mean so far: meaningful after `period` values. */
  push(value: number): number {
    if (this.#count < this.#period) {
      this.#count++;
      this.#value += (value - this.#value) / this.#count;
    } else {
      this.#value += this.#step * (value - this.#value);
    }
    return this.#value;
  }
}

export const createEma = (period: number): RecursiveMean => new RecursiveMean(period, 2 / (period + 1));
