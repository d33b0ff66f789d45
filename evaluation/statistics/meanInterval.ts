/** A bootstrap confidence interval for the mean of dependent bars. */

import type { Rng } from '../../core/rng.ts';
import { normalCdf, normalQuantile, quantileSorted, sum } from '../../core/statistics.ts';
import { ROUNDING } from '../rounding.ts';
import { bootstrapMeans, bootstrapSeriesMeans } from './blockBootstrap.ts';
import { automaticBlockLength } from './blockLength.ts';
import type { BootstrapConfig } from './bootstrapConfig.ts';

export interface MeanInterval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** Share of resampled means at or below zero, but for rounding. */
  readonly probabilityNotPositive: number;
  /** What was drawn: blocks of bars inside each series, or whole series. */
  readonly unit: 'blocks' | 'paths';
  /** (Mean) length of a block; null for whole series. */
  readonly blockBars: number | null;
  /** Independent units that the interval was widened by: bars / blockBars, or series. */
  readonly units: number;
}

/**
 * Interval for the mean per bar of several series, all bars weighing alike.
 *
 * - Fewer series than `minPathsToResample`: blocks are resampled inside each series. The interval speaks of the mean on
 *   *these* paths, were their bars to be drawn again; it says nothing of other paths.
 * - From there on: whole series are resampled. The interval speaks of the mean over the *population* of paths that these
 *   were drawn from, independently of each other; that is the wider and the stronger claim.
 *
 * Percentile interval, its levels widened as Student's t is wider than a normal for so many independent units (blocks or
 * series), because resampled means of few units vary too little (Hesterberg, 2015). Fewer than about ten units
 * make a poor interval by any method.
 */
export function meanInterval(series: readonly Float64Array[], config: BootstrapConfig, rng: Rng): MeanInterval {
  const bars = series.reduce((length, part) => length + part.length, 0);
  const { kind, blockBars, resamples, confidence } = config;
  const isWhole = series.length >= config.minPathsToResample;
  const automatic = () => (blockBars === 'auto' ? automaticBlockLength(series, kind) : blockBars);
  const blockLength = isWhole ? null : automatic();
  const means =
    blockLength === null
      ? bootstrapSeriesMeans(series, resamples, rng)
      : bootstrapMeans(series, resamples, { kind, blockLength, rng });
  const units = blockLength === null ? series.length : bars / blockLength;
  const tail = widenedTail((1 - confidence) / 2, units);
  const sorted = means.slice().sort();
  const center = series.reduce((total, part) => total + sum(part), 0) / bars;
  return {
    mean: center,
    lower: quantileSorted(sorted, tail) ?? center,
    upper: quantileSorted(sorted, 1 - tail) ?? center,
    probabilityNotPositive: means.filter((value) => value <= ROUNDING).length / means.length,
    unit: isWhole ? 'paths' : 'blocks',
    blockBars: blockLength,
    units,
  };
}

/** The normal tail that reaches as far as Student's t at `tail`, counting the lost degree of freedom in the spread too. */
function widenedTail(tail: number, units: number): number {
  const n = Math.max(4, units);
  return normalCdf(Math.sqrt(n / (n - 1)) * studentQuantile(tail, n - 1));
}

/** Student's t by Cornish-Fisher expansion; 0.1 % at 3 degrees of freedom and 2.5 %. Abramowitz and Stegun 26.7.5. */
function studentQuantile(p: number, degrees: number): number {
  const z = normalQuantile(p);
  const z2 = z * z;
  return (
    z +
    (z * (z2 + 1)) / (4 * degrees) +
    (z * ((5 * z2 + 16) * z2 + 3)) / (96 * degrees ** 2) +
    (z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / (384 * degrees ** 3) +
    (z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945)) / (92160 * degrees ** 4)
  );
}
