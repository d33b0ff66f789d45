/** How much memory the market of a run may take, and how a training part that is larger is learned from. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';

export const memoryConfig = z
  .strictObject({
    budgetMb: positiveInt.describe(
      'megabytes that bars, observations and their reading may take in all threads of a run together; reading alone takes 96, and 96 more a thread',
    ),
    slabSteps: positiveInt.default(100_000).describe('environment steps that an agent learns on one slab'),
    stretches: z
      .int()
      .min(1)
      .max(1024)
      .default(16)
      .describe('stretches of training rows, from all over the training part, that a slab has room for'),
  })
  .describe('for Parquet larger than memory: training rows are held a slab at a time; absent: all bars are held');

export type MemoryConfig = z.output<typeof memoryConfig>;
