/** How agents are judged. */

import { z } from 'zod';
import { positiveInt } from '../core/schema.ts';
import { gatesConfig } from './gateConfig.ts';
import { bootstrapConfig } from './statistics/bootstrapConfig.ts';

export const judgeConfig = z.strictObject({
  gates: gatesConfig,
  bootstrap: bootstrapConfig.prefault({}).describe('confidence intervals of comparisons'),
  randomReplicas: positiveInt
    .default(8)
    .describe('random traders of matched turnover whose mean growth the agent is compared with'),
});

export type JudgeConfig = z.output<typeof judgeConfig>;
