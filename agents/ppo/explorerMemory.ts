/** What a recurrent explorer carries through the lives of its envs. */

import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import type { StepBatch } from '../../core/spec.ts';

/** One row for each env, zero where an episode begins; rows of none without memory. */
export class ExplorerMemory implements Resumable {
  /** (numEnvs, size) */
  readonly values: Float32Array;
  /** (numEnvs) 1 where the next step is the first of its episode. */
  readonly begins: Float32Array;

  constructor(numEnvs: number, size: number) {
    this.values = new Float32Array(numEnvs * size);
    this.begins = new Float32Array(numEnvs).fill(1);
  }

  /** Takes over what was carried on from a step. */
  advance(next: ArrayLike<number>): void {
    this.values.set(next);
  }

  /** Forgets what belongs to episodes that ended. */
  observe({ terminated, truncated }: StepBatch): void {
    const size = this.values.length / this.begins.length;
    for (let env = 0; env < this.begins.length; env++) {
      const ended = terminated[env] === 1 || truncated[env] === 1;
      this.begins[env] = ended ? 1 : 0;
      if (ended) this.values.fill(0, env * size, (env + 1) * size);
    }
  }

  /** Every env begins an episode. */
  clear(): void {
    this.values.fill(0);
    this.begins.fill(1);
  }

  save(): Saved {
    return { values: this.values.slice(), begins: this.begins.slice() };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'explorer memory');
    reader.into('values', this.values);
    reader.into('begins', this.begins);
  }
}
