/** Returns and lengths of the training episodes, averaged between two reports. */

import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import type { StepBatch } from '../core/spec.ts';

export class EpisodeTracker implements Resumable {
  readonly #episodeReturn: Float64Array;
  readonly #episodeLength: Int32Array;
  #finished = 0;
  #returnSum = 0;
  #lengthSum = 0;
  #terminated = 0;

  constructor(numEnvs: number) {
    this.#episodeReturn = new Float64Array(numEnvs);
    this.#episodeLength = new Int32Array(numEnvs);
  }

  observe({ reward, terminated, truncated }: StepBatch): void {
    for (let env = 0; env < reward.length; env++) {
      this.#episodeReturn[env] += reward[env];
      this.#episodeLength[env] += 1;
      if (terminated[env] === 0 && truncated[env] === 0) continue;
      this.#finished += 1;
      this.#terminated += terminated[env];
      this.#returnSum += this.#episodeReturn[env];
      this.#lengthSum += this.#episodeLength[env];
      this.#episodeReturn[env] = 0;
      this.#episodeLength[env] = 0;
    }
  }

  /** Means since the last call, and a new count; empty where no episode ended. */
  take(): Record<string, number> {
    if (this.#finished === 0) return {};
    const means = {
      'episode/return': this.#returnSum / this.#finished,
      'episode/length': this.#lengthSum / this.#finished,
      'episode/ruined': this.#terminated / this.#finished,
    };
    this.#finished = this.#returnSum = this.#lengthSum = this.#terminated = 0;
    return means;
  }

  /** Every env begins an episode; those that were on their way count for nothing. */
  beginEpisodes(): void {
    this.#episodeReturn.fill(0);
    this.#episodeLength.fill(0);
  }

  save(): Saved {
    return {
      episodeReturn: this.#episodeReturn.slice(),
      episodeLength: this.#episodeLength.slice(),
      counts: [this.#finished, this.#returnSum, this.#lengthSum, this.#terminated],
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'episodes');
    reader.into('episodeReturn', this.#episodeReturn);
    reader.into('episodeLength', this.#episodeLength);
    const [finished, returnSum, lengthSum, terminated] = reader.list('counts').map(Number);
    this.#finished = finished;
    this.#returnSum = returnSum;
    this.#lengthSum = lengthSum;
    this.#terminated = terminated;
  }
}
