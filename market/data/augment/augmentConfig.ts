/** Variations of training paths: more markets like the one at hand, never shown to validation or test. */

import { z } from 'zod';
import { fraction, positive, positiveInt } from '../../../core/schema.ts';

const copies = positiveInt.default(1).describe('variations of each training path');

export const augmentConfig = z
  .array(
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('jitter').describe('noise on the return of every bar'),
        copies,
        strength: positive
          .max(2)
          .default(0.25)
          .describe("deviation of the noise, relative to that of the path's returns"),
      }),
      z.strictObject({
        kind: z.literal('scale').describe('all moves of a path larger or smaller by one factor'),
        copies,
        strength: positive.max(2).default(0.3).describe('factors lie between 1 / (1 + strength) and 1 + strength'),
      }),
      z.strictObject({
        kind: z.literal('blockShuffle').describe('stretches of bars in another order; the clock stays as it was'),
        copies,
        blockBars: positiveInt.default(48).describe('bars that stay together'),
      }),
      z.strictObject({
        kind: z.literal('timeWarp').describe('the market runs faster and slower by turns'),
        copies,
        strength: fraction.max(0.9).default(0.3).describe('how much faster and slower'),
        periodBars: z.number().min(4).default(200).describe('bars from one fast time to the next, about'),
      }),
    ]),
  )
  .default([])
  .describe('variations of the training paths, beside the originals; normalizers are fitted on the originals only');

export type Augmentation = z.output<typeof augmentConfig>[number];
