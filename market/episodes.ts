/** Which stretch of which path an env walks next. */

import type { Rng } from '../core/rng.ts';
import type { CostMode } from './execution/executionModel.ts';

/** The agent first observes `startRow`; its last observation is `endRow`, whose return it has earned. */
export interface Episode {
  readonly startRow: number;
  readonly endRow: number;
  readonly costMode: CostMode;
}

/** Chooses episodes; curricula implement it, and so does the plain walk through a judged path. */
export interface EpisodeSource {
  /** @param rng the asking env's own stream, so that neighbors do not share luck */
  next(env: number, rng: Rng): Episode;
}
