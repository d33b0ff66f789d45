/** Prioritized experience replay, proportional variant. Paper: https://arxiv.org/abs/1511.05952 */

import type { Rng } from '../../core/rng.ts';
import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import { SumTree } from './sumTree.ts';

/** Added to each |tdError|, so that no transition is forgotten for good. */
const PRIORITY_FLOOR = 1e-6;

export interface PrioritizedSamplerOptions {
  readonly capacity: number;
  /** The paper's alpha: 0 samples uniformly, 1 in proportion to the error. */
  readonly priorityExponent: number;
  readonly rng: Rng;
}

/**
 * Chooses which slots of a replay to learn from: P(i) = p_i / sum p, p_i = (|tdError_i| + floor) ^ priorityExponent.
 *
 * A new slot enters at the highest priority seen, so that everything is learned from soon, whatever the scale of rewards. With exponent 0 every slot
 * weighs the same: uniform replay is this with a number changed.
 */
export class PrioritizedSampler implements Resumable {
  readonly #tree: SumTree;
  readonly #exponent: number;
  readonly #rng: Rng;
  /** Zero until a first error is known. */
  #highest = 0;

  constructor({ capacity, priorityExponent, rng }: PrioritizedSamplerOptions) {
    this.#tree = new SumTree(capacity);
    this.#exponent = priorityExponent;
    this.#rng = rng;
  }

  get byteLength(): number {
    return this.#tree.byteLength;
  }

  /** False until a first slot can be sampled. */
  get isReady(): boolean {
    return this.#tree.total > 0;
  }

  add(slot: number): void {
    this.#tree.set(slot, this.#highest > 0 ? this.#highest : 1);
  }

  remove(slot: number): void {
    this.#tree.set(slot, 0);
  }

  /** Forgets every slot, but not how large errors have been. */
  clear(): void {
    this.#tree.clear();
  }

  /** Probability that one draw gives `slot`. */
  probability(slot: number): number {
    return this.#tree.get(slot) / this.#tree.total;
  }

  /**
   * Draws a batch, one slot from each of equal slices of the total priority.
   *
   * Importance weights (N P(i)) ^ -importanceExponent, scaled so that the largest of the batch is 1; N cancels.
   *
   * @param slots (batch), written in place
   * @param weights (batch), written in place
   */
  sample(importanceExponent: number, slots: Int32Array, weights: Float32Array): void {
    this.#tree.sampleStratified(this.#rng, slots);
    let least = Infinity;
    for (let i = 0; i < slots.length; i++) least = Math.min(least, this.#tree.get(slots[i]));
    for (let i = 0; i < slots.length; i++) weights[i] = (least / this.#tree.get(slots[i])) ** importanceExponent;
  }

  /** Takes in the errors that an update found for `slots`; a slot twice in the batch keeps the later one. */
  update(slots: Int32Array, tdErrors: ArrayLike<number>): void {
    for (let i = 0; i < slots.length; i++) {
      const priority = (Math.abs(tdErrors[i]) + PRIORITY_FLOOR) ** this.#exponent;
      if (priority > this.#highest) this.#highest = priority;
      this.#tree.set(slots[i], priority);
    }
  }

  save(): Saved {
    return { tree: this.#tree.save(), highest: this.#highest, rng: this.#rng.save() };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'prioritized sampler');
    this.#tree.restore(reader.any('tree'));
    this.#rng.restore(reader.any('rng'));
    this.#highest = reader.number('highest');
  }
}
