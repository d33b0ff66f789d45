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
  ledgers: z
    .enum(['all', 'withoutRandom', 'none'])
    .default('all')
    .describe(
      'whose ledgers and fills a run keeps: of every judged policy, of all but the random traders, of none; see docs/results-files.md',
    ),
});

export type JudgeConfig = z.output<typeof judgeConfig>;
