/** How far apart bars are, and where some are missing. */

import { durationMs, type DurationMs } from '../../core/units.ts';

/** The most common distance between neighbors, the smaller on a tie; null for fewer than two bars. */
export function detectTimeframeMs(openTimeMs: Float64Array): DurationMs | null {
  const counts = new Map<number, number>();
  for (let row = 1; row < openTimeMs.length; row++) {
    const distance = openTimeMs[row] - openTimeMs[row - 1];
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  let best: { distance: number; count: number } | null = null;
  for (const [distance, count] of counts) {
    if (best === null || count > best.count || (count === best.count && distance < best.distance)) {
      best = { distance, count };
    }
  }
  return best === null ? null : durationMs(best.distance);
}

/** Bars that a regular series would have between two neighbors. */
export interface Gap {
  /** First bar after the gap. */
  readonly row: number;
  readonly missingBars: number;
  /** Open time of the first missing bar. */
  readonly fromMs: number;
  /** Open time of the bar after the gap. */
  readonly toMs: number;
}

/** Distances of at least two timeframes; weekends and nights of an exchange are gaps too. */
export function findGaps(openTimeMs: Float64Array, timeframeMs: DurationMs): Gap[] {
  const gaps: Gap[] = [];
  for (let row = 1; row < openTimeMs.length; row++) {
    const distance = openTimeMs[row] - openTimeMs[row - 1];
    const missingBars = Math.round(distance / timeframeMs) - 1;
    if (missingBars > 0) {
      gaps.push({ row, missingBars, fromMs: openTimeMs[row - 1] + timeframeMs, toMs: openTimeMs[row] });
    }
  }
  return gaps;
}
