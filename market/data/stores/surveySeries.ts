/** One reading of a series that need not fit in memory: where its rows lie in time, its gaps, its hash. */

import { createHash } from 'node:crypto';
import { digest } from '../../../core/hash.ts';
import { CalendarLearner } from '../../calendar/calendarLearner.ts';
import { BAR_COLUMNS, numBars } from '../bars.ts';
import type { Gap } from '../timeframe.ts';
import { SplitScan, type SplitJump } from '../quality/splitScan.ts';
import type { BarSource, Series } from './barStore.ts';
import { INDEX_ROWS, type RowIndex } from './rowIndex.ts';

export interface SurveyOptions {
  /** Times whose rows are asked for. */
  readonly times: readonly number[];
  /** Gaps of more missing bars than this are told; all are counted. */
  readonly maxGapBars: number;
}

export interface SeriesSurvey {
  readonly index: RowIndex;
  readonly gaps: readonly Gap[];
  readonly numGaps: number;
  /** Row of the first bar that opens at or after each of the times. */
  readonly rowsAt: readonly number[];
  /** Has seen the times of all bars. */
  readonly times: CalendarLearner;
  /** Jumps of prices as by a share split. */
  readonly splitJumps: readonly SplitJump[];
  /** SHA-256 over the SHA-256 of each column; not the hash of a file's bars, which needs them all at once. */
  readonly hash: string;
}

/** Null where the series has no bars. @throws InputError at the first bar that breaks a rule */
export async function surveySeries(
  source: BarSource,
  series: Series,
  { times, maxGapBars }: SurveyOptions,
): Promise<SeriesSurvey | null> {
  const hashes = BAR_COLUMNS.map(() => createHash('sha256'));
  const marks: number[] = [];
  const gaps: Gap[] = [];
  const learner = new CalendarLearner(series.timeframeMs);
  const scan = new SplitScan(series.timeframeMs);
  const rowsAt = times.map(() => 0);
  let rows = 0;
  let numGaps = 0;
  let before = NaN;
  for await (const chunk of source.read(series)) {
    BAR_COLUMNS.forEach((name, i) => {
      const { buffer, byteOffset, byteLength } = chunk[name];
      hashes[i].update(new Uint8Array(buffer, byteOffset, byteLength));
    });
    const { openTimeMs } = chunk;
    const length = numBars(chunk);
    learner.add(openTimeMs);
    scan.push(chunk);
    times.forEach((time, i) => (rowsAt[i] += countBefore(openTimeMs, time)));
    for (let i = 0; i < length; i++, rows++) {
      const time = openTimeMs[i];
      if (rows % INDEX_ROWS === 0) marks.push(time);
      const missingBars = Math.round((time - before) / series.timeframeMs) - 1;
      if (missingBars > 0) {
        numGaps += 1;
        if (missingBars > maxGapBars)
          gaps.push({ row: rows, missingBars, fromMs: before + series.timeframeMs, toMs: time });
      }
      before = time;
    }
  }
  if (rows === 0) return null;
  const hash = digest(...hashes.map((column) => column.digest('hex')));
  const index = { rows, timeMs: Float64Array.from(marks), lastMs: before };
  return { index, gaps, numGaps, rowsAt, times: learner, splitJumps: scan.finish(), hash };
}

/** How many of some rising times come before a time. */
function countBefore(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
