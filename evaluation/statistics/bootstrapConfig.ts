/** How comparisons are resampled. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';

export const bootstrapConfig = z.strictObject({
  kind: z
    .enum(['stationary', 'circular'])
    .default('stationary')
    .describe('blocks of random (geometric) or of fixed length'),
  blockBars: z
    .union([z.literal('auto'), z.number().min(1)])
    .default('auto')
    .describe('(mean) block length in bars; auto: Politis and White'),
  resamples: positiveInt.min(100).default(2000).describe('resampled series per comparison'),
  confidence: z.number().gt(0).lt(1).default(0.95).describe('confidence of the two-sided intervals'),
  minPathsToResample: positiveInt
    .min(4)
    .default(20)
    .describe('from this many paths on, whole paths are resampled instead of blocks inside them'),
});

export type BootstrapConfig = z.output<typeof bootstrapConfig>;
