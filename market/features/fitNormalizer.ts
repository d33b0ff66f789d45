/** Center and scale of each column, from training rows. */

import { InputError } from '../../core/errors.ts';
import { mean, quantileSorted, standardDeviation } from '../../core/statistics.ts';
import type { Bars } from '../data/bars.ts';
import type { RowRange } from '../data/rowRange.ts';
import type { FeatureColumn } from './feature.ts';
import { forEachChunk } from './featureRunner.ts';
import type { FeatureSet } from './featureSet.ts';
import type { Normalizer, NormalizerConfig } from './normalizer.ts';

/** Enough for three digits of any quantile; of longer histories every n-th row is taken. */
const MAX_ROWS = 262_144;
/** Interquartile range of a standard normal: makes a robust scale equal the deviation of normal data. */
const NORMAL_IQR = 1.3489795003921634;

export interface FitInput {
  readonly config: NormalizerConfig;
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
  const columns = featureSet.columns.map((column, i) => ({
    name: column.name,
    ...(config.kind === 'none' ? IDENTITY : fitColumn(config.kind, column, samples[i])),
  }));
  return { version: 1, kind: config.kind, clip: config.clip, featureSetHash: featureSet.hash, fittedRows, columns };
}

const IDENTITY = { center: 0, scale: 1 } as const;

function fitColumn(kind: 'zScore' | 'robust', column: FeatureColumn, sample: Float64Array): typeof IDENTITY | Fitted {
  if (column.scale === 'bounded') return IDENTITY;
  const fitted = kind === 'zScore' ? fitZScore(sample) : fitRobust(sample);
  return { center: fitted.center, scale: fitted.scale > 0 ? fitted.scale : 1 };
}

interface Fitted {
  readonly center: number;
  readonly scale: number;
}

const fitZScore = (sample: Float64Array): Fitted => ({
  center: mean(sample) ?? 0,
  scale: standardDeviation(sample) ?? 0,
});

function fitRobust(sample: Float64Array): Fitted {
  const sorted = sample.slice().sort();
  const at = (q: number) => quantileSorted(sorted, q) ?? 0;
  return { center: at(0.5), scale: (at(0.75) - at(0.25)) / NORMAL_IQR };
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
