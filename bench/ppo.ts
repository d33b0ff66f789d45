/** PPO from end to end on the trading env: at Stable-Baselines3's defaults beside it, and at settings made for throughput. */

import { createPpo } from '../agents/ppo/ppo.ts';
import { ppoConfig, type PpoConfig } from '../agents/ppo/ppoConfig.ts';
import { digest } from '../core/hash.ts';
import { runDuel, type DuelOptions } from './agentDuel.ts';
import type { AgentWork } from './agentTask.ts';
import type { BenchResult } from './benchResult.ts';

const NUM_STEPS = 2048;
const BATCH = 64;
const REPEATS = 3;

/** Two separate nets of 128 x 128 tanh units, 10 epochs in minibatches of 64, as Stable-Baselines3 has by default but for the width. */
const defaultsOfSb3 = (numEnvs: number): PpoConfig =>
  ppoConfig.parse({
    numEnvs,
    network: { kind: 'mlp', hidden: [128, 128], activation: 'tanh' },
    learningRate: 3e-4,
    annealLearningRate: false,
    numSteps: NUM_STEPS,
    numMinibatches: (NUM_STEPS * numEnvs) / BATCH,
    updateEpochs: 10,
    clipValueLoss: false,
    entCoef: 0,
  });

/** The same nets fed in large batches: 64 envs, minibatches of 2,048, 4 epochs. */
const FOR_THROUGHPUT = ppoConfig.parse({
  numEnvs: 64,
  network: { kind: 'mlp', hidden: [128, 128], activation: 'tanh' },
  numSteps: 128,
  numMinibatches: 4,
  updateEpochs: 4,
});

const workOf = (config: PpoConfig, rollouts: number): AgentWork => ({
  numEnvs: config.numEnvs,
  warmUpSteps: config.numEnvs * config.numSteps,
  steps: rollouts * config.numEnvs * config.numSteps,
  create: (spec, rng, totalSteps) => createPpo({ config, spec, rng, totalSteps }),
});

/** Whole rollouts with their updates, in steps a second; the checksum is of the weights learned. */
export async function runPpoBench(): Promise<BenchResult> {
  const theirs = { algorithm: 'ppo', hidden: [128, 128] };
  const duels: readonly DuelOptions[] = [
    { name: 'stepsPerSecond1', ours: workOf(defaultsOfSb3(1), 2), theirs, repeats: REPEATS },
    { name: 'stepsPerSecond8', ours: workOf(defaultsOfSb3(8), 1), theirs, repeats: REPEATS },
    { name: 'stepsPerSecondThroughput', ours: workOf(FOR_THROUGHPUT, 16), theirs: null, repeats: REPEATS },
  ];
  const metrics: Record<string, number> = {};
  const ratios: Record<string, number> = {};
  const weights: string[] = [];
  for (const options of duels) {
    const duel = await runDuel(options);
    Object.assign(metrics, duel.metrics);
    Object.assign(ratios, duel.ratios);
    weights.push(duel.weights);
  }
  return { metrics, ratios, checksum: digest(...weights).slice(0, 16) };
}
