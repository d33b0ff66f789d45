/** Prioritized replay: draws and priority updates a second at a million leaves, and memory by address. */

import { PrioritizedSampler } from '../agents/replay/prioritizedSampler.ts';
import { Replay } from '../agents/replay/replay.ts';
import { SumTree } from '../agents/replay/sumTree.ts';
import { createTransitions } from '../agents/replay/transitions.ts';
import { digest } from '../core/hash.ts';
import { createRng } from '../core/rng.ts';
import { createStepBatch } from '../core/spec.ts';
import type { BenchResult } from './benchResult.ts';

const CAPACITY = 2 ** 20;
const BATCH = 64;
const ROUNDS = 5;
const BATCHES = 8_000;
const MILLION = 1_000_000;
const NUM_ENVS = 64;
/** Account numbers in one observation of the trading env. */
const STATE_SIZE = 5;
const WINDOW_BYTES = 60 * 32 * Float32Array.BYTES_PER_ELEMENT;

/** Medians over five rounds after one of warm-up; the checksum covers every slot drawn and every transition gathered. */
export async function runReplayBench(): Promise<BenchResult> {
  const tree = benchTree();
  const sampler = benchSampler();
  const lived = benchReplay();
  return {
    metrics: {
      sumTreeSampleUpdatePerSecond: tree.perSecond,
      prioritizedSampleUpdatePerSecond: sampler.perSecond,
      transitionsRecordedPerSecond: lived.recordedPerSecond,
      transitionsGatheredPerSecond: lived.gatheredPerSecond,
      bytesPerMillionTransitions: lived.bytes,
    },
    ratios: {
      // A copied window for the observation and for the next one.
      copiedWindowsToBytes: (2 * WINDOW_BYTES * MILLION) / lived.bytes,
    },
    checksum: digest(tree.drawn, sampler.drawn, lived.gathered).slice(0, 16),
  };
}

/** Draws a batch and writes new priorities for it, the tree alone. */
function benchTree(): { perSecond: number; drawn: Float64Array } {
  const rng = createRng('bench/tree');
  const tree = new SumTree(CAPACITY);
  for (let leaf = 0; leaf < CAPACITY; leaf++) tree.set(leaf, 0.01 + rng.next());
  const leaves = new Int32Array(BATCH);
  const drawn = new Float64Array(1);
  const perSecond = rate(BATCH * BATCHES, () => {
    for (let batch = 0; batch < BATCHES; batch++) {
      tree.sampleStratified(rng, leaves);
      for (let i = 0; i < BATCH; i++) {
        tree.set(leaves[i], 0.01 + (leaves[i] % 97) / 97);
        drawn[0] += leaves[i];
      }
    }
  });
  return { perSecond, drawn };
}

/** The same with importance weights and the powers of priorities: what an update of a learner pays. */
function benchSampler(): { perSecond: number; drawn: Float64Array } {
  const sampler = new PrioritizedSampler({
    capacity: CAPACITY,
    priorityExponent: 0.6,
    rng: createRng('bench/sampler'),
  });
  for (let slot = 0; slot < CAPACITY; slot++) sampler.add(slot);
  const slots = new Int32Array(BATCH);
  const weights = new Float32Array(BATCH);
  const errors = new Float32Array(BATCH);
  const drawn = new Float64Array(2);
  const perSecond = rate(BATCH * BATCHES, () => {
    for (let batch = 0; batch < BATCHES; batch++) {
      sampler.sample(0.5, slots, weights);
      for (let i = 0; i < BATCH; i++) {
        errors[i] = (slots[i] % 97) / 97;
        drawn[0] += slots[i];
        drawn[1] += weights[i];
      }
      sampler.update(slots, errors);
    }
  });
  return { perSecond, drawn };
}

/** A replay of a million transitions with three-step returns, filled and read. */
function benchReplay(): {
  recordedPerSecond: number;
  gatheredPerSecond: number;
  bytes: number;
  gathered: Float64Array;
} {
  const sampler = new PrioritizedSampler({ capacity: MILLION, priorityExponent: 0.6, rng: createRng('bench/replay') });
  const replay = new Replay({
    capacity: MILLION,
    numEnvs: NUM_ENVS,
    stateSize: STATE_SIZE,
    numActions: 3,
    nStep: 3,
    gamma: 0.99,
    index: sampler,
  });
  const step = createStepBatch(NUM_ENVS, STATE_SIZE);
  const actions = new Int32Array(NUM_ENVS);
  let t = 0;
  replay.begin(step);
  const vectorSteps = Math.ceil(MILLION / NUM_ENVS);
  const recordedPerSecond = rate(vectorSteps * NUM_ENVS, () => {
    for (let k = 0; k < vectorSteps; k++, t++) {
      for (let env = 0; env < NUM_ENVS; env++) {
        step.row[env] = t + env;
        step.state[env * STATE_SIZE] = t % 7;
        step.reward[env] = ((t + env) % 11) / 11;
        step.truncated[env] = (t + env) % 256 === 0 ? 1 : 0;
        actions[env] = (t + env) % 3;
      }
      replay.record(actions, step);
    }
  });
  const slots = new Int32Array(BATCH);
  const batch = createTransitions(BATCH, STATE_SIZE);
  const weights = new Float32Array(BATCH);
  const gathered = new Float64Array(1);
  const gatheredPerSecond = rate(BATCH * BATCHES, () => {
    for (let k = 0; k < BATCHES; k++) {
      sampler.sample(0.5, slots, weights);
      replay.gather(slots, batch);
      for (let i = 0; i < BATCH; i++) gathered[0] += batch.reward[i] + batch.nextRow[i] * batch.bootstrap[i];
    }
  });
  return { recordedPerSecond, gatheredPerSecond, bytes: replay.byteLength + sampler.byteLength, gathered };
}

/** Median over rounds of `count` things done by `work`, a second; one more round before them warms up. */
function rate(count: number, work: () => void): number {
  work();
  const seconds = Float64Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    work();
    return (performance.now() - startMs) / 1000;
  }).sort();
  return count / seconds[(ROUNDS - 1) / 2];
}
