/** Other instruments that a run looks at, beside the one that it trades. */

import { z } from 'zod';
import { nonNegativeInt } from '../../core/schema.ts';
import { columnNamesConfig } from './importBars.ts';
import { repairConfig } from './repairConfig.ts';

const companionConfig = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]+$/, 'letters, digits, dots and hyphens: it becomes part of the names of columns')
    .describe('what features call it'),
  file: z.string().min(1).describe('path of its bars, of any timeframe'),
  columns: columnNamesConfig.optional(),
  repair: repairConfig,
  maxAgeBars: nonNegativeInt
    .default(6)
    .describe('bars of its own by which the last closed one may be late; beyond, it is stale'),
  stale: z
    .enum(['split', 'refuse'])
    .default('split')
    .describe('where it is stale: leave those bars out and start another path after them, or refuse the run'),
});

export type CompanionConfig = z.output<typeof companionConfig>;

export const companionsConfig = z
  .array(companionConfig)
  .min(1)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'names must differ')
  .describe('other instruments to look at, joined by the times at which their bars close');
