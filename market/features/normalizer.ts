/** Brings columns to a common scale with numbers fitted on training rows only, and saved with the model. */

import { z } from 'zod';
import { checkConfig } from '../../core/config.ts';
import { InputError } from '../../core/errors.ts';
import type { FeatureSet } from './featureSet.ts';
import { positive } from '../../core/schema.ts';

const NORMALIZER_KINDS = ['zScore', 'robust', 'none'] as const;

export const normalizerConfig = z.strictObject({
  kind: z
    .enum(NORMALIZER_KINDS)
    .default('zScore')
    .describe('zScore: mean and deviation; robust: median and interquartile range; none: columns as they are'),
  clip: positive.default(5).describe('normalized values are cut off at this size'),
});

export type NormalizerConfig = z.infer<typeof normalizerConfig>;

/** The file that is saved with a model. */
const normalizerFile = z.strictObject({
  version: z.literal(1),
  kind: z.enum(NORMALIZER_KINDS),
  clip: positive,
  featureSetHash: z.string(),
  fittedRows: z.int().nonnegative(),
  columns: z.array(z.strictObject({ name: z.string(), center: z.number(), scale: positive })),
});

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

/** Normalizes `length` rows of features into the context; one function object per run keeps the loop tight. */
export function makeApply(
  normalizer: Normalizer,
): (features: Float64Array, length: number, out: Float32Array, offset: number) => void {
  const width = normalizer.columns.length;
  const center = Float64Array.from(normalizer.columns, (column) => column.center);
  const factor = Float64Array.from(normalizer.columns, (column) => 1 / column.scale);
  const clip = normalizer.kind === 'none' ? Infinity : normalizer.clip;
  return (features, length, out, offset) => {
    for (let row = 0, at = 0; row < length; row++) {
      for (let column = 0; column < width; column++, at++) {
        const value = (features[at] - center[column]) * factor[column];
        out[offset + at] = value > clip ? clip : value < -clip ? -clip : value;
      }
    }
  };
}
