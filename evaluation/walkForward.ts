/** Walk-forward folds: train on the past, judge on what came after, move on. */

import { z } from 'zod';
import { InputError } from '../core/errors.ts';
import { nonNegativeInt, positiveInt } from '../core/schema.ts';
import type { RowRange } from '../market/data/rowRange.ts';

export const walkForwardConfig = z.strictObject({
  mode: z
    .enum(['anchored', 'rolling'])
    .default('anchored')
    .describe('training starts at the first bar always, or moves along'),
  trainBars: positiveInt.describe('bars of the first training part, of each one when rolling'),
  validationBars: nonNegativeInt.default(0).describe('bars to choose by, between training and test; 0 for none'),
  testBars: positiveInt.describe('bars to judge on'),
  stepBars: positiveInt.optional().describe('bars from one fold to the next; testBars when left out'),
  purgeBars: nonNegativeInt.default(0).describe('bars left out at the end of the earlier of two neighboring parts'),
  embargoBars: nonNegativeInt.default(0).describe('bars left out at the start of the later of two neighboring parts'),
});

export type WalkForwardConfig = z.output<typeof walkForwardConfig>;

/** Half-open bar ranges, in time order. */
export interface Fold {
  readonly train: RowRange;
  /** Null where `validationBars` is 0. */
  readonly validation: RowRange | null;
  readonly test: RowRange;
}

/**
 * Cuts bars `[0, bars)` into folds, as many as have a whole test part.
 *
 * Between neighboring parts of a fold lie exactly `purgeBars + embargoBars` unused bars: the purge takes out samples whose
 * label or holding period reaches forward, the embargo bars whose features reach back. Parts keep their full length.
 *
 * @throws InputError when not a single fold fits
 */
export function walkForwardFolds(bars: number, config: WalkForwardConfig): Fold[] {
  const { mode, trainBars, validationBars, testBars, stepBars = testBars } = config;
  const gap = config.purgeBars + config.embargoBars;
  const folds: Fold[] = [];
  for (let moved = 0; ; moved += stepBars) {
    const train = { from: mode === 'anchored' ? 0 : moved, to: moved + trainBars };
    const validation = validationBars === 0 ? null : { from: train.to + gap, to: train.to + gap + validationBars };
    const from = (validation ?? train).to + gap;
    const test = { from, to: from + testBars };
    if (test.to > bars) break;
    folds.push({ train, validation, test });
  }
  if (folds.length > 0) return folds;
  const needed = trainBars + (validationBars === 0 ? 0 : validationBars + gap) + gap + testBars;
  throw new InputError({
    what: 'not a single fold fits',
    where: 'walkForward',
    rule: `at least ${needed} bars (training, validation and test with the gaps between them)`,
    value: bars,
  });
}
