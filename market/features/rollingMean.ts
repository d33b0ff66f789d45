/** Mean of a sliding window. */

/**
 * Mean of the last `size` values, in constant time a value.
 *
 * The sum is of distances from a nearby anchor and is taken anew each time the ring comes round: rounding errors cannot
 * pile up, and those of a spike are gone at the latest `size` values after it.
 */
export class RollingMean {
  readonly #values: Float64Array;
  readonly #share: number;
  #at = 0;
  #anchor = 0;
  #sum = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
    this.#share = 1 / size;
  }

  /** Takes a value in and returns the mean: meaningful after `size` values. */
  push(value: number): number {
    const values = this.#values;
    const at = this.#at;
    const oldest = values[at];
    values[at] = value;
    if (at + 1 === values.length) {
      this.#restart(value);
    } else {
      this.#at = at + 1;
      this.#sum += value - oldest;
    }
    return this.#anchor + this.#sum * this.#share;
  }

  #restart(anchor: number): void {
    const values = this.#values;
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] - anchor;
    this.#at = 0;
    this.#anchor = anchor;
    this.#sum = sum;
  }
}
