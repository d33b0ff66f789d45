/** Round trips of a ledger: from flat or the other side, to flat or the other side. */

import { FILL_CAUSES } from '../envs/fillLog.ts';
import type { Ledger } from '../envs/ledger.ts';
import { costRow, type CostRow } from '../market/execution/costs.ts';
import { fillsOfBars } from './barFills.ts';
import { RoundTrip } from './roundTrip.ts';

const [AT_OPEN] = FILL_CAUSES.keys();
const BY_RUIN = FILL_CAUSES.indexOf('ruin');

/**
 * One round trip. Its gain is what it sold for less what it bought for, at fill prices, less fees and interest:
 *
 * `pnl = sold - bought + openQuantity * mark - feeCost - interestCost + writeOff`, where a long buys at its entry price and sells
 * at its exit price, and a short the other way round. Spread, slippage and their parts are in those prices.
 */
export interface Trade extends CostRow {
  /** Bars of the ledger in which it was opened and closed; the ledger's last one where it is open still. */
  readonly openedBar: number;
  readonly closedBar: number;
  readonly side: 'long' | 'short';
  /** Not closed at the ledger's end: what is held is marked at the last close. */
  readonly isOpen: boolean;
  /** Average price of the fills that added to the position, spread and slippage included. */
  readonly entryPrice: number;
  /** Average price of the fills that reduced it; NaN where none has. */
  readonly exitPrice: number;
  /** Units of base, unsigned. */
  readonly boughtQuantity: number;
  readonly soldQuantity: number;
  /** Signed units still held. */
  readonly openQuantity: number;
  /** The fill of a reversal belongs to both of its trades. */
  readonly fills: number;
  /** Loss beyond the account's floor that ruin forgave. */
  readonly writeOff: number;
  /** Quote currency, after all costs of entry, holding and exit. */
  readonly pnl: number;
}

/**
 * Finds the trades, in order; the last may be open. Their gains add up to the account's change of equity.
 *
 * A change of size on the same side goes on with the trade. A reversal closes one trade and opens another within one fill, whose
 * costs are shared between them by quantity.
 */
// One pass over fills, branch by branch in the order of an account.
// eslint-disable-next-line complexity
export function findTrades(ledger: Ledger): Trade[] {
  const { interestCost, equity } = ledger.columns();
  const fills = ledger.fills ?? fillsOfBars(ledger);
  const log = fills.columns();
  const trips: RoundTrip[] = [];
  let position = 0;
  let chargedBars = 0;
  /** Interest is paid by a position, so by the trade at hand. */
  const chargeUntil = (bar: number): void => {
    for (; chargedBars < bar; chargedBars++) trips.at(-1)?.accrue(interestCost[chargedBars]);
  };
  for (let at = 0; at < fills.length; at++) {
    const bar = log.bar[at];
    const after = log.quantityAfter[at];
    const [quantity, price] = [log.quantity[at], log.price[at]];
    const costs = costRow((column) => (column === 'interestCost' ? 0 : log[column][at]));
    // Interest of a bar is paid after what fills at its open and before what fills within its range.
    chargeUntil(log.cause[at] === AT_OPEN ? bar : bar + 1);
    const isReversal = position * after < 0;
    const closing = isReversal ? Math.abs(position / quantity) : 1;
    const cashFlat = log.cashAfter[at] + (isReversal ? after * price + (1 - closing) * costs.feeCost : 0);
    if (position !== 0) trips.at(-1)?.fill(isReversal ? -position : quantity, price, { costs, share: closing });
    if (position !== 0 && (after === 0 || isReversal)) trips.at(-1)?.close(bar, cashFlat);
    if (after !== 0 && (position === 0 || isReversal)) {
      const cashBefore = trips.at(-1)?.cashFlat ?? ledger.startEquity;
      const trip = new RoundTrip(bar, after > 0 ? 'long' : 'short', cashBefore);
      trip.fill(isReversal ? after : quantity, price, { costs, share: isReversal ? 1 - closing : 1 });
      trips.push(trip);
    }
    if (log.cause[at] === BY_RUIN) trips.at(-1)?.forgive(log.writeOff[at], log.cashAfter[at]);
    position = after;
  }
  chargeUntil(ledger.length);
  return trips.map((trip) => trip.end({ bar: ledger.length - 1, position, equity: equity[ledger.length - 1] }));
}
