/** Closed trades of the judged agents as a table, for `trades.parquet`. */

import type { Table } from '../core/storage/parquet.ts';
import type { Ledger } from '../envs/ledger.ts';
import { findTrades } from '../evaluation/trades.ts';

/** One row a closed round trip, agents in order, each agent's paths in order; money in quote currency. */
export function makeTradesTable(ledgers: ReadonlyMap<string, readonly Ledger[]>): Table {
  const rows = [...ledgers].flatMap(([agent, books]) =>
    books.flatMap((ledger) => {
      const { closeTimeMs, close } = ledger.columns();
      return findTrades(ledger).map((trade) => ({ agent, path: ledger.path, ...trade, closeTimeMs, close }));
    }),
  );
  return {
    agent: rows.map((row) => row.agent),
    path: rows.map((row) => row.path),
    side: rows.map((row) => row.side),
    openedTimeMs: Float64Array.from(rows, (row) => row.closeTimeMs[row.openedBar]),
    closedTimeMs: Float64Array.from(rows, (row) => row.closeTimeMs[row.closedBar]),
    bars: Int32Array.from(rows, (row) => row.closedBar - row.openedBar),
    closeAtOpening: Float64Array.from(rows, (row) => row.close[row.openedBar]),
    closeAtClosing: Float64Array.from(rows, (row) => row.close[row.closedBar]),
    pnl: Float64Array.from(rows, (row) => row.pnl),
  };
}
