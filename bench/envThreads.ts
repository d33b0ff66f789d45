/** Threads: two over one shared market against one, and a batched env against one env a thread behind messages. */

import { Worker } from 'node:worker_threads';
import { digest } from '../core/hash.ts';
import { createRng } from '../core/rng.ts';
import { median } from '../core/statistics.ts';
import { TradingVectorEnv } from '../envs/tradingVectorEnv.ts';
import { mapColumns, type Bars } from '../market/data/bars.ts';
import type { Worlds } from '../market/worlds.ts';
import type { BenchResult } from './benchResult.ts';
import { benchWorlds, CYCLE, drawActions, makeSetup, REDRAW, repeat, type Timed } from './envSetup.ts';
import type { EnvRequest, EnvTask } from './envWorker.ts';

const THREAD_WIDTH = 1024;
const THREAD_STEPS = 2 ** 11;
const REPEATS = 3;
const PARALLEL_WIDTHS = [8, 32, 64, 256] as const;
/** Steps of all envs together in one timed run behind messages, and in a batch. */
const MESSAGE_STEPS = 2 ** 11;
const BATCH_STEPS = 2 ** 18;

/**
 * Steps per second of one batched env of width N on this thread, to N threads with an env each that are sent an action and
 * send their observation back, as process-parallel vector envs do. Medians. Hundreds of threads take a while to start.
 */
export async function runEnvThreadsBench(): Promise<BenchResult> {
  const worlds = shareWorlds(benchWorlds());
  const metrics: Record<string, number> = {};
  const ratios: Record<string, number> = {};
  const checksums: string[] = [];
  for (const width of PARALLEL_WIDTHS) {
    const parallel = await timeMessages(worlds, width);
    const { rates, checksum } = timeBatch(worlds, width);
    const batched = median(rates) ?? NaN;
    metrics[`batchedStepsPerSecond${width}`] = batched;
    metrics[`threadedStepsPerSecond${width}`] = parallel;
    ratios[`batchedToThreads${width}`] = batched / parallel;
    checksums.push(checksum);
  }
  return { metrics, ratios, checksum: digest(...checksums).slice(0, 16) };
}

/** Steps per second of two threads of 1,024 envs each over one shared market, to one thread's; sides take turns. */
export async function compareThreads(): Promise<BenchResult> {
  const worlds = shareWorlds(benchWorlds());
  const crew = await Promise.all([7, 8].map((seed) => Thread.start({ worlds, numEnvs: THREAD_WIDTH, seed })));
  const rates: [number[], number[]] = [[], []];
  let checksum = '';
  try {
    for (let i = 0; i <= REPEATS; i++) {
      for (const count of [1, 2] as const) {
        const start = performance.now();
        const work = { kind: 'walk', vectorSteps: THREAD_STEPS } as const;
        const done = await Promise.all(crew.slice(0, count).map((thread) => thread.ask(work)));
        const rate = (count * THREAD_STEPS * THREAD_WIDTH) / ((performance.now() - start) / 1000);
        if (i > 0) rates[count - 1].push(rate);
        checksum = digest(checksum, ...done.map(String));
      }
    }
  } finally {
    await Promise.all(crew.map((thread) => thread.stop()));
  }
  const [one, two] = rates.map((values) => median(values) ?? NaN);
  return {
    metrics: { stepsPerSecondOneThread: one, stepsPerSecondTwoThreads: two },
    ratios: { twoThreadsToOne: two / one },
    checksum,
  };
}

async function timeMessages(worlds: Worlds, width: number): Promise<number> {
  const crew: Thread[] = [];
  for (let seed = 0; seed < width; seed++) crew.push(await Thread.start({ worlds, numEnvs: 1, seed }));
  const actions = drawActions(width, REDRAW);
  const rates: number[] = [];
  try {
    for (let i = 0; i <= REPEATS; i++) {
      const start = performance.now();
      for (let t = 0; t < MESSAGE_STEPS / width; t++) {
        await Promise.all(crew.map((thread, env) => thread.ask({ kind: 'step', action: actions[t % CYCLE][env] })));
      }
      if (i > 0) rates.push(MESSAGE_STEPS / ((performance.now() - start) / 1000));
    }
  } finally {
    await Promise.all(crew.map((thread) => thread.stop()));
  }
  return median(rates) ?? NaN;
}

function timeBatch(worlds: Worlds, width: number): Timed {
  const env = new TradingVectorEnv({ ...makeSetup(worlds), numEnvs: width, rng: createRng(7) });
  const actions = drawActions(width, REDRAW);
  env.reset();
  const vectorSteps = BATCH_STEPS / width;
  const rates = repeat(REPEATS, BATCH_STEPS, () => {
    for (let t = 0; t < vectorSteps; t++) env.step(actions[t % CYCLE]);
  });
  return { rates, checksum: digest(env.accounts.equity) };
}

/** Hundreds of threads at their default heaps would not fit in memory. */
const SMALL_HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/** A worker that answers each request with one message. */
class Thread {
  readonly #worker: Worker;
  #resolve: (answer: unknown) => void = () => {};
  #reject: (error: Error) => void = () => {};

  private constructor(task: EnvTask) {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#worker = new Worker(new URL(`./envWorker${extension}`, import.meta.url), {
      workerData: task,
      resourceLimits: SMALL_HEAP,
    });
    this.#worker.on('message', (answer: unknown) => this.#resolve(answer));
    this.#worker.on('error', (error) => this.#reject(error as Error));
  }

  static async start(task: EnvTask): Promise<Thread> {
    const thread = new Thread(task);
    await thread.#answer();
    return thread;
  }

  ask(request: EnvRequest): Promise<unknown> {
    const answer = this.#answer();
    this.#worker.postMessage(request);
    return answer;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }
}

/** The same worlds on memory that threads share instead of copying. */
function shareWorlds(worlds: Worlds): Worlds {
  const bars: Bars = mapColumns((column) => shareFloats(worlds.bars[column]));
  const { matrix } = worlds.context;
  const shared = new Float32Array(new SharedArrayBuffer(matrix.byteLength));
  shared.set(matrix);
  return {
    ...worlds,
    bars,
    regime: shareBytes(worlds.regime),
    session: shareBytes(worlds.session),
    context: { ...worlds.context, matrix: shared },
  };
}

function shareFloats(column: Float64Array): Float64Array {
  const shared = new Float64Array(new SharedArrayBuffer(column.byteLength));
  shared.set(column);
  return shared;
}

function shareBytes(column: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(column.byteLength));
  shared.set(column);
  return shared;
}
