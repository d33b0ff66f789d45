/** Brings columns to a common scale with numbers fitted on training rows only, and saved with the model. */

import { z } from 'zod';
import { checkConfig } from '../../core/config.ts';
import { InputError } from '../../core/errors.ts';
import type { FeatureSet } from './featureSet.ts';
import { positive, positiveInt } from '../../core/schema.ts';

const NORMALIZER_KINDS = ['zScore', 'robust', 'rolling', 'rank', 'none'] as const;

export const DEFAULT_ROLLING_BARS = 500;

export const normalizerConfig = z.strictObject({
  kind: z
    .enum(NORMALIZER_KINDS)
    .default('zScore')
    .describe(
      'zScore: mean and deviation; robust: median and interquartile range; rolling: mean and deviation of the last bars; rank: share of training values below; none: columns as they are',
    ),
  clip: positive.default(5).describe('normalized values are cut off at this size'),
  rollingBars: z
    .int()
    .min(10)
    .max(100_000)
    .default(DEFAULT_ROLLING_BARS)
    .describe('bars that the rolling kind looks back on'),
});

export type NormalizerConfig = z.infer<typeof normalizerConfig>;

const column = z.strictObject({ name: z.string(), center: z.number(), scale: positive });
const fileFields = {
  version: z.literal(1),
  clip: positive,
  featureSetHash: z.string(),
  fittedRows: z.int().nonnegative(),
};

/** The file that is saved with a model. */
const normalizerFile = z.discriminatedUnion('kind', [
  z.strictObject({ ...fileFields, kind: z.enum(['zScore', 'robust', 'none']), columns: z.array(column) }),
  z.strictObject({
    ...fileFields,
    kind: z.literal('rolling'),
    rollingBars: positiveInt,
    /** Center and scale stand in for the bars before the first. */
    columns: z.array(column.extend({ isBounded: z.boolean() })),
  }),
  z.strictObject({
    ...fileFields,
    kind: z.literal('rank'),
    /** Evenly spaced quantiles of the training values; null for a bounded column. */
    columns: z.array(column.extend({ knots: z.array(z.number()).min(2).refine(isSorted, 'rising').nullable() })),
  }),
]);

/** Plain data: `JSON.stringify` saves it, {@link parseNormalizer} takes it up. */
export type Normalizer = Readonly<z.infer<typeof normalizerFile>>;

/**
 * Reads a saved normalizer.
 *
 * @throws InputError when it is malformed or belongs to another feature set
 */
export function parseNormalizer(raw: unknown, featureSet: FeatureSet, where = 'normalizer'): Normalizer {
  const normalizer = checkConfig(normalizerFile, raw, (path) => [where, ...path].join('.'));
  checkFeatureSet(normalizer, featureSet, where);
  return normalizer;
}

/** @throws InputError when the normalizer was fitted on another feature set */
export function checkFeatureSet(normalizer: Normalizer, featureSet: FeatureSet, where = 'normalizer'): void {
  const names = featureSet.columns.map((column) => column.name);
  const saved = normalizer.columns.map((column) => column.name);
  if (normalizer.featureSetHash === featureSet.hash && saved.join() === names.join()) return;
  throw new InputError({
    what: 'normalizer belongs to another feature set',
    where,
    rule: `feature set ${featureSet.hash}: ${names.join(', ')}`,
    value: `${normalizer.featureSetHash}: ${saved.join(', ')}`,
  });
}

function isSorted(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || values[i - 1] <= value);
}
