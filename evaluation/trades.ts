/** Round trips of a ledger: from flat or the other side, to flat or the other side. */

import type { NumberColumns } from '../core/columnLog.ts';
import { FILL_CAUSES, type FillColumn } from '../envs/fillLog.ts';
import type { Ledger } from '../envs/ledger.ts';
import { costRow, type CostRow } from '../market/execution/costs.ts';
import { fillsOfBars } from './barFills.ts';
import { RoundTrip, type FillPart } from './roundTrip.ts';

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
export function findTrades(ledger: Ledger): Trade[] {
  const { interestCost, equity } = ledger.columns();
  const fills = ledger.fills ?? fillsOfBars(ledger);
  const log = fills.columns();
  const trips: RoundTrip[] = [];
  let position = 0;
  let chargedBars = 0;
  let chargedOfBar = 0;
  /** Interest is paid by a position, so by the trade at hand. @param ofBar what of the bar's was paid so far */
  const chargeUntil = (bar: number, ofBar: number): void => {
    for (; chargedBars < bar; chargedBars++) {
      trips.at(-1)?.accrue(interestCost[chargedBars] - chargedOfBar);
      chargedOfBar = 0;
    }
    trips.at(-1)?.accrue(ofBar - chargedOfBar);
    chargedOfBar = ofBar;
  };
  for (let at = 0; at < fills.length; at++) {
    const fill = fillAt(log, at);
    chargeUntil(fill.bar, log.interestBefore[at]);
    const { closing, opening } = splitFill(fill, position);
    if (closing !== null) trips.at(-1)?.fill(closing);
    if (closing !== null && (opening !== null || fill.after === 0)) trips.at(-1)?.close(fill.bar, closing.cash);
    if (opening !== null) trips.push(new RoundTrip(opening, trips.at(-1)?.cashFlat ?? ledger.startEquity));
    if (fill.cause === BY_RUIN) trips.at(-1)?.forgive(log.writeOff[at], fill.cash);
    position = fill.after;
  }
  chargeUntil(ledger.length, 0);
  return trips.map((trip) => trip.end({ bar: ledger.length - 1, position, equity: equity[ledger.length - 1] }));
}

const fillAt = (log: NumberColumns<FillColumn>, at: number) => ({
  bar: log.bar[at],
  cause: log.cause[at],
  quantity: log.quantity[at],
  price: log.price[at],
  after: log.quantityAfter[at],
  cash: log.cashAfter[at],
  costs: costRow((column) => (column === 'interestCost' ? 0 : log[column][at])),
});

/**
 * What of a fill is the trade at hand's, and what opens another.
 *
 * Of a reversal, the first part closes the position; its cash is that of the account were it flat then.
 */
function splitFill(
  fill: ReturnType<typeof fillAt>,
  position: number,
): { readonly closing: FillPart | null; readonly opening: FillPart | null } {
  const { quantity, price, after, costs, cash } = fill;
  if (position === 0 && after === 0) return { closing: null, opening: null };
  const whole = { ...fill, share: 1 };
  if (position === 0) return { closing: null, opening: whole };
  if (position * after >= 0) return { closing: whole, opening: null };
  const share = Math.abs(position / quantity);
  const cashFlat = cash + after * price + (1 - share) * costs.feeCost;
  return {
    closing: { ...fill, quantity: -position, share, cash: cashFlat },
    opening: { ...fill, quantity: after, share: 1 - share },
  };
}
