/** The worker thread that trains one agent, so that agents train side by side and Ctrl-C is heard meanwhile. */

import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../core/clock.ts';
import { InputError } from '../core/errors.ts';
import { RunFolder } from '../core/storage/runFolder.ts';
import { unpackMarket } from './packedMarket.ts';
import { trainAgent } from './trainAgent.ts';
import type { WorkerMessage, WorkerTask } from './trainAgents.ts';

const task = workerData as WorkerTask;
const send = (message: WorkerMessage) => parentPort?.postMessage(message);

try {
  const result = await trainAgent({
    config: task.config,
    agent: task.agent,
    market: unpackMarket(task.market, task.config),
    run: RunFolder.open(task.runPath),
    clock: systemClock,
    deadlineMs: task.deadlineMs,
    isStopped: () => Atomics.load(task.stopFlag, 0) !== 0,
    onProgress: (fraction, detail) => send({ kind: 'progress', fraction, detail }),
  });
  send({ kind: 'done', result });
} catch (error) {
  const problems = error instanceof InputError ? error.problems : null;
  send({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error), problems });
}
