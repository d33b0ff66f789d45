/** Everything that is wrong with a file of market data, listed; nothing is refused at the first offence or repaired. */

import type { BarCalendar } from '../../calendar/barCalendar.ts';
import { CalendarLearner } from '../../calendar/calendarLearner.ts';
import { isDepthFeed, readDepthFeedTable } from './depthFeedTable.ts';
import { inOrder, inspect } from './inspect.ts';
import { readTable, type DataTable } from '../tables.ts';
import type { SourceColumn } from '../dataKind.ts';
import type { TableProblem } from '../tableBuilder.ts';
import type { Finding, Inspected } from './finding.ts';
import { findFlaws } from './qualityRules.ts';
import { reachDataVerdict, type Verdict } from './verdict.ts';

export interface QualityReport {
  readonly kind: DataTable['kind'];
  readonly rows: number;
  /** Null for ticks and tables without times. */
  readonly timeframeMs: number | null;
  /** How many of its bars make a year, as their times tell; null where there is no timeframe. */
  readonly calendar: BarCalendar | null;
  /** First and last readable time, UTC; null where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly columns: readonly SourceColumn[];
  readonly findings: readonly Finding[];
  /** Rows whose cells could not be told apart; they are in no column. */
  readonly unreadableRows: number;
  /** The first cells and rows that could not be read. */
  readonly problems: readonly TableProblem[];
  readonly verdict: Verdict;
}

/** @throws InputError only when the file cannot be read as a table at all */
export async function checkFile(path: string): Promise<QualityReport> {
  const table = (await isDepthFeed(path)) ? readDepthFeedTable(path) : await readTable(path);
  const data = inspect(table);
  const findings = findFlaws(data);
  return {
    kind: table.kind,
    rows: table.numRows,
    timeframeMs: data.timeframeMs,
    calendar: calendarOf(data),
    ...spanOf(data.timeMs),
    columns: table.sources,
    findings,
    unreadableRows: table.unreadableRows,
    problems: table.problems,
    verdict: reachDataVerdict(findings, table.numRows, table.unreadableRows),
  };
}

function calendarOf({ timeMs, timeframeMs }: Inspected): BarCalendar | null {
  if (timeMs === null || timeframeMs === null) return null;
  return new CalendarLearner(timeframeMs, inOrder(timeMs)).calendar();
}

/** First and last readable time, UTC. */
export function spanOf(timeMs: Float64Array | null): { readonly from: string | null; readonly to: string | null } {
  let [low, high] = [Infinity, -Infinity];
  for (const time of timeMs ?? []) {
    if (time < low) low = time;
    if (time > high) high = time;
  }
  return low > high
    ? { from: null, to: null }
    : { from: new Date(low).toISOString(), to: new Date(high).toISOString() };
}
