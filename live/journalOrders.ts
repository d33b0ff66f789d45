/** The orders of a live run, from its journal, as `regimen calibrate --fills` measures them: a system that measures itself. */

import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { InputError } from '../core/errors.ts';
import { digest } from '../core/hash.ts';
import { OrderBook, type OrderRecording, type OrderRow } from '../market/execution/calibrate/recordedOrders.ts';
import { readJournal } from './journal.ts';
import type { JournalRecord } from './journalRecord.ts';

const FIRST_BYTES = 64;

/** Whether a file begins as journals do. */
export function isJournal(path: string): boolean {
  const head = Buffer.alloc(FIRST_BYTES);
  try {
    const handle = openSync(path, 'r');
    readSync(handle, head, 0, FIRST_BYTES, 0);
    closeSync(handle);
  } catch {
    // Whoever reads it says what is wrong with it.
    return false;
  }
  return head.toString('utf8').startsWith('{"seq":1,"kind":"start"');
}

/**
 * Orders with their fills. The decision mid is the close of the bar that was decided on. An order that nothing answered yet
 * is left out: how it ends is not known. One that was rejected and sent again is one order, one that was given up is an
 * order that did not fill.
 *
 * @throws InputError for a journal of an account on paper, whose fills were drawn from the very table they would measure
 */
export function readJournalOrders(path: string): OrderRecording {
  const name = basename(path);
  const rows = new Map<number, OrderRow[]>();
  let close = NaN;
  let lastOrderId = 0;
  readJournal(path).forEach((record, i) => {
    const where = `${name}:${i + 1}`;
    if (record.kind === 'bar') ({ close } = record.bar);
    else if (record.kind === 'order') {
      rows.set(record.order.id, [orderRow(record.order, close, where)]);
      lastOrderId = record.order.id;
    } else if (record.kind === 'rejected') rows.delete(record.orderId);
    else if (record.kind === 'fill') addFill(rows.get(record.orderId), record, where);
  });
  if (rows.get(lastOrderId)?.length === 1) rows.delete(lastOrderId);
  const orders = new OrderBook();
  for (const [unfilled, ...fills] of rows.values()) {
    // What is asked for is a weight, and its quantity an estimate by the last close: a fill may be a little larger.
    const filled = fills.reduce((sum, { fill }) => sum + (fill?.quantity ?? 0), 0);
    const quantity = Math.max(unfilled.quantity, filled);
    for (const row of fills.length === 0 ? [unfilled] : fills) orders.add({ ...row, quantity });
  }
  return orders.finish({ name, kind: 'journal', sha256: digest(readFileSync(path)), count: rows.size });
}

type OrderOf = Extract<JournalRecord, { kind: 'order' }>['order'];
type FillOf = Extract<JournalRecord, { kind: 'fill' }>;

const orderRow = ({ id, decidedAtMs, side, quantity }: OrderOf, decisionMid: number, where: string): OrderRow => ({
  where,
  id: String(id),
  decidedAtMs,
  sentAtMs: decidedAtMs,
  side: side === 'buy' ? 1 : -1,
  quantity,
  decisionMid,
  fill: null,
});

function addFill(rows: OrderRow[] | undefined, { quantity, venue }: FillOf, where: string): void {
  if (venue === undefined) {
    throw new InputError({
      what: 'the fill was simulated',
      where,
      rule: 'costs are measured from fills of a venue; those on paper are drawn from the cost table itself',
    });
  }
  if (rows === undefined) throw new InputError({ what: 'a fill without its order', where });
  const { sentAtMs, filledAtMs, price } = venue;
  rows.push({ ...rows[0], where, sentAtMs, fill: { quantity: Math.abs(quantity), price, filledAtMs } });
}
