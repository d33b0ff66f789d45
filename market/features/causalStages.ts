/** The feature pipeline as stages that the leakage probe understands. */

import { numBars } from '../data/bars.ts';
import type { RowRange } from '../data/rowRange.ts';
import { buildContext } from './buildContext.ts';
import { forEachChunk } from './featureRunner.ts';
import type { FeatureSet } from './featureSet.ts';
import { fitNormalizer } from './fitNormalizer.ts';
import type { CausalStage } from './leakageProbe.ts';
import type { NormalizerConfig } from './normalizer.ts';

const namesOf = (featureSet: FeatureSet): string[] => featureSet.columns.map((column) => column.name);

/** Features as they are. */
export const featureStage = (featureSet: FeatureSet): CausalStage => ({
  columns: namesOf(featureSet),
  compute: (bars) => {
    const width = featureSet.columns.length;
    const values = new Float64Array(numBars(bars) * width);
    forEachChunk(featureSet, bars, { from: 0, to: numBars(bars) }, (row, length, features) =>
      values.set(features.subarray(0, length * width), row * width),
    );
    return values;
  },
});

/** Features normalized by what a fit on `trainRows` finds: probe it with `firstCutRow` at their end. */
export const contextStage = (featureSet: FeatureSet, config: NormalizerConfig, trainRows: RowRange): CausalStage => ({
  columns: namesOf(featureSet),
  compute: (bars) => {
    const paths = [{ from: 0, to: numBars(bars) }];
    const normalizer = fitNormalizer({ config, featureSet, bars, paths, ranges: [trainRows] });
    return buildContext({ bars, paths, featureSet, normalizer, window: 1 }).matrix;
  },
});
