/** Every fill of an account: what was traded, at which price, what it cost, and what was left. */

import { ColumnLog } from '../core/columnLog.ts';
import { FILL_COST_COLUMNS } from '../market/execution/costs.ts';

/**
 * What a fill came of. At the open of its bar: an order. Within the bar's range: a resting order, or a rule that ended the position. Ruin: the account was closed at mid, at no cost, at the open or the close of the bar.
 */
export const FILL_CAUSES = ['open', 'resting', 'stopLoss', 'takeProfit', 'liquidation', 'ruin'] as const;
export const [FILLED_AT_OPEN, FILLED_RESTING] = FILL_CAUSES.keys();
const FILLED_BY_RUIN = FILL_CAUSES.indexOf('ruin');

/** Amounts in quote currency. */
export const FILL_COLUMNS = [
  /** Row of the ledger, from 0, in whose bar it happened. */
  'bar',
  /** Index into FILL_CAUSES. */
  'cause',
  /** Signed units of base: bought above 0, sold below. */
  'quantity',
  /** Price before costs. */
  'mid',
  /** Price with spread and slippage: `mid + (spreadCost + slippageCost) / quantity`. The fee is charged apart. */
  'price',
  ...FILL_COST_COLUMNS,
  /** Index into `execution.venues`; -1 where there is no choice. */
  'venue',
  /** Interest of the bar that was paid before it, and so on the position before it. */
  'interestBefore',
  /** Signed units of base held after it. */
  'quantityAfter',
  /** Cash after it. */
  'cashAfter',
  /** Loss beyond the account's floor that ruin forgave, >= 0. */
  'writeOff',
] as const;

export type FillColumn = (typeof FILL_COLUMNS)[number];
/** A fill as it happens; the row of the ledger is the log's business. */
export type Fill = Readonly<Record<Exclude<FillColumn, 'bar'>, number>>;

/** Is told of every fill while accounts live. */
export interface FillObserver {
  onFill(i: number, fill: Fill): void;
  /** A penalty on the fill just told, paid as a fee. */
  onPenalty(i: number, fee: number): void;
}

/** The fills of one account, in order. */
export class FillLog extends ColumnLog<FillColumn> {
  constructor(capacity = 64) {
    super(FILL_COLUMNS, capacity);
  }

  penalize(fee: number): void {
    this.addToLast('feeCost', fee);
    this.addToLast('cashAfter', -fee);
  }
}

export interface BookedTrade {
  /** Index into FILL_CAUSES. */
  readonly cause: number;
  readonly venue: number;
  /** Signed units of base held before and after it. */
  readonly before: number;
  readonly after: number;
  /** Unsigned, at mid; quote currency. */
  readonly notional: number;
  readonly mid: number;
  /** Fractions of the notional; late is part of spread and slippage, impact of slippage. */
  readonly rates: Readonly<Record<'spread' | 'slippage' | 'fee' | 'late' | 'impact', number>>;
  /** Of the bar, until it. */
  readonly interest: number;
  /** After it. */
  readonly cash: number;
}

export function fillOf(trade: BookedTrade): Fill {
  const { cause, venue, before, after, notional, mid, rates, interest, cash } = trade;
  const quantity = after - before;
  const spreadCost = notional * rates.spread;
  const slippageCost = notional * rates.slippage;
  return {
    cause,
    quantity,
    mid,
    price: quantity === 0 ? mid : mid + (spreadCost + slippageCost) / quantity,
    feeCost: notional * rates.fee,
    spreadCost,
    slippageCost,
    latencyCost: notional * rates.late,
    impactCost: notional * rates.impact,
    venue,
    interestBefore: interest,
    quantityAfter: after,
    cashAfter: cash,
    writeOff: 0,
  };
}

const FREE = { spread: 0, slippage: 0, fee: 0, late: 0, impact: 0 };

/** What ruin makes of a position: closed at mid and at no cost, with the account's floor left in cash. */
export function closedByRuin(
  held: { readonly quantity: number; readonly price: number; readonly interest: number },
  left: { readonly cash: number; readonly writeOff: number },
): Fill {
  const { quantity, price, interest } = held;
  const trade = { cause: FILLED_BY_RUIN, venue: -1, before: quantity, after: 0, notional: 0, mid: price, rates: FREE };
  return { ...fillOf({ ...trade, interest, cash: left.cash }), writeOff: left.writeOff };
}
