/** A row of the ledger from what a broker tells of its account. */

import { ACCOUNT_FIGURES, type AccountFigures } from '../envs/accountFigures.ts';
import type { LedgerRow } from '../envs/ledger.ts';
import { UNKNOWN_REGIME } from '../market/regimes/regime.ts';
import type { AccountSnapshot } from './broker.ts';

export const ledgerRow = (account: AccountSnapshot, at: Pick<LedgerRow, 'closeTimeMs' | 'close'>): LedgerRow => {
  const figures = ACCOUNT_FIGURES.map((figure) => [figure, account[figure]]);
  return { ...at, row: -1, ...(Object.fromEntries(figures) as AccountFigures), regime: UNKNOWN_REGIME };
};
