/** Rank of the newest value in a sliding window. */

/**
 * Where the newest of the last `size` values stands among the others: -1 below all, 1 above all, ties in the middle.
 *
 * The window is kept sorted: a value finds its place by halving, and only what lies between the place that one value
 * leaves and the place that another takes moves.
 */
export class RollingRank {
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #at = 0;
  #count = 0;

  constructor(size: number) {
    this.#ring = new Float64Array(size);
    this.#sorted = new Float64Array(size);
  }

  /** @returns the rank among the values so far; 0 for the first */
  push(value: number): number {
    const sorted = this.#sorted;
    const oldest = this.#ring[this.#at];
    this.#ring[this.#at] = value;
    if (++this.#at === this.#ring.length) this.#at = 0;
    let hole = this.#count;
    if (this.#count === sorted.length) hole = firstAtLeast(sorted, oldest, this.#count);
    else this.#count++;
    while (hole > 0 && sorted[hole - 1] > value) sorted[hole] = sorted[--hole];
    while (hole < this.#count - 1 && sorted[hole + 1] < value) sorted[hole] = sorted[++hole];
    sorted[hole] = value;
    let first = hole;
    let last = hole;
    while (first > 0 && sorted[first - 1] === value) first--;
    while (last < this.#count - 1 && sorted[last + 1] === value) last++;
    return this.#count === 1 ? 0 : (first + last) / (this.#count - 1) - 1;
  }
}

/** Index of the first of `length` sorted values that is not below `value`. */
function firstAtLeast(sorted: Float64Array, value: number, length: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
