/** Recorded quotes, ticks or bars, as one stream of bid and ask that each stand until the next. */

import { InputError } from '../../../core/errors.ts';
import { CheckedQuotes, DEFAULT_ROW_POLICY, type QuoteStream, type RowPolicy } from './checkedQuotes.ts';
import { parseNumericCsv, readRecording, requireColumns, type NumericCsv, type Recording } from './numericCsv.ts';

/** A tick older than this is no longer taken for the market: the feed may have slept. */
const TICK_HOLD_CAP_MS = 60_000;

/**
 * Reads `timestamp,bid,ask` or `timestamp,bid_open,...,bid_close,ask_open,...,ask_close`; further columns are ignored.
 *
 * @throws InputError for rows out of order, prices that are not positive, and what the policy refuses
 */
export function readQuotes(path: string, policy: RowPolicy = DEFAULT_ROW_POLICY): QuoteStream {
  const recording = readRecording(path);
  const csv = parseNumericCsv(recording);
  return csv.columns.has('bid_open') ? fromBars(csv, recording, policy) : fromTicks(csv, recording, policy);
}

function fromTicks(csv: NumericCsv, recording: Recording, policy: RowPolicy): QuoteStream {
  const [timeMs, bid, ask] = requireColumns(csv, ['timestamp', 'bid', 'ask'], recording.name);
  const rows = new CheckedQuotes(recording.name, policy);
  const others = [...csv.columns.values()];
  for (let row = 0; row < csv.numRows; row++) {
    const isCopy = repeatsEarlier(row, timeMs, others);
    rows.add({ line: csv.line[row], timeMs: timeMs[row], bid: bid[row], ask: ask[row], isCopy });
  }
  return rows.finish({ recording, kind: 'quoteTicks', holdCapMs: TICK_HOLD_CAP_MS, count: csv.numRows });
}

/**
 * Bars give two moments: the close, known when the bar ends, and the open where it differs from the close before it
 * (many recorders carry the last close over). Highs and lows of bid and ask are not simultaneous, hence no quotes.
 */
function fromBars(csv: NumericCsv, recording: Recording, policy: RowPolicy): QuoteStream {
  const names = ['timestamp', 'bid_open', 'bid_close', 'ask_open', 'ask_close'];
  const [openTimeMs, bidOpen, bidClose, askOpen, askClose] = requireColumns(csv, names, recording.name);
  const barMs = smallestStep(openTimeMs);
  if (barMs === Infinity) throw new InputError({ what: 'needs two bars at least', where: recording.name });
  const rows = new CheckedQuotes(recording.name, policy);
  const others = [...csv.columns.values()];
  for (let row = 0; row < csv.numRows; row++) {
    const line = csv.line[row];
    const isCopy = repeatsEarlier(row, openTimeMs, others);
    const isCarried = row > 0 && bidOpen[row] === bidClose[row - 1] && askOpen[row] === askClose[row - 1];
    if (!isCarried) {
      rows.add({ line, timeMs: openTimeMs[row], bid: bidOpen[row], ask: askOpen[row], isCopy: false });
    }
    rows.add({ line, timeMs: openTimeMs[row] + barMs, bid: bidClose[row], ask: askClose[row], isCopy });
  }
  return rows.finish({ recording, kind: 'quoteBars', holdCapMs: barMs, count: csv.numRows });
}

/** Whether a row equals an earlier one of the same timestamp in every column. */
function repeatsEarlier(row: number, timeMs: Float64Array, columns: readonly Float64Array[]): boolean {
  for (let earlier = row - 1; earlier >= 0 && timeMs[earlier] === timeMs[row]; earlier--) {
    if (columns.every((column) => column[row] === column[earlier])) return true;
  }
  return false;
}

function smallestStep(timeMs: Float64Array): number {
  let smallest = Infinity;
  for (let i = 1; i < timeMs.length; i++) {
    if (timeMs[i] > timeMs[i - 1]) smallest = Math.min(smallest, timeMs[i] - timeMs[i - 1]);
  }
  return smallest;
}
