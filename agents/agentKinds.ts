/** The kinds of agents that a config can name. A new kind is one folder and its lines below. */

import { z } from 'zod';
import { positiveInt } from '../core/schema.ts';
import type { Learner } from './agent.ts';
import { createDqn } from './dqn/dqn.ts';
import { dqnConfig } from './dqn/dqnConfig.ts';
import type { LearnerParts } from './learnerParts.ts';
import { createPpo } from './ppo/ppo.ts';
import { ppoConfig } from './ppo/ppoConfig.ts';

/** What every agent of a run says of itself, whatever its kind. */
const shared = {
  name: z
    .string()
    .regex(/^[\w.-]+$/, 'letters, digits, dot, dash and underscore')
    .describe('name in reports and in the registry'),
  totalSteps: positiveInt.default(100_000).describe('environment steps to train for, over all envs'),
};

export const AGENT_KINDS = {
  dqn: { schema: dqnConfig, create: createDqn },
  ppo: { schema: ppoConfig, create: createPpo },
} as const;

export const agentConfig = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ ...shared, kind: z.literal('dqn'), ...dqnConfig.shape }),
    z.strictObject({ ...shared, kind: z.literal('ppo'), ...ppoConfig.shape }),
  ],
  { error: () => `an agent kind is one of ${Object.keys(AGENT_KINDS).join(', ')}` },
);

export type AgentConfig = z.infer<typeof agentConfig>;

/** The learner that a config describes. */
export function createAgent(parts: LearnerParts<AgentConfig>): Promise<Learner> {
  const { config } = parts;
  const named = { ...parts, name: config.name };
  return config.kind === 'dqn' ? createDqn({ ...named, config }) : createPpo({ ...named, config });
}
