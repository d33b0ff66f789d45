/** Rank of the newest value in a sliding window. */

/**
 * Where the newest of the last `size` values stands among the others: -1 below all, 1 above all, ties in the middle.
 *
 * The window is kept sorted. A value is looked for from where the one before it was, which is near in a series that
 * wanders; then only what lies between the place that one leaves and the place that another takes moves.
 */
export class RollingRank {
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #at = 0;
  #count = 0;
  /** Where the value before was put, and where the one that left before it was. */
  #entered = 0;
  #left = 0;

  constructor(size: number) {
    this.#ring = new Float64Array(size);
    this.#sorted = new Float64Array(size);
  }

  /** @returns the rank among the values so far; 0 for the first */
  push(value: number): number {
    const sorted = this.#sorted;
    const place = this.#move(value);
    sorted[place] = value;
    this.#entered = place;
    const others = this.#count - 1;
    let first = place;
    let last = place;
    while (first > 0 && sorted[first - 1] === value) first--;
    while (last < others && sorted[last + 1] === value) last++;
    return others === 0 ? 0 : (first + last) / others - 1;
  }

  /** Takes the oldest value out and makes room for the newest. @returns its place */
  #move(value: number): number {
    const sorted = this.#sorted;
    const hole = this.#makeHole(value);
    const end = this.#count - 1;
    if (hole > 0 && sorted[hole - 1] > value) {
      let place = Math.min(this.#entered, hole);
      while (place < hole && sorted[place] <= value) place++;
      while (place > 0 && sorted[place - 1] > value) place--;
      sorted.copyWithin(place + 1, place, hole);
      return place;
    }
    if (hole < end && sorted[hole + 1] < value) {
      let place = Math.max(hole, Math.min(this.#entered, end));
      while (place < end && sorted[place + 1] < value) place++;
      while (place > hole && sorted[place] >= value) place--;
      sorted.copyWithin(hole, hole + 1, place + 1);
      return place;
    }
    return hole;
  }

  #makeHole(value: number): number {
    const ring = this.#ring;
    const sorted = this.#sorted;
    const oldest = ring[this.#at];
    ring[this.#at] = value;
    if (++this.#at === ring.length) this.#at = 0;
    if (this.#count < ring.length) return this.#count++;
    let hole = this.#left;
    while (sorted[hole] < oldest) hole++;
    while (hole > 0 && sorted[hole - 1] >= oldest) hole--;
    this.#left = hole;
    return hole;
  }
}
