/** The shared matrix of observations: every bar of every path, causal and normalized. */

import type { Context } from '../../core/spec.ts';
import { numBars, type Bars } from '../data/bars.ts';
import type { RowRange } from '../data/rowRange.ts';
import { forEachChunk } from './featureRunner.ts';
import type { FeatureSet } from './featureSet.ts';
import { checkFeatureSet, makeApply, type Normalizer } from './normalizer.ts';

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
export const observableFrom = (featureSet: FeatureSet, window: number): number => featureSet.warmupBars + window - 1;

/** Row r of the matrix belongs to bar r; rows in warm-up are zero. @throws InputError when the normalizer does not fit */
export function buildContext({ bars, paths, featureSet, normalizer, window }: ContextInput): Context {
  checkFeatureSet(normalizer, featureSet);
  const rows = numBars(bars);
  const features = featureSet.columns.length;
  const matrix = new Float32Array(rows * features);
  const apply = makeApply(normalizer);
  for (const path of paths) {
    forEachChunk(featureSet, bars, path, (row, length, chunk) => apply(chunk, length, matrix, row * features));
    const warmupEnd = Math.min(path.to, path.from + featureSet.warmupBars);
    // A normalized zero is not zero: warm-up holds none.
    matrix.fill(0, path.from * features, warmupEnd * features);
  }
  return { matrix, rows, features, window };
}
