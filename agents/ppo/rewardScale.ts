/** Rewards in units of the spread of discounted returns, so that one learning rate fits many environments. Source: Stable-Baselines3's VecNormalize */

import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import type { StepBatch } from '../../core/spec.ts';
import { RunningMoments } from './runningMoments.ts';

/** Scaled rewards beyond this are cut. */
const CLIP = 10;

export class RewardScale implements Resumable {
  readonly #gamma: number;
  readonly #moments = new RunningMoments(1);
  /** (numEnvs) discounted sum of rewards since the episode began. */
  readonly #returns: Float64Array;
  readonly #scaled: Float32Array;

  constructor(numEnvs: number, gamma: number) {
    this.#gamma = gamma;
    this.#returns = new Float64Array(numEnvs);
    this.#scaled = new Float32Array(numEnvs);
  }

  /** Takes in a step. @returns (numEnvs) its rewards, scaled; overwritten by the next call */
  scale({ reward, terminated, truncated }: StepBatch): Float32Array {
    const returns = this.#returns;
    for (let env = 0; env < returns.length; env++) returns[env] = returns[env] * this.#gamma + reward[env];
    this.#moments.add(returns);
    const unit = this.#moments.deviation(0);
    for (let env = 0; env < returns.length; env++) {
      this.#scaled[env] = Math.min(CLIP, Math.max(-CLIP, reward[env] / unit));
      if (terminated[env] === 1 || truncated[env] === 1) returns[env] = 0;
    }
    return this.#scaled;
  }

  /** Every env begins an episode. */
  beginEpisodes(): void {
    this.#returns.fill(0);
  }

  save(): Saved {
    return { moments: this.#moments.save(), returns: this.#returns.slice() };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'reward scale');
    this.#moments.restore(reader.any('moments'));
    reader.into('returns', this.#returns);
  }
}
