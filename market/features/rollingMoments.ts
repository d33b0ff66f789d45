/** Mean and variance of a sliding window. */

import { Ring } from './ring.ts';

/**
 * Mean and variance of the last `size` values, in constant time a value.
 *
 * Sums are of distances from a nearby anchor, and are taken anew each time the ring comes round: rounding errors cannot
 * pile up, and those of a spike are gone at the latest `size` values after it.
 */
export class RollingMoments {
  readonly #ring: Ring;
  readonly #size: number;
  #anchor = 0;
  #sum = 0;
  #squares = 0;

  constructor(size: number) {
    this.#ring = new Ring(size);
    this.#size = size;
  }

  push(value: number): void {
    const oldest = this.#ring.push(value);
    if (this.#ring.at === 0) {
      this.#restart();
      return;
    }
    const entered = value - this.#anchor;
    const left = oldest - this.#anchor;
    this.#sum += entered - left;
    this.#squares += entered * entered - left * left;
  }

  /** Meaningful after `size` values. */
  get mean(): number {
    return this.#anchor + this.#sum / this.#size;
  }

  /** Population form, divisor `size`; never negative. */
  get variance(): number {
    const mean = this.#sum / this.#size;
    const variance = this.#squares / this.#size - mean * mean;
    // Where values do not vary, rounding may leave a trace of either sign.
    return variance > 1e-14 * (this.#squares / this.#size) ? variance : 0;
  }

  #restart(): void {
    const { values } = this.#ring;
    this.#anchor = values[values.length - 1];
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < values.length; i++) {
      const distance = values[i] - this.#anchor;
      sum += distance;
      squares += distance * distance;
    }
    this.#sum = sum;
    this.#squares = squares;
  }
}
