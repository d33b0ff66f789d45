/** Center and scale of each column, from training rows. */

import { InputError } from '../../core/errors.ts';
import { mean, quantileSorted, standardDeviation } from '../../core/statistics.ts';
import type { Bars } from '../data/bars.ts';
import type { RowRange } from '../data/rowRange.ts';
import { forEachChunk } from './featureRunner.ts';
import type { FeatureSet } from './featureSet.ts';
import { DEFAULT_ROLLING_BARS, type Normalizer, type NormalizerConfig } from './normalizer.ts';

/** Enough for three digits of any quantile; of longer histories every n-th row is taken. */
const MAX_ROWS = 262_144;
/** Interquartile range of a standard normal: makes a robust scale equal the deviation of normal data. */
const NORMAL_IQR = 1.3489795003921634;

/** Quantiles of a ranked column: ranks are good to about half a percent. */
const KNOTS = 129;

export interface FitInput {
  readonly config: Omit<NormalizerConfig, 'rollingBars'> & Partial<NormalizerConfig>;
  readonly featureSet: FeatureSet;
  readonly bars: Bars;
  /** Features start anew at each path's start. */
  readonly paths: readonly RowRange[];
  /** Rows to fit on, training rows only; whole paths where absent. */
  readonly ranges?: readonly RowRange[];
}

/**
 * Bounded and constant columns keep center 0 or their value, and scale 1.
 *
 * @throws InputError when no row has all features
 */
export function fitNormalizer(input: FitInput): Normalizer {
  const { config, featureSet } = input;
  const samples = config.kind === 'none' ? [] : collectColumns(input);
  const fittedRows = samples[0]?.length ?? 0;
  if (config.kind !== 'none' && fittedRows < 2) {
    throw new InputError({
      what: 'no rows to fit a normalizer on',
      where: 'normalizer',
      rule: `a training path is longer than the features' warm-up of ${featureSet.warmupBars} bars`,
    });
  }
  const shared = { version: 1, clip: config.clip, featureSetHash: featureSet.hash, fittedRows } as const;
  const fitted = featureSet.columns.map((column, i) => ({
    name: column.name,
    ...(config.kind === 'none' || column.scale === 'bounded' ? IDENTITY : fitColumn(config.kind, samples[i])),
  }));
  if (config.kind === 'rolling') {
    const columns = fitted.map((column, i) => ({ ...column, isBounded: featureSet.columns[i].scale === 'bounded' }));
    return { ...shared, kind: 'rolling', rollingBars: config.rollingBars ?? DEFAULT_ROLLING_BARS, columns };
  }
  if (config.kind === 'rank') {
    const knotsOf = (i: number) => (featureSet.columns[i].scale === 'bounded' ? null : fitKnots(samples[i]));
    return { ...shared, kind: 'rank', columns: fitted.map((column, i) => ({ ...column, knots: knotsOf(i) })) };
  }
  return { ...shared, kind: config.kind, columns: fitted };
}

const IDENTITY = { center: 0, scale: 1 } as const;

interface Fitted {
  readonly center: number;
  readonly scale: number;
}

function fitColumn(kind: Exclude<NormalizerConfig['kind'], 'none'>, sample: Float64Array): Fitted {
  const { center, scale } = kind === 'robust' || kind === 'rank' ? fitRobust(sample) : fitZScore(sample);
  return { center, scale: scale > 0 ? scale : 1 };
}

const fitZScore = (sample: Float64Array): Fitted => ({
  center: mean(sample) ?? 0,
  scale: standardDeviation(sample) ?? 0,
});

function fitRobust(sample: Float64Array): Fitted {
  const at = quantilesOf(sample);
  return { center: at(0.5), scale: (at(0.75) - at(0.25)) / NORMAL_IQR };
}

function fitKnots(sample: Float64Array): number[] {
  const at = quantilesOf(sample);
  return Array.from({ length: KNOTS }, (_, i) => at(i / (KNOTS - 1)));
}

function quantilesOf(sample: Float64Array): (q: number) => number {
  const sorted = sample.slice().sort();
  return (q) => quantileSorted(sorted, q) ?? 0;
}

/** One array a column, of rows that are past warm-up and inside the ranges. */
function collectColumns({ featureSet, bars, paths, ranges = paths }: FitInput): Float64Array[] {
  const width = featureSet.columns.length;
  const parts = paths.flatMap((path) => ranges.map((range) => intersect(path, range, featureSet.warmupBars)));
  const total = parts.reduce((sum, part) => sum + Math.max(0, part.to - part.from), 0);
  const step = Math.ceil(total / MAX_ROWS) || 1;
  const columns = featureSet.columns.map(() => new Float64Array(Math.ceil(total / step)));
  let seen = 0;
  for (const path of paths) {
    const own = ranges.map((range) => intersect(path, range, featureSet.warmupBars));
    const end = Math.max(...own.map((part) => (part.to > part.from ? part.to : path.from)));
    forEachChunk(featureSet, bars, { from: path.from, to: end }, (first, length, features) => {
      for (const { from, to } of own) {
        for (let row = Math.max(first, from); row < Math.min(first + length, to); row++, seen++) {
          if (seen % step !== 0) continue;
          for (let c = 0; c < width; c++) columns[c][seen / step] = features[(row - first) * width + c];
        }
      }
    });
  }
  return columns;
}

const intersect = (path: RowRange, range: RowRange, warmupBars: number): RowRange => ({
  from: Math.max(path.from + warmupBars, range.from),
  to: Math.min(path.to, range.to),
});
