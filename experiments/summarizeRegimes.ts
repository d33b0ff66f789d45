/** How a market divides into regimes. */

import { mean, standardDeviation } from '../core/statistics.ts';
import { REGIMES, UNKNOWN_REGIME, type Regime } from '../market/regimes/regime.ts';
import type { Path, Worlds } from '../market/worlds.ts';

export interface RegimeSummary {
  readonly regime: Regime | 'unknown';
  readonly bars: number;
  /** Of all bars of the paths. */
  readonly share: number;
  /** Log returns from close to close, basis points; null for too few bars. */
  readonly meanReturnBps: number | null;
  readonly deviationBps: number | null;
  /** Mean length of an unbroken stretch. */
  readonly meanStayBars: number | null;
}

/** One row for each regime that occurs, in the order of REGIMES, unknown last; of a path's own rows, not of those that warm it up. */
export function summarizeRegimes({ bars, regime }: Worlds, paths: readonly Path[]): RegimeSummary[] {
  const total = paths.reduce((sum, { from, to, ownFrom = from }) => sum + to - ownFrom, 0);
  return [...REGIMES.keys(), UNKNOWN_REGIME].flatMap((label) => {
    const returnsBps: number[] = [];
    let count = 0;
    let stays = 0;
    for (const { from, to, ownFrom = from } of paths) {
      for (let row = ownFrom; row < to; row++) {
        if (regime[row] !== label) continue;
        count += 1;
        if (row === ownFrom || regime[row - 1] !== label) stays += 1;
        if (row > from) returnsBps.push(Math.log(bars.close[row] / bars.close[row - 1]) * 1e4);
      }
    }
    if (count === 0) return [];
    return {
      regime: label === UNKNOWN_REGIME ? ('unknown' as const) : REGIMES[label],
      bars: count,
      share: count / total,
      meanReturnBps: mean(returnsBps),
      deviationBps: standardDeviation(returnsBps),
      meanStayBars: count / stays,
    };
  });
}
