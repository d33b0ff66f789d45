/** A thread of the env benchmark: steps its own envs over columns that all threads share, or one env a message. */

import { parentPort, workerData } from 'node:worker_threads';
import { digest } from '../core/hash.ts';
import { createRng } from '../core/rng.ts';
import { TradingVectorEnv } from '../envs/tradingVectorEnv.ts';
import type { Worlds } from '../market/worlds.ts';
import { CYCLE, drawActions, makeSetup, REDRAW } from './envSetup.ts';

export interface EnvTask {
  /** On shared memory. */
  readonly worlds: Worlds;
  readonly numEnvs: number;
  readonly seed: number;
}

/** Many vector steps at a time with actions of its own, or one with the given action. */
export type EnvRequest =
  { readonly kind: 'walk'; readonly vectorSteps: number } | { readonly kind: 'step'; readonly action: number };

const task = workerData as EnvTask;
const env = new TradingVectorEnv({ ...makeSetup(task.worlds), numEnvs: task.numEnvs, rng: createRng(task.seed) });
const given = new Int32Array(task.numEnvs);
const actions = drawActions(task.numEnvs, REDRAW);
env.reset();
parentPort?.on('message', (request: EnvRequest) => {
  if (request.kind === 'walk') {
    for (let t = 0; t < request.vectorSteps; t++) env.step(actions[t % CYCLE]);
    parentPort?.postMessage(digest(env.accounts.equity));
  } else {
    // What a process-parallel vector env sends back: an observation by address, a reward, and whether it ended.
    const { row, state, reward, terminated, truncated } = env.step(given.fill(request.action));
    parentPort?.postMessage({ row, state, reward, terminated, truncated });
  }
});
parentPort?.postMessage('ready');
