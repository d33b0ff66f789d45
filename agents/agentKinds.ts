/** The kinds of agents that a config can name. A new kind is one folder and its lines below. */

import { z } from 'zod';
import { positiveInt } from '../core/schema.ts';
import type { Learner } from './agent.ts';
import { createDqn } from './dqn/dqn.ts';
import { dqnConfig } from './dqn/dqnConfig.ts';
import { ensembleConfig } from './ensemble/ensembleConfig.ts';
import type { LearnerParts } from './learnerParts.ts';
import { createPpo } from './ppo/ppo.ts';
import { ppoConfig } from './ppo/ppoConfig.ts';

/** What every agent of a run says of itself, whatever its kind. */
const named = {
  name: z
    .string()
    .regex(/^[\w.-]+$/, 'letters, digits, dot, dash and underscore')
    .describe('name in reports and in the registry'),
};

/** What every agent that is trained says of itself. */
const trained = {
  ...named,
  totalSteps: positiveInt.default(100_000).describe('environment steps to train for, over all envs'),
};

export const LEARNER_KINDS = {
  dqn: { schema: dqnConfig, create: createDqn },
  ppo: { schema: ppoConfig, create: createPpo },
} as const;

export const AGENT_KINDS: readonly string[] = [...Object.keys(LEARNER_KINDS), 'ensemble'];

export const agentConfig = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ ...trained, kind: z.literal('dqn'), ...dqnConfig.shape }),
    z.strictObject({ ...trained, kind: z.literal('ppo'), ...ppoConfig.shape }),
    z
      .strictObject({ ...named, kind: z.literal('ensemble'), ...ensembleConfig.shape })
      .describe(ensembleConfig.description ?? ''),
  ],
  { error: () => `an agent kind is one of ${AGENT_KINDS.join(', ')}` },
);

export type AgentConfig = z.infer<typeof agentConfig>;
export type EnsembleAgentConfig = Extract<AgentConfig, { kind: 'ensemble' }>;
/** An agent that is trained. */
export type LearnerConfig = Exclude<AgentConfig, EnsembleAgentConfig>;

/** The learner that a config describes. */
export function createAgent(parts: LearnerParts<LearnerConfig>): Promise<Learner> {
  const { config } = parts;
  const own = { ...parts, name: config.name };
  return config.kind === 'dqn' ? createDqn({ ...own, config }) : createPpo({ ...own, config });
}
