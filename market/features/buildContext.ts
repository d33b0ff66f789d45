/** The shared matrix of observations: every bar of every path, causal and normalized. */

import type { Context } from '../../core/spec.ts';
import { numBars, type Bars } from '../data/bars.ts';
import type { RowRange } from '../data/rowRange.ts';
import { forEachChunk } from './featureRunner.ts';
import type { FeatureSet } from './featureSet.ts';
import { checkFeatureSet, type Normalizer } from './normalizer.ts';
import { makeScaler } from './scaler.ts';

export interface ContextInput {
  readonly bars: Bars;
  /** Features start anew at each path's start; rows outside all paths stay zero. */
  readonly paths: readonly RowRange[];
  readonly featureSet: FeatureSet;
  readonly normalizer: Normalizer;
  /** Rows that one observation spans. */
  readonly window: number;
}

/** Rows of a path that come before the first one that may be observed: features are defined and windows stay inside. */
export const observableFrom = ({ warmupBars }: Pick<FeatureSet, 'warmupBars'>, window: number): number =>
  warmupBars + window - 1;

const ownFloats = (length: number): Float32Array => new Float32Array(length);

/** Row r of the matrix belongs to bar r; rows in warm-up are zero. @param create makes the matrix, zero throughout @throws InputError when the normalizer does not fit */
export function buildContext(input: ContextInput, create: (length: number) => Float32Array = ownFloats): Context {
  const { bars, featureSet, window } = input;
  const rows = numBars(bars);
  const features = featureSet.columns.length;
  const matrix = create(rows * features);
  fillContext(input, matrix);
  return { matrix, rows, features, window };
}

/**
 * Writes the observations of all paths.
 *
 * @param matrix (rows, features), zero where nothing is to be observed: rows in warm-up and between paths are left alone
 */
export function fillContext(
  { bars, paths, featureSet, normalizer }: Omit<ContextInput, 'window'>,
  matrix: Float32Array,
): void {
  checkFeatureSet(normalizer, featureSet);
  const features = featureSet.columns.length;
  for (const path of paths) {
    const scaler = makeScaler(normalizer);
    const warmupEnd = path.from + featureSet.warmupBars;
    forEachChunk(featureSet, bars, path, (row, length, chunk) => {
      const warming = Math.min(length, Math.max(0, warmupEnd - row));
      const values = warming === 0 ? chunk : chunk.subarray(warming * features);
      scaler.apply(values, length - warming, matrix, (row + warming) * features);
    });
  }
}
