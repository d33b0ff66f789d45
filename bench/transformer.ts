/** The largest network a config is likely to ask for: a Transformer of six layers over 256 bars, one decision and one training step. */

import { dqnConfig } from '../agents/dqn/dqnConfig.ts';
import { buildActing, buildUpdate } from '../agents/dqn/dqnGraph.ts';
import type { Executable, Feeds } from '../agents/nn/engine.ts';
import { createOrtEngine } from '../agents/nn/ort/ortEngine.ts';
import { Variables } from '../agents/nn/variables.ts';
import { digest } from '../core/hash.ts';
import { createRng } from '../core/rng.ts';
import type { EnvSpec } from '../core/spec.ts';
import { median } from '../core/statistics.ts';
import type { BenchResult } from './benchResult.ts';

const WINDOW = 256;
const FEATURES = 32;
const STATE_SIZE = 4;
const ROWS = 2 * WINDOW;
const BATCH = 4;

export interface TransformerBenchOptions {
  /** Timed decisions, and timed training steps. */
  readonly decisions?: number;
  readonly steps?: number;
  readonly network?: Readonly<Record<string, unknown>>;
}

/** What the task asks for: 256 numbers a bar, 8 heads, 6 layers; feed-forward parts four times as wide, as in the paper. */
const LARGE = { kind: 'transformer', dModel: 256, numHeads: 8, numLayers: 6, feedForward: 1024 };

/**
 * One thread. A decision is one observation to action values; a training step is a double-DQN update of four observations
 * (three passes forward, one back, gradient clipping, Adam), its loss read back. The checksum is of values and weights.
 */
export async function runTransformerBench({
  decisions = 20,
  steps = 4,
  network = LARGE,
}: TransformerBenchOptions = {}): Promise<BenchResult> {
  const rng = createRng('transformer bench');
  const normals = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const context = { matrix: normals(ROWS * FEATURES), rows: ROWS, features: FEATURES, window: WINDOW };
  const spec: EnvSpec = { stateSize: STATE_SIZE, actions: { kind: 'discrete', numActions: 3 }, context };
  const config = dqnConfig.parse({ network, batchSize: BATCH });
  const update = buildUpdate(config, spec);
  const variables = new Variables();
  variables.initialize(update.graph, rng.fork('weights'));
  variables.copy('online', 'target');
  const engine = createOrtEngine();
  const actor = await engine.compile(buildActing(config, spec), variables);
  const updater = await engine.compile(update, variables);
  const rows = (count: number) => Int32Array.from({ length: count }, () => WINDOW + rng.int(ROWS - WINDOW));
  try {
    const observed = { context: context.matrix, row: rows(1), state: normals(STATE_SIZE) };
    const deciding = timeRuns(actor, observed, decisions);
    const { scores } = actor.run(observed);
    const values = scores.slice();
    const training = timeRuns(updater, { ...batch(), learningRate: config.learningRate }, steps);
    const parameters = variables.group('online').values.length;
    return {
      metrics: { ...describe('decision', deciding), ...describe('trainingStep', training), parameters },
      ratios: {},
      checksum: digest(values, variables.hash()).slice(0, 16),
    };
  } finally {
    actor.dispose();
    updater.dispose();
  }

  function batch(): Feeds {
    return {
      context: context.matrix,
      row: rows(BATCH),
      nextRow: rows(BATCH),
      state: normals(BATCH * STATE_SIZE),
      nextState: normals(BATCH * STATE_SIZE),
      action: Int32Array.from({ length: BATCH }, () => rng.int(3)),
      reward: normals(BATCH),
      bootstrap: new Float32Array(BATCH).fill(config.gamma),
      weight: new Float32Array(BATCH).fill(1),
    };
  }
}

interface Timing {
  /** Of each run, by the clock. */
  readonly ms: readonly number[];
  /** Of one run, as the processor counts it: what the clock would say on a machine with nothing else to do. */
  readonly processorMs: number;
}

/** The first run also allocates, and is not counted. */
function timeRuns(executable: Executable, feeds: Feeds, count: number): Timing {
  executable.run(feeds);
  const before = process.cpuUsage();
  const ms = Array.from({ length: count }, () => {
    const startMs = performance.now();
    executable.run(feeds);
    return performance.now() - startMs;
  });
  const { user, system } = process.cpuUsage(before);
  return { ms, processorMs: (user + system) / 1000 / count };
}

const describe = (name: string, { ms, processorMs }: Timing): Record<string, number> => ({
  [`${name}Ms`]: median(ms) ?? 0,
  [`${name}Ms.min`]: Math.min(...ms),
  [`${name}Ms.max`]: Math.max(...ms),
  [`${name}ProcessorMs`]: processorMs,
});
