/** The last `size` values of a stream. */
export class Ring {
  readonly values: Float64Array;
  #at = 0;

  constructor(size: number) {
    this.values = new Float64Array(size);
  }

  /** Takes a value in and returns the one pushed `size` values ago, 0 before that. */
  push(value: number): number {
    const oldest = this.values[this.#at];
    this.values[this.#at] = value;
    if (++this.#at === this.values.length) this.#at = 0;
    return oldest;
  }

  /** Where the next value goes; 0 once every `size` values, when `values` is in order of arrival. */
  get at(): number {
    return this.#at;
  }
}
