/** Any rows of a series read by a range of times, which is what sources can find without reading what is before. */

import { InputError } from '../../../core/errors.ts';
import { BAR_COLUMNS, numBars, type Bars } from '../bars.ts';
import type { RowRange } from '../rowRange.ts';
import type { BarSource, Series } from './barStore.ts';

/** Fifty million rows have an index of two megabytes, and a range reads at most so many rows too many at either end. */
export const INDEX_ROWS = 256;

/** Where the rows of a series lie in time. */
export interface RowIndex {
  readonly rows: number;
  /** Open time of every `INDEX_ROWS`-th row. */
  readonly timeMs: Float64Array;
  /** Open time of the last row. */
  readonly lastMs: number;
}

export interface IndexedSeries {
  readonly source: BarSource;
  readonly series: Series;
  readonly index: RowIndex;
}

/**
 * Reads rows of a series into the columns of `into` from row `at` on, within the memory of one reading.
 *
 * @throws InputError when the series is not the one that was indexed
 */
export async function readRows(
  { source, series, index }: IndexedSeries,
  range: RowRange,
  into: Bars,
  at: number,
): Promise<void> {
  const first = Math.floor(range.from / INDEX_ROWS);
  const last = Math.ceil(range.to / INDEX_ROWS);
  const fromMs = index.timeMs[first];
  const toMs = last < index.timeMs.length ? index.timeMs[last] : index.lastMs + 1;
  let row = first * INDEX_ROWS;
  for await (const chunk of source.read(series, { fromMs, toMs })) {
    if (row === first * INDEX_ROWS && chunk.openTimeMs[0] !== fromMs) throw changed(source);
    const from = Math.max(range.from - row, 0);
    const to = Math.min(range.to - row, numBars(chunk));
    if (to > from) {
      for (const column of BAR_COLUMNS)
        into[column].set(chunk[column].subarray(from, to), at + row + from - range.from);
    }
    row += numBars(chunk);
  }
  if (row !== Math.min(last * INDEX_ROWS, index.rows)) throw changed(source);
}

const changed = (source: BarSource): InputError =>
  new InputError({
    what: 'bars have changed since they were first read',
    where: source.name,
    hint: 'start the run anew',
  });
