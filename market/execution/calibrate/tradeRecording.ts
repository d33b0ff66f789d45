/** Public trades as they were recorded, with the side that took liquidity. */

import { InputError } from '../../../core/errors.ts';
import type { TableSource } from '../table.ts';
import { parseNumericCsv, readRecording } from './numericCsv.ts';

/** Columns of equal length in time order. */
export interface TradeStream {
  /** By the clock of the quotes. */
  readonly timeMs: Float64Array;
  readonly price: Float64Array;
  /** Units of base, > 0. */
  readonly quantity: Float64Array;
  /** Buy 1, sell -1, as the taker did. */
  readonly side: Float64Array;
  readonly source: TableSource;
}

/** What the columns may be called, the usual name first. */
const COLUMNS = {
  timeMs: ['timestamp'],
  price: ['price'],
  quantity: ['qty', 'quantity', 'size', 'amount', 'volume'],
  side: ['taker_side', 'side'],
} as const;

/**
 * Reads `timestamp,price,qty,taker_side`; further columns are ignored.
 *
 * @param clockMs added to every timestamp, where trades were stamped by another clock than the quotes
 * @throws InputError for a missing column, trades out of order, prices and sizes that are not positive
 */
export function readTrades(path: string, clockMs = 0): TradeStream {
  const recording = readRecording(path);
  const csv = parseNumericCsv(recording, sideColumnOf(recording.text));
  const column = (field: keyof typeof COLUMNS): Float64Array => {
    const found = COLUMNS[field].map((name) => csv.columns.get(name)).find((values) => values !== undefined);
    if (found !== undefined) return found;
    throw new InputError({
      what: field === 'quantity' ? 'trades without sizes' : `column '${COLUMNS[field][0]}' is missing`,
      where: recording.name,
      rule: `needs ${Object.values(COLUMNS)
        .map((names) => names.join(' or '))
        .join(', ')}`,
      value: csv.header,
    });
  };
  const [recordedMs, price, quantity, side] = [column('timeMs'), column('price'), column('quantity'), column('side')];
  for (let row = 0; row < csv.numRows; row++) {
    const where = `${recording.name}:${csv.line[row]}`;
    if (row > 0 && recordedMs[row] < recordedMs[row - 1]) {
      const rule = `timestamp at or after ${recordedMs[row - 1]}`;
      throw new InputError({ what: 'trades out of order', where, rule, value: recordedMs[row] });
    }
    if (!(price[row] > 0)) throw new InputError({ what: 'price is not positive', where, value: price[row] });
    if (!(quantity[row] > 0)) throw new InputError({ what: 'size is not positive', where, value: quantity[row] });
  }
  const timeMs = recordedMs.map((time) => time + clockMs);
  const source: TableSource = {
    name: recording.name,
    kind: 'trades',
    sha256: recording.sha256,
    from: new Date(recordedMs[0]).toISOString(),
    to: new Date(recordedMs[csv.numRows - 1]).toISOString(),
    count: csv.numRows,
    droppedDuplicates: 0,
    droppedCrossed: 0,
    ...(clockMs !== 0 && { clockMs }),
  };
  return { timeMs, price, quantity, side, source };
}

function sideColumnOf(text: string): string | undefined {
  const [header] = text.slice(0, 4096).split(/\r?\n/, 1);
  const names = header.split(/[,;\t]/).map((name) => name.trim());
  return COLUMNS.side.find((name) => names.includes(name));
}
