/** A measured distribution: its moments and quantiles, which refuse to contradict each other. */

import { z } from 'zod';
import { nonNegative, nonNegativeInt } from '../../core/schema.ts';

/** Quantiles 0, 0.01, ..., 1. */
export const NUM_QUANTILES = 101;

/** Numbers of one distribution; they refuse to contradict each other. */
export const distributionShape = {
  count: nonNegativeInt.describe('samples measured in this very cell'),
  seconds: nonNegative.describe('time that those samples cover, and are weighted by'),
  level: z
    .enum(['session', 'pair', 'assetClass'])
    .describe('where the numbers were measured; a session with few samples falls back to its pair, then to the class'),
  mean: nonNegative,
  p50: nonNegative,
  p90: nonNegative,
  p99: nonNegative,
  tailMean: nonNegative.describe('mean of what lies above p99'),
  quantiles: z.array(nonNegative).length(NUM_QUANTILES).describe('quantiles 0, 0.01, ..., 1'),
};

export const distribution = z.strictObject(distributionShape).superRefine(refineDistribution);

export type Distribution = z.output<typeof distribution>;

export function refineDistribution(
  cell: { readonly quantiles: readonly number[]; p50: number; p90: number; p99: number; tailMean: number },
  issues: z.RefinementCtx,
): void {
  const { quantiles } = cell;
  const falls = quantiles.findIndex((value, i) => i > 0 && value < quantiles[i - 1]);
  if (falls > 0) issues.addIssue({ code: 'custom', path: ['quantiles', falls], message: 'quantiles never fall' });
  const named = { p50: quantiles[50], p90: quantiles[90], p99: quantiles[99] } as const;
  for (const key of ['p50', 'p90', 'p99'] as const) {
    if (cell[key] !== named[key]) {
      issues.addIssue({ code: 'custom', path: [key], message: `${key} is the quantile of that name: ${named[key]}` });
    }
  }
  if (cell.tailMean < cell.p99 || cell.tailMean > quantiles[NUM_QUANTILES - 1]) {
    issues.addIssue({
      code: 'custom',
      path: ['tailMean'],
      message: 'the mean above p99 lies between p99 and the maximum',
    });
  }
}
