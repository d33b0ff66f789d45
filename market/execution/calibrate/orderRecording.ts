/** Own orders as they were recorded: when each was decided, sent and filled, how much of it, and at which price. */

import { InputError } from '../../../core/errors.ts';
import { parseText } from '../../data/cells.ts';
import { detectTimeFormat, parseTime } from '../../data/timeCells.ts';
import { readRecording } from './numericCsv.ts';
import { OrderBook, type OrderRecording, type OrderRow } from './recordedOrders.ts';
import { parseTextTable, type TextRow } from './textTable.ts';

/** One row a fill; an order that did not fill at all is a row whose `filled_quantity` is 0, without time and price. */
export const FILL_COLUMNS = [
  'order_id',
  'decision_time',
  'sent_time',
  'fill_time',
  'side',
  'order_quantity',
  'filled_quantity',
  'fill_price',
  'decision_mid',
] as const;

const SIDES: Readonly<Record<string, number>> = { buy: 1, sell: -1 };

type FillColumn = (typeof FILL_COLUMNS)[number];

/**
 * Reads own fills: CSV, or JSON lines where the name ends in `.jsonl`, plain or gzipped, with the columns of
 * {@link FILL_COLUMNS}; others are ignored. Times are epoch numbers or ISO text.
 *
 * @throws InputError for a fill before its decision, more filled than was ordered, prices and quantities that cannot be
 */
export function readOrders(path: string): OrderRecording {
  const recording = readRecording(path);
  const orders = new OrderBook();
  const rows = parseTextTable(recording, FILL_COLUMNS);
  for (const row of rows) orders.add(parseRow(row, recording.name));
  return orders.finish({ name: recording.name, kind: 'fills', sha256: recording.sha256, count: rows.length });
}

function parseRow({ line, cells }: TextRow, name: string): OrderRow {
  const where = `${name}:${line}`;
  const text = (column: FillColumn) => cells.get(column) ?? '';
  const read = (column: FillColumn, value: number, what: string): number => {
    if (Number.isFinite(value)) return value;
    throw new InputError({ what, where: `${where} ${column}`, value: text(column) });
  };
  const number = (column: FillColumn) => read(column, parseText(text(column)), 'not a number');
  const time = (column: FillColumn) => {
    const format = detectTimeFormat(text(column));
    return read(column, format === null ? NaN : parseTime(text(column), format), 'not a time');
  };
  const filledQuantity = number('filled_quantity');
  const isFilled = filledQuantity !== 0;
  return {
    where,
    id: text('order_id'),
    decidedAtMs: time('decision_time'),
    sentAtMs: time('sent_time'),
    side: read('side', SIDES[text('side').toLowerCase()] ?? NaN, 'neither buy nor sell'),
    quantity: number('order_quantity'),
    decisionMid: number('decision_mid'),
    fill: isFilled ? { quantity: filledQuantity, price: number('fill_price'), filledAtMs: time('fill_time') } : null,
  };
}
