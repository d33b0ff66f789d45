/** A row of the ledger from what a broker tells of its account. */

import type { LedgerRow } from '../envs/ledger.ts';
import { UNKNOWN_REGIME } from '../market/regimes/regime.ts';
import type { AccountSnapshot } from './broker.ts';

export const ledgerRow = (account: AccountSnapshot, at: Pick<LedgerRow, 'closeTimeMs' | 'close'>): LedgerRow => ({
  ...at,
  row: -1,
  targetWeight: account.targetWeight,
  quantity: account.quantity,
  cash: account.cash,
  equity: account.equity,
  tradedNotional: account.tradedNotional,
  feeCost: account.feeCost,
  spreadCost: account.spreadCost,
  slippageCost: account.slippageCost,
  interestCost: account.interestCost,
  latencyCost: account.latencyCost,
  impactCost: account.impactCost,
  pendingQuantity: account.pendingQuantity,
  venue: account.venue,
  regime: UNKNOWN_REGIME,
});
