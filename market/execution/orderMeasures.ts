/** What only recorded orders and trades can tell: which share of an order fills, and how far trading moves the price. */

import { z } from 'zod';
import { fraction, nonNegative, positive, positiveInt } from '../../core/schema.ts';
import { NUM_QUANTILES } from './distribution.ts';

/**
 * Share of an order's quantity that fills, each order one sample.
 *
 * Quantiles run in the adverse direction, as those of costs do: a larger quantile is worse for the trader, so `p90` is the
 * share that nine of ten orders reach, and a draw `u` means the same in every distribution of a table.
 */
export const fillRatio = z
  .strictObject({
    source: z.string().min(1).describe('file name'),
    count: positiveInt.describe('orders'),
    mean: fraction,
    p50: fraction,
    p90: fraction.describe('nine of ten orders fill this share at least'),
    p99: fraction.describe('99 of 100 orders fill this share at least'),
    quantiles: z
      .array(fraction)
      .length(NUM_QUANTILES)
      .describe('quantiles 0, 0.01, ..., 1 from the best fill to the worst: they never rise'),
  })
  .superRefine((cell, issues) => {
    const { quantiles } = cell;
    const rises = quantiles.findIndex((value, i) => i > 0 && value > quantiles[i - 1]);
    if (rises > 0) issues.addIssue({ code: 'custom', path: ['quantiles', rises], message: 'quantiles never rise' });
    for (const [key, at] of [
      ['p50', 50],
      ['p90', 90],
      ['p99', 99],
    ] as const) {
      if (cell[key] === quantiles[at]) continue;
      issues.addIssue({
        code: 'custom',
        path: [key],
        message: `${key} is the quantile of that name: ${quantiles[at]}`,
      });
    }
  });

/**
 * Market impact by the square-root law:
 *
 *   impactBps = coefficient x volatilityBps x (notional / volumeNotional) ^ exponent
 *
 * Volatility and volume are of the same span of time, any span: one grows with its root, the other in proportion, so
 * their ratio under the root does not depend on it. The entry carries both as they were in the recording, over
 * `bucketMs`; whoever knows the volatility and volume of the moment puts those in.
 */
export const impact = z.strictObject({
  source: z.string().min(1).describe('file name'),
  coefficient: positive.describe('without unit: standard deviations of a move per root of a share of volume'),
  standardError: nonNegative.describe('of the coefficient'),
  exponent: z.literal(0.5),
  count: positiveInt.describe('buckets of time regressed over'),
  r2: z.number().max(1).describe('share of the mid moves explained, about zero'),
  bucketMs: positive.describe('length of a bucket; volatility and volume are of this span'),
  volatilityBps: positive.describe('standard deviation of the mid move of a bucket, basis points of mid'),
  volumeNotional: positive.describe('mean traded notional of a bucket, quote currency'),
  largestNotional: positive.describe(
    'largest net notional of a bucket, quote currency: the law was not seen beyond it',
  ),
});

export type FillRatio = z.output<typeof fillRatio>;
export type Impact = z.output<typeof impact>;
