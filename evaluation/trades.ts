/** Round trips of a ledger: from flat or the other side, to flat or the other side. */

import type { Ledger } from '../envs/ledger.ts';

/** A closed round trip; one still open at the ledger's end is none. */
export interface Trade {
  /** Bars of the ledger in which it was opened and closed. */
  readonly openedBar: number;
  readonly closedBar: number;
  readonly side: 'long' | 'short';
  /** Quote currency, after all costs of entry, holding and exit. */
  readonly pnl: number;
}

/**
 * Finds the closed trades.
 *
 * A change of size on the same side goes on with the trade. A flip closes one trade and opens another within one fill, whose
 * cost is shared between them by notional; its price at mid is the traded notional over the change of quantity.
 */
export function findTrades(ledger: Ledger): Trade[] {
  const { quantity, cash, equity, tradedNotional, feeCost, spreadCost, slippageCost } = ledger.columns();
  const trades: Trade[] = [];
  let openedBar = 0;
  let entryEquity = ledger.startEquity;
  for (let bar = 0; bar < ledger.length; bar++) {
    const before = bar === 0 ? 0 : quantity[bar - 1];
    const after = quantity[bar];
    const cashBefore = bar === 0 ? ledger.startEquity : cash[bar - 1];
    if (Math.sign(before) === Math.sign(after)) continue;
    let exitEquity = equity[bar];
    if (after !== 0) {
      const mid = tradedNotional[bar] / Math.abs(after - before);
      const share = (Math.abs(before) * mid) / tradedNotional[bar];
      exitEquity = cashBefore + before * mid - share * (feeCost[bar] + spreadCost[bar] + slippageCost[bar]);
    }
    if (before !== 0) {
      const side = before > 0 ? 'long' : 'short';
      trades.push({ openedBar, closedBar: bar, side, pnl: exitEquity - entryEquity });
    }
    openedBar = bar;
    entryEquity = exitEquity;
  }
  return trades;
}
