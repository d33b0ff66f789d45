/** What is told of an account at the close of a bar: once for ledger, paper broker and info. */

import { costRow, type CostRow } from '../market/execution/costs.ts';
import type { AccountColumns } from './accountColumns.ts';

/** Amounts in quote currency; costs and the notional traded are of the bar alone. */
export interface AccountFigures extends CostRow {
  readonly cash: number;
  /** Signed units of base. */
  readonly quantity: number;
  readonly equity: number;
  /** Signed fraction of equity last traded to. */
  readonly targetWeight: number;
  readonly tradedNotional: number;
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
  ...costRow((column) => accounts[column][i]),
  pendingQuantity: accounts.pendingQuantity[i],
  venue: accounts.venue[i],
});
