/** Waiting that can be interrupted and, in tests, handed to a clock that jumps. */

import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after `ms`; rejects with the signal's reason when it is aborted. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

export const timerPause: Pause = async (ms, signal) => {
  await sleep(ms, undefined, signal === undefined ? {} : { signal });
};
