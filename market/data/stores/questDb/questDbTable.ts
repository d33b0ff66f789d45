/** Names and statements of the table that holds one series. */

import { hashOf } from '../../../../core/hash.ts';
import { DAY_MS, HOUR_MS, SECOND_MS, type DurationMs } from '../../../../core/units.ts';
import type { Series, TimeRange } from '../barStore.ts';
import { labelTimeframe } from '../timeframeLabel.ts';

/** What the names of our tables begin with; the timeframe follows. */
export const TABLE_PREFIX = 'bars_';

/** Readable, and different for different series: QuestDB's names know neither case nor most punctuation. */
export function tableName({ instrument, timeframeMs }: Series): string {
  const readable = instrument
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
    .slice(0, 40);
  return `${TABLE_PREFIX}${labelTimeframe(timeframeMs)}_${readable}_${hashOf(instrument, 8)}`;
}

/** A bar that is sent again replaces itself. */
export function createTable(series: Series): string {
  const columns = [
    'instrument SYMBOL',
    ...['open', 'high', 'low', 'close', 'volume'].map((name) => `${name} DOUBLE`),
    'openTime TIMESTAMP',
  ];
  return `CREATE TABLE IF NOT EXISTS "${tableName(series)}" (${columns.join(', ')}) TIMESTAMP(openTime)
    PARTITION BY ${partitionUnit(series.timeframeMs)} WAL DEDUP UPSERT KEYS(openTime, instrument)`;
}

/** So that a partition holds ten thousands of bars, and a series hundreds of partitions rather than ten thousands. */
function partitionUnit(timeframeMs: DurationMs): 'DAY' | 'MONTH' | 'YEAR' {
  if (timeframeMs <= 5 * SECOND_MS) return 'DAY';
  return timeframeMs < HOUR_MS ? 'MONTH' : 'YEAR';
}

/** A WHERE clause, empty where the range has no bounds. */
export function timeBounds({ fromMs, toMs }: TimeRange): string {
  const bounds = [
    ...(fromMs > -Infinity ? [`openTime >= '${isoTime(fromMs)}'`] : []),
    ...(toMs < Infinity ? [`openTime < '${isoTime(toMs)}'`] : []),
  ];
  return bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`;
}

/** Stored times are whole milliseconds: the next one bounds the same bars. Years 0 to 9999 are all that has a text. */
function isoTime(ms: number): string {
  const clamped = Math.min(MAX_TIME_MS, Math.max(MIN_TIME_MS, Math.ceil(ms)));
  return new Date(clamped).toISOString();
}

const MIN_TIME_MS = Date.UTC(1, 0);
const MAX_TIME_MS = Date.UTC(9999, 11) + DAY_MS;
