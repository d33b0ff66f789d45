/** Trains the agents of a run, each in a worker thread of its own. */

import { Worker } from 'node:worker_threads';
import { disableTelemetry } from '../agents/nn/ort/runtime.ts';
import { InputError, type InputProblem } from '../core/errors.ts';
import type { Progress } from '../core/progress.ts';
import type { RunFolder } from '../core/storage/runFolder.ts';
import type { Market } from './market.ts';
import { packMarket, type PackedMarket } from './packedMarket.ts';
import type { RunConfig } from './runConfig.ts';
import type { AgentOutcome } from './trainAgent.ts';

export interface WorkerTask {
  readonly config: RunConfig;
  /** Name of the agent in the config. */
  readonly agent: string;
  readonly runPath: string;
  /** Its arrays are shared, not copied. */
  readonly market: PackedMarket;
  /** Wall clock at which to stop with a checkpoint; null: never. */
  readonly deadlineMs: number | null;
  /** One Int32 in shared memory; not 0 means stop. */
  readonly stopFlag: Int32Array;
}

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly fraction: number; readonly detail: string }
  | { readonly kind: 'done'; readonly result: AgentOutcome }
  | { readonly kind: 'failed'; readonly message: string; readonly problems: readonly InputProblem[] | null };

export interface TrainAgentsOptions {
  readonly config: RunConfig;
  readonly run: RunFolder;
  /** What all of them train on. */
  readonly market: Market;
  /** Agents that are trained side by side. */
  readonly workers: number;
  readonly deadlineMs: number | null;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** @returns what became of each agent, in the config's order; those after an interruption are left out */
export async function trainAgents(options: TrainAgentsOptions): Promise<AgentOutcome[]> {
  const { config, signal } = options;
  const stopFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const stop = () => Atomics.store(stopFlag, 0, 1);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const waiting = config.agents.filter(({ kind }) => kind !== 'ensemble').map(({ name }) => name);
  const outcomes = new Map<string, AgentOutcome>();
  const work = async () => {
    for (let agent = waiting.shift(); agent !== undefined && !signal.aborted; agent = waiting.shift()) {
      outcomes.set(agent, await trainInWorker(agent, stopFlag, options));
    }
  };
  const workers = Array.from({ length: Math.min(options.workers, waiting.length) }, async () => {
    try {
      await work();
    } catch (error) {
      // The others save what they have before the run fails.
      stop();
      throw error;
    }
  });
  const settled = await Promise.allSettled(workers);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed === undefined && [...outcomes.values()].every(({ trained }) => trained !== null)) {
    // An ensemble may be a member of one that stands after it.
    for (const { name, kind } of config.agents) {
      if (kind === 'ensemble' && !signal.aborted) outcomes.set(name, await trainInWorker(name, stopFlag, options));
    }
  }
  signal.removeEventListener('abort', stop);
  if (failed !== undefined) throw failed.reason;
  return config.agents.flatMap(({ name }) => outcomes.get(name) ?? []);
}

function trainInWorker(agent: string, stopFlag: Int32Array, options: TrainAgentsOptions): Promise<AgentOutcome> {
  const { config, run, deadlineMs, progress } = options;
  const market = packMarket(options.market);
  const task: WorkerTask = { config, agent, runPath: run.path, market, deadlineMs, stopFlag };
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  disableTelemetry();
  const worker = new Worker(new URL(`./trainWorker${extension}`, import.meta.url), { workerData: task });
  const label = `train ${agent}`;
  return new Promise((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'progress') progress.report(label, message.fraction, message.detail);
      else if (message.kind === 'done') {
        progress.done(label, describeOutcome(message.result));
        resolve(message.result);
      } else reject(failure(agent, message));
    });
    worker.on('error', reject);
    worker.on('exit', (code) =>
      reject(new Error(`the worker that trained '${agent}' ended early (exit code ${code})`)),
    );
  });
}

function failure(agent: string, { message, problems }: WorkerMessage & { kind: 'failed' }): Error {
  if (problems === null || problems.length === 0) return new Error(`training '${agent}' failed: ${message}`);
  const [first, ...rest] = problems;
  return new InputError(first, ...rest);
}

function describeOutcome({ outcome, steps, trained }: AgentOutcome): string {
  if (trained === null) return `${outcome} at step ${steps}, checkpoint saved`;
  if (trained.members !== undefined) {
    return `${trained.members.length} members, validation ${trained.bestScoreBps.toFixed(2)} bps a bar`;
  }
  return `${steps} steps in ${trained.seconds.toFixed(1)} s, best validation ${trained.bestScoreBps.toFixed(2)} bps a bar at step ${trained.bestStep}`;
}
