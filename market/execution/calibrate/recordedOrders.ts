/** Own orders with their fills: checked row by row, gathered order by order. */

import { InputError } from '../../../core/errors.ts';
import type { TableSource } from '../table.ts';

/** A taking order with all its fills. */
export interface RecordedOrder {
  readonly decidedAtMs: number;
  /** Buy 1, sell -1. */
  readonly side: number;
  /** Units of base asked for, > 0. */
  readonly quantity: number;
  /** Quote currency, when it was decided. */
  readonly decisionMid: number;
  /** Units of base, 0 where nothing filled, never more than `quantity`. */
  readonly filledQuantity: number;
  /** Average over its fills, weighted by quantity; null where nothing filled. */
  readonly fillPrice: number | null;
  /** Time of its last fill; null where nothing filled. */
  readonly filledAtMs: number | null;
}

export interface OrderRecording {
  /** In the order of their decisions. */
  readonly orders: readonly RecordedOrder[];
  readonly source: TableSource;
}

/** An order and one of its fills. */
export interface OrderRow {
  /** File and line, for refusals. */
  readonly where: string;
  readonly id: string;
  readonly decidedAtMs: number;
  readonly sentAtMs: number;
  readonly side: number;
  readonly quantity: number;
  readonly decisionMid: number;
  /** Null where nothing filled. */
  readonly fill: { readonly quantity: number; readonly price: number; readonly filledAtMs: number } | null;
}

interface OpenOrder extends OrderRow {
  filledQuantity: number;
  /** Quote currency. */
  paid: number;
  filledAtMs: number | null;
}

/** A fill this far from its mid is of another instrument, or in another unit. */
const FARTHEST_FILL = 0.1;
/** Sums of partial fills round. */
const ROUNDING = 1e-9;

/** Takes rows in any order; fills of one order share its id. */
export class OrderBook {
  readonly #orders = new Map<string, OpenOrder>();

  /** @throws InputError for a row that cannot be, or contradicts an earlier one of its order */
  add(row: OrderRow): void {
    checkRow(row);
    const known = this.#orders.get(row.id);
    const order = known ?? { ...row, filledQuantity: 0, paid: 0, filledAtMs: null };
    if (known === undefined) this.#orders.set(row.id, order);
    else checkSameOrder(row, known);
    if (row.fill === null) return;
    const { quantity, price, filledAtMs } = row.fill;
    order.filledQuantity += quantity;
    order.paid += quantity * price;
    order.filledAtMs = Math.max(order.filledAtMs ?? filledAtMs, filledAtMs);
    if (order.filledQuantity <= order.quantity * (1 + ROUNDING)) return;
    throw new InputError({
      what: 'more filled than was ordered',
      where: row.where,
      rule: `at most ${order.quantity} in all fills of order ${row.id}`,
      value: order.filledQuantity,
    });
  }

  finish(about: Pick<TableSource, 'name' | 'kind' | 'sha256' | 'count'>): OrderRecording {
    const orders = [...this.#orders.values()]
      .sort((a, b) => a.decidedAtMs - b.decidedAtMs)
      .map(({ decidedAtMs, side, quantity, decisionMid, filledQuantity, paid, filledAtMs }): RecordedOrder => {
        const fillPrice = filledQuantity > 0 ? paid / filledQuantity : null;
        const filled = Math.min(filledQuantity, quantity);
        return { decidedAtMs, side, quantity, decisionMid, filledQuantity: filled, fillPrice, filledAtMs };
      });
    if (orders.length === 0) throw new InputError({ what: 'holds no order', where: about.name });
    const at = (timeMs: number) => new Date(timeMs).toISOString();
    const from = at(orders[0].decidedAtMs);
    const to = at(orders[orders.length - 1].decidedAtMs);
    return { orders, source: { ...about, from, to, droppedDuplicates: 0, droppedCrossed: 0 } };
  }
}

function checkRow({ where, id, decidedAtMs, sentAtMs, quantity, decisionMid, fill }: OrderRow): void {
  const refuse = (what: string, rule: string, value: unknown): never => {
    throw new InputError({ what, where, rule, value });
  };
  if (id === '') refuse('order without an id', 'fills of one order share its id', id);
  if (!(quantity > 0)) refuse('order quantity is not positive', '> 0, the direction is in side', quantity);
  if (!(decisionMid > 0)) refuse('decision mid is not positive', '> 0', decisionMid);
  if (sentAtMs < decidedAtMs) refuse('sent before its decision', `at or after ${decidedAtMs}`, sentAtMs);
  if (fill === null) return;
  if (!(fill.quantity > 0)) refuse('filled quantity is negative', '>= 0, the direction is in side', fill.quantity);
  if (fill.filledAtMs < decidedAtMs) refuse('fill before its decision', `at or after ${decidedAtMs}`, fill.filledAtMs);
  if (fill.filledAtMs < sentAtMs) refuse('fill before it was sent', `at or after ${sentAtMs}`, fill.filledAtMs);
  if (!(Math.abs(fill.price / decisionMid - 1) <= FARTHEST_FILL)) {
    refuse('fill price is far from the decision mid', `within ${FARTHEST_FILL * 100} % of ${decisionMid}`, fill.price);
  }
}

function checkSameOrder(row: OrderRow, known: OrderRow): void {
  for (const field of ['decidedAtMs', 'side', 'quantity', 'decisionMid'] as const) {
    if (row[field] === known[field]) continue;
    throw new InputError({
      what: `order ${row.id} has another ${field} than in its row before`,
      where: row.where,
      rule: String(known[field]),
      value: row[field],
    });
  }
}
