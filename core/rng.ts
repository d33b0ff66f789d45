/** Seeded random streams that can be forked by name and saved: Baagøe's Alea through seedrandom. */

import seedrandom from 'seedrandom';
import { digest } from './hash.ts';
import { SavedReader, type Resumable, type Saved } from './saved.ts';

/**
 * A stream of random numbers.
 *
 * A fork depends on the names on the way from the root alone, never on how many numbers were drawn before it, so that
 * adding a part to a program does not change the luck of the others.
 */
export interface Rng extends Resumable {
  /** The root's seed and the fork names, joined by slashes. */
  readonly path: string;
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, count). */
  int(count: number): number;
  /** Standard normal. */
  normal(): number;
  fork(name: string): Rng;
}

/** Alea's four words; {@link RngColumns} steps many of them side by side. */
export interface AleaState {
  readonly c: number;
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
}

export const createRng = (seed: number | string): Rng => new AleaRng(String(seed));

/** The state that the stream named `path` starts from. */
export function seedAlea(path: string): AleaState {
  // Alea's own mash is weak on short, similar seeds; a digest of the path spreads them.
  return seedrandom.alea(digest(path), { state: true }).state() as AleaState;
}

class AleaRng implements Rng {
  readonly path: string;
  #c: number;
  #s0: number;
  #s1: number;
  #s2: number;

  constructor(path: string) {
    this.path = path;
    ({ c: this.#c, s0: this.#s0, s1: this.#s1, s2: this.#s2 } = seedAlea(path));
  }

  next(): number {
    const t = 2091639 * this.#s0 + this.#c * 2.3283064365386963e-10; // 2^-32
    this.#s0 = this.#s1;
    this.#s1 = this.#s2;
    this.#c = t | 0;
    this.#s2 = t - this.#c;
    return this.#s2;
  }

  int(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Box-Muller, one number of the pair: nothing is kept between draws, so the saved state stays four words. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  fork(name: string): Rng {
    return new AleaRng(`${this.path}/${name}`);
  }

  save(): Saved {
    return { path: this.path, c: this.#c, s0: this.#s0, s1: this.#s1, s2: this.#s2 };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, `rng ${this.path}`);
    this.#c = reader.number('c');
    this.#s0 = reader.number('s0');
    this.#s1 = reader.number('s1');
    this.#s2 = reader.number('s2');
  }
}
