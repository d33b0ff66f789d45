/** Deep Q-learning from end to end on the trading env, prioritized replay on; Stable-Baselines3's, which replays uniformly, beside it. */

import { createDqn } from '../agents/dqn/dqn.ts';
import { dqnConfig } from '../agents/dqn/dqnConfig.ts';
import { digest } from '../core/hash.ts';
import { runDuel } from './agentDuel.ts';
import type { BenchResult } from './benchResult.ts';

const LEARNING_STARTS = 1000;
const STEPS = 10_000;
const REPEATS = 3;

const CONFIG = dqnConfig.parse({
  numEnvs: 1,
  network: { kind: 'mlp', hidden: [128, 128] },
  learningRate: 1e-4,
  batchSize: 64,
  trainFrequency: 4,
  learningStarts: LEARNING_STARTS,
  replayCapacity: 100_000,
  dueling: false,
  prioritized: true,
});

/** One update of batch 64 per 4 steps of one env; the clock starts with the first update. The checksum is of the weights learned. */
export async function runDqnBench(): Promise<BenchResult> {
  const { metrics, ratios, weights } = await runDuel({
    name: 'stepsPerSecond',
    ours: {
      numEnvs: 1,
      warmUpSteps: LEARNING_STARTS,
      steps: STEPS,
      create: (spec, rng, totalSteps) => createDqn({ config: CONFIG, spec, rng, totalSteps }),
    },
    theirs: { algorithm: 'dqn', hidden: [128, 128], learningStarts: LEARNING_STARTS },
    repeats: REPEATS,
  });
  return { metrics, ratios, checksum: digest(weights).slice(0, 16) };
}
