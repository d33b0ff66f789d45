/** Applies a fitted normalizer along one path, row by row. */

import type { Normalizer } from './normalizer.ts';
import { RollingMoments } from './rollingMoments.ts';

/** Normalizes rows of one path in their order, warm-up left out; live, batch and probe all go through here. */
export interface Scaler {
  /**
   * @param features (length, columns), row-major
   * @param out (rows, columns), written from `offset` on
   */
  apply(features: Float64Array, length: number, out: Float32Array, offset: number): void;
}

/** A scaler for the start of a path. */
export function makeScaler(normalizer: Normalizer): Scaler {
  const { clip } = normalizer;
  switch (normalizer.kind) {
    case 'rolling': {
      const { columns, rollingBars } = normalizer;
      return new ColumnScaler(
        columns.map((column) => (column.isBounded ? asItIs : makeRolling(column, rollingBars))),
        clip,
      );
    }
    case 'rank':
      return new ColumnScaler(
        normalizer.columns.map(({ knots }) => (knots === null ? asItIs : makeRank(knots))),
        clip,
      );
    default:
      return makeLinear(normalizer, normalizer.kind === 'none' ? Infinity : clip);
  }
}

/** One loop over all values: what most runs use. */
function makeLinear({ columns }: Normalizer, clip: number): Scaler {
  const width = columns.length;
  const center = Float64Array.from(columns, (column) => column.center);
  const factor = Float64Array.from(columns, (column) => 1 / column.scale);
  return {
    apply(features, length, out, offset) {
      for (let row = 0, at = 0; row < length; row++) {
        for (let column = 0; column < width; column++, at++) {
          const value = (features[at] - center[column]) * factor[column];
          out[offset + at] = value > clip ? clip : value < -clip ? -clip : value;
        }
      }
    },
  };
}

/** Takes a column's next value and gives the normalized one. */
type Scale = (value: number) => number;

class ColumnScaler implements Scaler {
  readonly #scales: readonly Scale[];
  readonly #clip: number;

  constructor(scales: readonly Scale[], clip: number) {
    this.#scales = scales;
    this.#clip = clip;
  }

  apply(features: Float64Array, length: number, out: Float32Array, offset: number): void {
    const width = this.#scales.length;
    const clip = this.#clip;
    for (let column = 0; column < width; column++) {
      const scale = this.#scales[column];
      for (let at = column; at < length * width; at += width) {
        const value = scale(features[at]);
        out[offset + at] = value > clip ? clip : value < -clip ? -clip : value;
      }
    }
  }
}

const asItIs: Scale = (value) => value;

/**
 * Distance from the mean of the last values in units of their deviation.
 *
 * A window that is not full is filled up with two values that have the training rows' mean and deviation, so that it means
 * the same from its first row on.
 */
function makeRolling({ center, scale }: Normalizer['columns'][number], bars: number): Scale {
  const moments = new RollingMoments(bars);
  for (let i = 0; i < bars; i++) moments.push(i % 2 === 0 ? center - scale : center + scale);
  return (value) => {
    moments.push(value);
    const variance = moments.variance;
    return variance > 0 ? (value - moments.mean) / Math.sqrt(variance) : 0;
  };
}

/** Share of training values below, moved to [-1, 1]; linear between the quantiles, ties in the middle. */
function makeRank(knots: readonly number[]): Scale {
  const last = knots.length - 1;
  const sorted = Float64Array.from(knots);
  return (value) => {
    let low = 0;
    let high = last + 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    if (low > last) return 1;
    if (sorted[low] === value) {
      let tied = low;
      while (tied < last && sorted[tied + 1] === value) tied++;
      return (low + tied) / last - 1;
    }
    if (low === 0) return -1;
    const between = (value - sorted[low - 1]) / (sorted[low] - sorted[low - 1]);
    return (2 * (low - 1 + between)) / last - 1;
  };
}
