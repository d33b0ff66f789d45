/** Everything that a trading env walks through: paths of bars that lie one after another, with their observation matrix. */

import type { Context } from '../core/spec.ts';
import type { DurationMs } from '../core/units.ts';
import type { Bars } from './data/bars.ts';
import type { Regime } from './regimes/regime.ts';

/** One stretch of consecutive bars, rows `[from, to)` of the worlds' columns. */
export interface Path {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** The regime of the whole path, or null where it passes through several. */
  readonly regime: Regime | null;
  /** Index into the worlds' instruments; the first where absent. */
  readonly instrument?: number;
  /** First row of the part that the path is of; rows before it are there to warm up. `from` where absent. */
  readonly ownFrom?: number;
}

/** One instrument in one or many paths, synthetic or real; or several, each in paths of its own. */
export interface Worlds {
  /** "BTCUSDT"; the key of the execution table. */
  readonly instrument: string;
  /** All of them where there are several, the first of them `instrument`. */
  readonly instruments?: readonly string[];
  readonly timeframeMs: DurationMs;
  readonly bars: Bars;
  /**
   * (rows) index into REGIMES or UNKNOWN_REGIME: for judging, never an observation. Of made bars the regime that each was
   * made in; of real ones what was known when the bar opened, so that no bar is sorted by its own return.
   */
  readonly regime: Uint8Array;
  /** (rows) session in which a bar opens, index into SESSIONS: the cell of the execution table; see `sessionOf` for several instruments. */
  readonly session: Uint8Array;
  readonly paths: readonly Path[];
  readonly context: Context;
  /** First row of a path that may be observed is `path.from + warmupBars`: features are defined and windows stay inside. */
  readonly warmupBars: number;
}
