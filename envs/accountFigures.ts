/** What is told of an account at the close of a bar: once for ledger, paper broker and info. */

import { COST_COLUMNS } from '../market/execution/costs.ts';
import type { AccountColumns } from './accountColumns.ts';

/** Amounts in quote currency; costs and the notional traded are of the bar alone. */
export const ACCOUNT_FIGURES = [
  /** Signed fraction of equity last traded to. */
  'targetWeight',
  /** Signed units of base. */
  'quantity',
  'cash',
  /** cash + quantity * mark. */
  'equity',
  /** Notional traded in the bar, unsigned. */
  'tradedNotional',
  /** Costs of the bar, >= 0 each but funding received; see COSTS and COST_PARTS. */
  ...COST_COLUMNS,
  /** Signed units of base that the order at work has still to fill. */
  'pendingQuantity',
  /** Index of the venue last filled at in the bar; -1 where nothing was traded, or there is one only. */
  'venue',
] as const;

export type AccountFigure = (typeof ACCOUNT_FIGURES)[number];
export type AccountFigures = Readonly<Record<AccountFigure, number>>;

/** The figures of account `i` as of its last mark. */
export function figuresOf(accounts: AccountColumns, i: number): AccountFigures {
  const figures = {} as Record<AccountFigure, number>;
  copyFigures(accounts, i, figures);
  return figures;
}

/** The same, into an object that is there: a backtest does it once a bar, and objects cost more than bars. */
export function copyFigures(accounts: AccountColumns, i: number, out: Record<AccountFigure, number>): void {
  for (const figure of ACCOUNT_FIGURES) out[figure] = accounts[figure][i];
}
