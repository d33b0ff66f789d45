/** Where the bars of many instruments and timeframes are kept. One contract suite holds every implementation to it. */

import type { DurationMs } from '../../../core/units.ts';
import type { Bars } from '../bars.ts';

/** One instrument at one timeframe: open times strictly increase within it. */
export interface Series {
  readonly instrument: string;
  readonly timeframeMs: DurationMs;
}

/** What a series holds. */
export interface SeriesSpan {
  readonly bars: number;
  /** Open time of the first bar, UTC epoch milliseconds. */
  readonly firstMs: number;
  /** Open time of the last bar. */
  readonly lastMs: number;
}

/** Open times `[fromMs, toMs)`, UTC epoch milliseconds. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export const ALL_TIME: TimeRange = { fromMs: -Infinity, toMs: Infinity };

/** Bars that can be read. */
export interface BarSource {
  /** For messages: `parquet:data`. */
  readonly name: string;

  /** Every series with at least one bar, by instrument, then timeframe. */
  list(): Promise<Series[]>;

  /** Null where the series has no bars. */
  span(series: Series): Promise<SeriesSpan | null>;

  /**
   * The bars that open within the range, in order of time, chunk by chunk within the source's memory budget; no chunk
   * is empty, and each is new memory. A series that is not there has none.
   */
  read(series: Series, range?: TimeRange): AsyncIterable<Bars>;

  close(): Promise<void>;
}

/** Bars that can be read and added to. */
export interface BarStore extends BarSource {
  /**
   * Adds bars after the last one. They are seen by every later read; a kill in the middle leaves the first of them, or
   * none, and never a part of a bar.
   *
   * @throws InputError when a bar breaks a rule or opens before the last one that is stored
   */
  append(series: Series, bars: Bars): Promise<void>;
}
