/** What a recurrent policy carries from one act to the next. */

import { InputError } from '../core/errors.ts';
import type { Resumable, Saved } from '../core/saved.ts';
import type { Feeds, Fetches } from './nn/engine.ts';

/** One row of numbers for each observation, zero at the start; policies without memory have rows of none. */
export class CarriedMemory implements Resumable {
  readonly #size: number;
  #values = new Float32Array(0);

  /** @param size numbers carried for each observation; 0: there is no memory */
  constructor(size: number) {
    this.#size = size;
  }

  /** The feed `memory` for so many observations; another number of them begins anew. */
  feeds(count: number): Feeds {
    if (this.#size === 0) return {};
    if (this.#values.length !== count * this.#size) this.#values = new Float32Array(count * this.#size);
    return { memory: this.#values };
  }

  /** Takes over the fetch `nextMemory`. */
  take({ nextMemory }: Fetches): void {
    if (this.#size > 0) this.#values.set(nextMemory);
  }

  /** Forgets everything. */
  reset(): void {
    this.#values.fill(0);
  }

  /** Null without memory. */
  save(): Saved {
    return this.#size === 0 ? null : this.#values.slice();
  }

  restore(saved: Saved): void {
    const isMemory = saved instanceof Float32Array && this.#size > 0 && saved.length % this.#size === 0;
    if (!isMemory && !(saved === null && this.#size === 0)) {
      throw new InputError({
        what: 'saved memory is not that of this policy',
        where: 'policy',
        rule: this.#size === 0 ? 'none' : `rows of ${this.#size} numbers`,
        value: saved instanceof Float32Array ? `${saved.length} numbers` : saved === null ? 'none' : typeof saved,
        hint: 'without what it remembers it would not go on as it began; start anew in another folder',
      });
    }
    this.#values = saved instanceof Float32Array ? saved.slice() : new Float32Array(0);
  }
}
