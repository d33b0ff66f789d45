/** Many random streams side by side, one per env, in columns that a hot loop can step without calls through objects. */

import { seedAlea } from './rng.ts';
import { SavedReader, type Resumable, type Saved } from './saved.ts';

/** Stream `i` gives exactly the numbers of an `Rng` whose path is `paths[i]`, whatever its neighbors do. */
export class RngColumns implements Resumable {
  readonly #c: Float64Array;
  readonly #s0: Float64Array;
  readonly #s1: Float64Array;
  readonly #s2: Float64Array;

  /** @param paths full path of each stream: the root's seed and the fork names, joined by slashes */
  constructor(paths: readonly string[]) {
    const states = paths.map(seedAlea);
    this.#c = Float64Array.from(states, (state) => state.c);
    this.#s0 = Float64Array.from(states, (state) => state.s0);
    this.#s1 = Float64Array.from(states, (state) => state.s1);
    this.#s2 = Float64Array.from(states, (state) => state.s2);
  }

  /** The next number of stream `i`, uniform in [0, 1). */
  next(i: number): number {
    const t = 2091639 * this.#s0[i] + this.#c[i] * 2.3283064365386963e-10; // 2^-32
    this.#s0[i] = this.#s1[i];
    this.#s1[i] = this.#s2[i];
    const c = t | 0;
    this.#c[i] = c;
    return (this.#s2[i] = t - c);
  }

  /** The next `out.length` numbers of stream `i`, as so many calls of {@link next} give them. */
  fill(i: number, out: Float64Array): void {
    let c = this.#c[i];
    let s0 = this.#s0[i];
    let s1 = this.#s1[i];
    let s2 = this.#s2[i];
    for (let k = 0; k < out.length; k++) {
      const t = 2091639 * s0 + c * 2.3283064365386963e-10; // 2^-32
      c = t | 0;
      s0 = s1;
      s1 = s2;
      s2 = t - c;
      out[k] = s2;
    }
    this.#c[i] = c;
    this.#s0[i] = s0;
    this.#s1[i] = s1;
    this.#s2[i] = s2;
  }

  save(): Saved {
    return { c: this.#c.slice(), s0: this.#s0.slice(), s1: this.#s1.slice(), s2: this.#s2.slice() };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'rng columns');
    reader.into('c', this.#c);
    reader.into('s0', this.#s0);
    reader.into('s1', this.#s1);
    reader.into('s2', this.#s2);
  }
}
