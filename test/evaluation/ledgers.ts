import { HOUR_MS } from '../../core/units.ts';
import { Ledger, type LedgerRow } from '../../envs/ledger.ts';
import { costRow } from '../../market/execution/costs.ts';
import { UNKNOWN_REGIME } from '../../market/regimes/regime.ts';

/** A ledger of the given equities; what is not said is an account in cash. */
export function ledgerOf(
  equity: readonly number[],
  { path = 'path', startEquity = 100, rows = [] as readonly Partial<LedgerRow>[] } = {},
): Ledger {
  const ledger = new Ledger(path, startEquity);
  equity.forEach((value, bar) => {
    ledger.append({
      closeTimeMs: (bar + 1) * HOUR_MS,
      close: 10,
      row: bar + 1,
      targetWeight: 0,
      quantity: 0,
      cash: value,
      equity: value,
      tradedNotional: 0,
      ...costRow(() => 0),
      pendingQuantity: 0,
      venue: -1,
      regime: UNKNOWN_REGIME,
      ...rows[bar],
    });
  });
  return ledger;
}

/** A ledger whose per-bar log growth is given. */
export function ledgerOfGrowth(growth: readonly number[] | Float64Array, path = 'path'): Ledger {
  let log = Math.log(100);
  return ledgerOf(
    Array.from(growth, (value) => Math.exp((log += value))),
    { path },
  );
}
