/** In which order the steps of a rollout are learned from. */

import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import type { Rng } from '../../core/rng.ts';
import { shuffle } from '../shuffle.ts';

interface StepOrderOptions {
  readonly numSteps: number;
  readonly numEnvs: number;
  /** Envs whose steps stay together, time first, as a memory needs them; null: every step goes its own way. */
  readonly envsTogether: number | null;
  readonly rng: Rng;
}

/** A permutation of the steps of a time-major rollout, drawn anew for each epoch. */
export class StepOrder implements Resumable {
  /** (numSteps * numEnvs) */
  readonly steps: Int32Array;
  readonly #options: StepOrderOptions;
  readonly #envs: Int32Array;

  constructor(options: StepOrderOptions) {
    const { numSteps, numEnvs } = options;
    this.#options = options;
    this.steps = Int32Array.from({ length: numSteps * numEnvs }, (_, i) => i);
    this.#envs = Int32Array.from({ length: numEnvs }, (_, env) => env);
  }

  shuffle(): void {
    const { numSteps, numEnvs, envsTogether, rng } = this.#options;
    if (envsTogether === null) return shuffle(rng, this.steps);
    shuffle(rng, this.#envs);
    let at = 0;
    for (let first = 0; first < numEnvs; first += envsTogether) {
      for (let t = 0; t < numSteps; t++) {
        for (let i = first; i < first + envsTogether; i++) this.steps[at++] = t * numEnvs + this.#envs[i];
      }
    }
  }

  save(): Saved {
    return { steps: this.steps.slice(), envs: this.#envs.slice(), rng: this.#options.rng.save() };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'step order');
    reader.into('steps', this.steps);
    reader.into('envs', this.#envs);
    this.#options.rng.restore(reader.any('rng'));
  }
}
