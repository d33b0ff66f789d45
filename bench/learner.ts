/** Double-DQN updates a second: the agents' own update graph on a fixed batch, and PyTorch on the same beside it. */

import { dqnConfig } from '../agents/dqn/dqnConfig.ts';
import { buildUpdate } from '../agents/dqn/dqnGraph.ts';
import type { Executable } from '../agents/nn/engine.ts';
import { createOrtEngine } from '../agents/nn/ort/ortEngine.ts';
import { Variables } from '../agents/nn/variables.ts';
import { digest } from '../core/hash.ts';
import { createRng } from '../core/rng.ts';
import type { EnvSpec } from '../core/spec.ts';
import { median } from '../core/statistics.ts';
import type { BenchResult } from './benchResult.ts';
import { startPeer } from './peers/peer.ts';

const STATE_SIZE = 64;
const BATCH = 64;
const ACTIONS = 3;
const LEARNING_RATE = 1e-4;
const GAMMA = 0.99;
/** Updates before the clock starts, and the first losses that both sides must agree on. */
const WARM_UP = 200;
const COMPARED = 10;
/** Sums of a hundred products in another order differ by this much in single precision. */
const LOSS_TOLERANCE = 1e-4;

export interface LearnerBenchOptions {
  readonly repeats?: number;
  /** Updates of one timed run. */
  readonly updates?: number;
}

/** What one repeat did: how fast, and the losses it read back. */
interface Round {
  readonly updatesPerSecond: number;
  readonly losses: readonly number[];
}

/**
 * MLP 64-128-128-3, batch 64, Huber, Adam with bias correction, no clipping; the loss is read back after each update.
 *
 * Every repeat starts from the same weights, so that all do the same work: the checksum is of the losses and final
 * weights. With `REGIMEN_PEERS_PYTHON` naming a Python that has torch, the sides take turns and their first losses are
 * compared.
 */
export async function runLearnerBench({ repeats = 7, updates = 2000 }: LearnerBenchOptions = {}): Promise<BenchResult> {
  const { executable, variables, feeds, parameters } = await createWorkload();
  const start = variables.save();
  const ours: Round[] = [];
  const theirs: Round[] = [];
  const peer = await startPeer('learner.py', {
    parameters,
    feeds,
    gamma: GAMMA,
    warmUp: WARM_UP,
    updates,
    compared: COMPARED,
  });
  try {
    for (let i = 0; i < repeats; i++) {
      variables.restore(start);
      ours.push(timeRound(executable, feeds, updates));
      if (peer !== null) theirs.push((await peer.round()) as Round);
    }
  } finally {
    peer?.stop();
    executable.dispose();
  }
  assertSameWork(ours, theirs);
  const metrics = { ...describe('updatesPerSecond', ours), ...describe('pyTorchEagerUpdatesPerSecond', theirs) };
  const ratios =
    theirs.length === 0 ? {} : { vsPyTorchEager: metrics.updatesPerSecond / metrics.pyTorchEagerUpdatesPerSecond };
  return { metrics, ratios, checksum: digest(Float64Array.from(ours[0].losses), variables.hash()).slice(0, 16) };
}

async function createWorkload() {
  const spec: EnvSpec = { stateSize: STATE_SIZE, actions: { kind: 'discrete', numActions: ACTIONS }, context: null };
  const config = dqnConfig.parse({
    network: { kind: 'mlp', hidden: [128, 128] },
    batchSize: BATCH,
    gamma: GAMMA,
    dueling: false,
    maxGradNorm: null,
  });
  const program = buildUpdate(config, spec);
  const rng = createRng('learner bench');
  const variables = new Variables();
  variables.initialize(program.graph, rng.fork('weights'));
  variables.copy('online', 'target');
  const executable = await createOrtEngine().compile(program, variables);
  const normals = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const feeds = {
    state: normals(BATCH * STATE_SIZE),
    nextState: normals(BATCH * STATE_SIZE),
    action: Int32Array.from({ length: BATCH }, () => rng.int(ACTIONS)),
    reward: normals(BATCH),
    bootstrap: new Float32Array(BATCH).fill(GAMMA),
    weight: new Float32Array(BATCH).fill(1),
    learningRate: LEARNING_RATE,
  };
  const { layout } = variables.group('online');
  const parameters = layout.map(({ name, shape }) => ({ shape, values: variables.get(name) }));
  return { executable, variables, feeds, parameters };
}

type Workload = Awaited<ReturnType<typeof createWorkload>>;

function timeRound(executable: Executable, feeds: Workload['feeds'], updates: number): Round {
  const losses: number[] = [];
  for (let i = 0; i < WARM_UP; i++) losses.push(executable.run(feeds).loss[0]);
  const startMs = performance.now();
  for (let i = 0; i < updates; i++) losses.push(executable.run(feeds).loss[0]);
  return { updatesPerSecond: updates / ((performance.now() - startMs) / 1000), losses };
}

function describe(name: string, rounds: readonly Round[]): Record<string, number> {
  if (rounds.length === 0) return {};
  const rates = rounds.map(({ updatesPerSecond }) => updatesPerSecond);
  return {
    [name]: Math.round(median(rates) ?? 0),
    [`${name}.min`]: Math.round(Math.min(...rates)),
    [`${name}.max`]: Math.round(Math.max(...rates)),
  };
}

function assertSameWork(ours: readonly Round[], theirs: readonly Round[]): void {
  const [first, ...others] = ours;
  for (const { losses } of others) {
    if (losses.some((loss, i) => loss !== first.losses[i])) throw new Error('repeats of the same updates differ');
  }
  for (const { losses } of theirs) {
    const worst = Math.max(...losses.map((loss, i) => Math.abs(loss - first.losses[i])));
    if (!(worst <= LOSS_TOLERANCE))
      throw new Error(`PyTorch's losses differ from ours by ${worst}: the work is not the same`);
  }
}
