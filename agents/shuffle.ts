/** Random order. */

import type { Rng } from '../core/rng.ts';

/** Fisher and Yates: every order equally likely. @param order permuted in place */
export function shuffle(rng: Rng, order: Int32Array): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = rng.int(i + 1);
    const held = order[i];
    order[i] = order[j];
    order[j] = held;
  }
}
