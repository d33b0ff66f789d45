/** A table of any kind as the quality rules look at it. */

import { barTable, type Bars } from '../bars.ts';
import type { DataTable } from '../tables.ts';
import { detectTimeframeMs } from '../timeframe.ts';
import type { Inspected } from './finding.ts';

/** With the timeframe of bars, told by those that are in order. */
export function inspect({ kind, numRows, columns, line }: DataTable): Inspected {
  const timeMs = columns.get('timeMs') ?? null;
  const isBars = kind === 'bars' || kind === 'quoteBars';
  const timeframeMs = isBars && timeMs !== null ? detectTimeframeMs(inOrder(timeMs)) : null;
  return { kind, numRows, timeMs, columns, line, timeframeMs };
}

/** The times without those that stand still, go back or cannot be read: a timeframe is told by the rest. */
export function inOrder(timeMs: Float64Array): Float64Array {
  let latest = -Infinity;
  return timeMs.filter((time) => {
    if (!(time > latest)) return false;
    latest = time;
    return true;
  });
}

/** Bars that are in order, as the rules look at them. */
export function inspectBars(bars: Bars, timeframeMs: number): Inspected {
  const { openTimeMs: timeMs, ...columns } = barTable(bars);
  return {
    kind: 'bars',
    numRows: timeMs.length,
    timeMs,
    columns: new Map(Object.entries({ timeMs, ...columns })),
    line: new Int32Array(0),
    timeframeMs,
  };
}
