/** A tree of sums over priorities, for sampling in proportion to them. Paper: https://arxiv.org/abs/1511.05952, appendix B.2.1 */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';

/** Children per node: sixteen doubles are two cache lines, and a million leaves are five levels deep. */
const FANOUT_BITS = 4;
const FANOUT = 1 << FANOUT_BITS;

/**
 * Non-negative weights under leaves `[0, capacity)`, with prefix search in logarithmic time.
 *
 * A node is always the sum of its children as they stand, added in the same order, so the sums never drift and depend on
 * the leaves alone, not on the history of updates: saving the leaves saves the tree.
 */
export class SumTree implements Resumable {
  readonly capacity: number;
  /** All levels in one array, leaves first. */
  readonly #sums: Float64Array;
  /** Where each level begins in `#sums`. */
  readonly #levelStarts: readonly number[];

  constructor(capacity: number) {
    this.capacity = capacity;
    const starts = [0];
    let size = roundUp(capacity);
    let total = size;
    while (size > FANOUT) {
      starts.push(total);
      size = roundUp(size >> FANOUT_BITS);
      total += size;
    }
    starts.push(total);
    this.#levelStarts = starts;
    this.#sums = new Float64Array(total + 1);
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#sums.byteLength;
  }

  /** Sum of all leaves. */
  get total(): number {
    return this.#sums[this.#sums.length - 1];
  }

  get(leaf: number): number {
    return this.#sums[leaf];
  }

  set(leaf: number, weight: number): void {
    const sums = this.#sums;
    const starts = this.#levelStarts;
    sums[leaf] = weight;
    let node = leaf;
    for (let level = 1; level < starts.length; level++) {
      node >>= FANOUT_BITS;
      sums[starts[level] + node] = sumOfChildren(sums, starts[level - 1] + (node << FANOUT_BITS));
    }
  }

  /** Makes every weight zero. */
  clear(): void {
    this.#sums.fill(0);
  }

  /** The first leaf at which the running sum exceeds `mass`; never one of weight zero. @param mass in [0, total) */
  find(mass: number): number {
    const sums = this.#sums;
    const starts = this.#levelStarts;
    let rest = mass;
    let node = 0;
    for (let level = starts.length - 2; level >= 0; level--) {
      const first = starts[level] + (node << FANOUT_BITS);
      let child = first;
      const last = first + FANOUT - 1;
      while (child < last && rest >= sums[child]) rest -= sums[child++];
      // Rounding may leave a rest beyond the last positive child: step back to it.
      while (sums[child] === 0 && child > first) rest = sums[--child];
      node = child - starts[level];
    }
    return node;
  }

  /** One leaf from each of `leaves.length` equal slices of the total. @param leaves written in place */
  sampleStratified(rng: Rng, leaves: Int32Array): void {
    const slice = this.total / leaves.length;
    for (let i = 0; i < leaves.length; i++) leaves[i] = this.find((i + rng.next()) * slice);
  }

  save(): Saved {
    return { capacity: this.capacity, leaves: this.#sums.slice(0, this.capacity) };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'sum tree');
    reader.into('leaves', this.#sums.subarray(0, this.capacity));
    const bad = this.#sums.subarray(0, this.capacity).findIndex((weight) => !(weight >= 0 && weight < Infinity));
    if (bad >= 0) {
      throw new InputError({
        what: 'saved priority is impossible',
        where: `sum tree, leaf ${bad}`,
        rule: 'finite, >= 0',
      });
    }
    this.#rebuild();
  }

  #rebuild(): void {
    const sums = this.#sums;
    const starts = this.#levelStarts;
    for (let level = 1; level < starts.length; level++) {
      const below = starts[level - 1];
      for (let child = below; child < starts[level]; child += FANOUT) {
        sums[starts[level] + ((child - below) >> FANOUT_BITS)] = sumOfChildren(sums, child);
      }
    }
  }
}

const roundUp = (count: number): number => Math.max(FANOUT, Math.ceil(count / FANOUT) * FANOUT);

/** Four running sums: additions that do not wait for each other. */
function sumOfChildren(sums: Float64Array, first: number): number {
  const a = sums[first] + sums[first + 1] + sums[first + 2] + sums[first + 3];
  const b = sums[first + 4] + sums[first + 5] + sums[first + 6] + sums[first + 7];
  const c = sums[first + 8] + sums[first + 9] + sums[first + 10] + sums[first + 11];
  const d = sums[first + 12] + sums[first + 13] + sums[first + 14] + sums[first + 15];
  return a + b + (c + d);
}
