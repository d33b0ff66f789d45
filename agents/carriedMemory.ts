/** What a recurrent policy carries from one act to the next. */

import type { Feeds, Fetches } from './nn/engine.ts';

/** One row of numbers for each observation, zero at the start; policies without memory have rows of none. */
export class CarriedMemory {
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
}
