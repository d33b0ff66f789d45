/** Bars of all parts of a run in one set of columns, before features. */

import type { DurationMs } from '../core/units.ts';
import type { BarCalendar } from '../market/calendar/barCalendar.ts';
import type { Bars } from '../market/data/bars.ts';
import type { SplitPart } from '../market/data/splits.ts';
import type { Path } from '../market/worlds.ts';

export interface LabelledBars {
  readonly bars: Bars;
  /** (rows) index into REGIMES or UNKNOWN_REGIME. */
  readonly regime: Uint8Array;
  readonly paths: Readonly<Record<SplitPart, readonly Path[]>>;
  readonly timeframeMs: DurationMs;
  /** Of the whole files, whatever parts and gaps there are. */
  readonly calendar: BarCalendar;
  /** Where there are several: what the paths' indices mean. */
  readonly instruments?: readonly string[];
  /** What was left out, bridged, mended or added, one sentence each. */
  readonly notes: readonly string[];
}
