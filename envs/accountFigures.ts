/** What is told of an account at the close of a bar: once for ledger, paper broker and info. */

import type { AccountColumns } from './accountColumns.ts';

/** Amounts in quote currency; costs and the notional traded are of the bar alone. */
export interface AccountFigures {
  readonly cash: number;
  /** Signed units of base. */
  readonly quantity: number;
  readonly equity: number;
  /** Signed fraction of equity last traded to. */
  readonly targetWeight: number;
  readonly tradedNotional: number;
  readonly feeCost: number;
  readonly spreadCost: number;
  readonly slippageCost: number;
  readonly interestCost: number;
  /** Of spread and slippage, what filling late cost; of slippage, what the order's own impact did. */
  readonly latencyCost: number;
  readonly impactCost: number;
  /** Signed units of base that the order at work has still to fill. */
  readonly pendingQuantity: number;
  /** Index of the venue last filled at in the bar; -1 where nothing was traded, or there is one only. */
  readonly venue: number;
}

/** The figures of account `i` as of its last mark. */
export const figuresOf = (accounts: AccountColumns, i: number): AccountFigures => ({
  cash: accounts.cash[i],
  quantity: accounts.quantity[i],
  equity: accounts.equity[i],
  targetWeight: accounts.targetWeight[i],
  tradedNotional: accounts.tradedNotional[i],
  feeCost: accounts.feeCost[i],
  spreadCost: accounts.spreadCost[i],
  slippageCost: accounts.slippageCost[i],
  interestCost: accounts.interestCost[i],
  latencyCost: accounts.latencyCost[i],
  impactCost: accounts.impactCost[i],
  pendingQuantity: accounts.pendingQuantity[i],
  venue: accounts.venue[i],
});
