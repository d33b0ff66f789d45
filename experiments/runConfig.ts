/** The run config: every part's schema, composed. The resolved config is saved with each run and reproduces it. */

import { z } from 'zod';
import type { AgentConfig } from '../agents/agentKinds.ts';
import { agentList } from '../agents/agentList.ts';
import { engineConfig } from '../agents/nn/engineConfig.ts';
import { hashOf } from '../core/hash.ts';
import { nonNegativeInt, positive, positiveInt } from '../core/schema.ts';
import { curriculumConfig } from '../curricula/curriculumConfig.ts';
import { isRange, targetWeightsConfig } from '../envs/targetWeights.ts';
import { tradingConfig } from '../envs/tradingConfig.ts';
import { judgeConfig } from '../evaluation/judgeConfig.ts';
import { executionConfig } from '../market/execution/executionConfig.ts';
import { featuresConfig } from '../market/features/featuresConfig.ts';
import { normalizerConfig } from '../market/features/normalizer.ts';
import { rewardConfig } from '../rewards/rewardConfig.ts';
import { marketConfig } from './marketConfig.ts';

export const trainingConfig = z.strictObject({
  workers: positiveInt.default(2).describe('agents that are trained side by side, a thread each'),
  checkpointEverySteps: positiveInt.default(20_000).describe('environment steps between checkpoints'),
  validateEverySteps: positiveInt
    .default(20_000)
    .describe('environment steps between validations of the greedy policy'),
  metricsEverySteps: positiveInt.default(2_000).describe('environment steps between lines of metrics.jsonl'),
  timeBudgetSeconds: positive
    .nullable()
    .default(null)
    .describe('stop with a checkpoint once a sitting has trained this long; null: never'),
  engine: engineConfig
    .prefault({ kind: 'ort' })
    .describe('what computes the training steps; trained policies are judged and run by onnxruntime on the CPU'),
});

/** Why an agent cannot ask for any weight of a range; null: it can. */
function offenceOnRange(agent: AgentConfig): { readonly field: string; readonly message: string } | null {
  if (agent.kind === 'dqn') {
    const message = "'dqn' chooses from a ladder of targetWeights, and these are a range; 'ppo' takes both";
    return { field: 'kind', message };
  }
  if (agent.kind !== 'ensemble') return null;
  if (agent.vote === 'majority') {
    const message = "no two members ask for the same weight of a range; votes 'meanScore' and 'weighted' take the mean";
    return { field: 'vote', message };
  }
  return agent.scale === 'standardized'
    ? { field: 'scale', message: "weights of a range are averaged as they are: 'asGiven'" }
    : null;
}

export const runConfig = z
  .strictObject({
    $schema: z.string().optional().describe('the JSON schema, for editors'),
    name: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, 'letters, digits and hyphens: it becomes part of a folder name')
      .describe('experiment name'),
    seed: nonNegativeInt.default(1).describe('every random stream of the run is a fork of this seed'),
    market: marketConfig,
    features: featuresConfig,
    window: positiveInt.default(1).describe('bars that one observation spans'),
    normalizer: normalizerConfig.prefault({}),
    execution: executionConfig.prefault({}),
    targetWeights: targetWeightsConfig,
    trading: tradingConfig.prefault({}).describe('what stands between an action and its position'),
    startEquity: positive.default(100_000).describe('cash that every account starts with, quote currency'),
    reward: rewardConfig.prefault({}),
    curriculum: curriculumConfig.prefault({}),
    training: trainingConfig.prefault({}),
    agents: agentList.describe('agents to train on the same worlds, and ensembles of them'),
    evaluation: judgeConfig.prefault({}),
  })
  .superRefine(({ targetWeights, agents }, issues) => {
    if (!isRange(targetWeights)) return;
    for (const [index, agent] of agents.entries()) {
      const offence = offenceOnRange(agent);
      if (offence === null) continue;
      issues.addIssue({ code: 'custom', path: ['agents', index, offence.field], message: offence.message });
    }
  });

export type RunConfig = z.output<typeof runConfig>;

/**
 * What makes two runs the same run: everything but where the editor's schema lies, what is kept of the judging and how work is spread
 * over threads.
 * Threads that share a memory budget do count: the more there are, the smaller their slabs.
 *
 * @returns 12 hex digits
 */
export function hashConfig({ $schema: _editor, training, evaluation, ...config }: RunConfig): string {
  const { ledgers: _kept, ...judging } = evaluation;
  const { workers, timeBudgetSeconds: _patience, ...schedule } = training;
  const isShared = config.market.kind === 'bars' && config.market.memory !== undefined;
  return hashOf({ ...config, evaluation: judging, training: isShared ? { ...schedule, workers } : schedule });
}
