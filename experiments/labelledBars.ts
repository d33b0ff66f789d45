/** Bars of all parts of a run in one set of columns, before features. */

import type { DurationMs } from '../core/units.ts';
import type { BarCalendar } from '../market/calendar/barCalendar.ts';
import type { Bars } from '../market/data/bars.ts';
import type { PartUse } from '../market/data/partUse.ts';
import type { SplitPart } from '../market/data/splits.ts';
import type { Path } from '../market/worlds.ts';

export interface LabelledBars {
  readonly bars: Bars;
  /** (rows) index into REGIMES or UNKNOWN_REGIME; see `Worlds.regime`. */
  readonly regime: Uint8Array;
  readonly paths: Readonly<Record<SplitPart, readonly Path[]>>;
  readonly timeframeMs: DurationMs;
  /** Of the whole files, whatever parts and gaps there are. */
  readonly calendar: BarCalendar;
  /** Where there are several: what the paths' indices mean. */
  readonly instruments?: readonly string[];
  /** SHA-256 of the parts' own bars, without those that warm up and without augmentations; of the whole series where that exceeds memory. */
  readonly dataHash: string;
  /** What of each part was asked for, and what is used. */
  readonly uses: Readonly<Record<SplitPart, PartUse>>;
  /** What was left out, bridged, mended or added, one sentence each. */
  readonly notes: readonly string[];
}
