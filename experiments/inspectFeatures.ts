/** What the features of a run look like. */

import { mean, standardDeviation } from '../core/statistics.ts';
import type { Market } from './market.ts';

export interface FeatureSummary {
  readonly name: string;
  /** What the normalizer subtracts and divides by. */
  readonly center: number;
  readonly scale: number;
  /** Of the normalized column over the training paths. */
  readonly mean: number | null;
  readonly deviation: number | null;
  /** Share of training values at the clip. */
  readonly clippedShare: number;
}

export function summarizeFeatures({ worlds, paths, normalizer }: Market): FeatureSummary[] {
  const { matrix, features } = worlds.context;
  return normalizer.columns.map(({ name, center, scale }, column) => {
    const values = paths.train.flatMap(({ from, to }) =>
      Array.from(
        { length: to - from - worlds.warmupBars },
        (_, i) => matrix[(from + worlds.warmupBars + i) * features + column],
      ),
    );
    const clipped = values.filter((value) => Math.abs(value) >= normalizer.clip).length;
    return {
      name,
      center,
      scale,
      mean: mean(values),
      deviation: standardDeviation(values),
      clippedShare: clipped / values.length,
    };
  });
}
