/** A distribution taken to the standard normal and back by ranks: fat tails become an easy thing to learn. */

import { normalCdf, normalQuantile, quantileSorted } from '../../core/statistics.ts';

export interface NormalScores {
  /** The normal quantile of each value's rank, in the order of the values. */
  readonly scores: Float64Array;
  /** The value whose rank a score stands for, interpolated; never outside the values seen. */
  valueOf(score: number): number;
}

/** @param values at least one; equal values share out their ranks in order */
export function toNormalScores(values: ArrayLike<number>): NormalScores {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
  const sorted = Float64Array.from(order, (i) => values[i]);
  const scores = new Float64Array(values.length);
  order.forEach((i, rank) => (scores[i] = normalQuantile((rank + 0.5) / values.length)));
  const last = values.length - 1;
  return {
    scores,
    valueOf(score) {
      // Rank r stands at probability (r + 1/2) / n; quantileSorted places it at r / (n - 1).
      const rank = normalCdf(score) * values.length - 0.5;
      return quantileSorted(sorted, Math.min(1, Math.max(0, rank / Math.max(1, last)))) ?? sorted[0];
    },
  };
}
