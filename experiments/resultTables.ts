/** The tables of `ledgers.parquet`, `fills.parquet` and `trades.parquet`: their columns, and the rows that a ledger gives. */

import type { StreamedTypes } from '../core/storage/parquetStream.ts';
import { FILL_CAUSES, FILL_COLUMNS } from '../envs/fillLog.ts';
import type { Ledger } from '../envs/ledger.ts';
import { fillsOfBars } from '../evaluation/barFills.ts';
import { findTrades, type Trade } from '../evaluation/trades.ts';
import { COST_COLUMNS, FILL_COST_COLUMNS } from '../market/execution/costs.ts';
import { REGIMES } from '../market/regimes/regime.ts';

export interface ResultTable {
  /** Columns beside those that name the walk and its path. */
  readonly types: StreamedTypes;
  /** Every column, of equal length; NaN is null. */
  rows(ledger: Ledger): Readonly<Record<string, Float64Array>>;
}

const doubles = (names: readonly string[]): StreamedTypes => Object.fromEntries(names.map((name) => [name, 'DOUBLE']));

/** An index of -1 is none. */
const unlessNone = (column: Float64Array): Float64Array => column.map((index) => (index < 0 ? NaN : index));

/** A row a bar. */
export const ledgersTable: ResultTable = {
  types: {
    bar: 'INTEGER',
    closeTimeMs: 'BIGINT',
    close: 'DOUBLE',
    regime: { labels: [...REGIMES, 'unknown'] },
    ...doubles(['targetWeight', 'quantity', 'cash', 'equity', 'tradedNotional', 'fillPrice', ...COST_COLUMNS]),
    pendingQuantity: 'DOUBLE',
    venue: 'INTEGER',
  },
  rows: (ledger) => {
    const { row: _row, ...columns } = ledger.columns();
    return {
      ...columns,
      bar: Float64Array.from({ length: ledger.length }, (_, bar) => bar),
      regime: columns.regime.map((label) => Math.min(label, REGIMES.length)),
      fillPrice: averageFillPrices(ledger),
      venue: unlessNone(columns.venue),
    };
  },
};

/** A row a fill, in order. */
export const fillsTable: ResultTable = {
  types: {
    bar: 'INTEGER',
    closeTimeMs: 'BIGINT',
    cause: { labels: FILL_CAUSES },
    ...doubles(['quantity', 'mid', 'price', ...FILL_COST_COLUMNS]),
    venue: 'INTEGER',
    ...doubles(['interestBefore', 'quantityAfter', 'cashAfter', 'writeOff']),
  },
  rows: (ledger) => {
    const { closeTimeMs } = ledger.columns();
    const columns = (ledger.fills ?? fillsOfBars(ledger)).columns();
    return {
      ...Object.fromEntries(FILL_COLUMNS.map((name) => [name, columns[name]])),
      closeTimeMs: columns.bar.map((bar) => closeTimeMs[bar]),
      venue: unlessNone(columns.venue),
    };
  },
};

/** A row a round trip, in order; the last of a path may be open. */
export const tradesTable: ResultTable = {
  types: {
    side: { labels: ['long', 'short'] },
    isOpen: 'BOOLEAN',
    openedBar: 'INTEGER',
    closedBar: 'INTEGER',
    openedTimeMs: 'BIGINT',
    closedTimeMs: 'BIGINT',
    fills: 'INTEGER',
    ...doubles(['entryPrice', 'exitPrice', 'boughtQuantity', 'soldQuantity', 'openQuantity', 'markPrice']),
    ...doubles([...COST_COLUMNS, 'writeOff', 'pnl']),
  },
  rows: (ledger) => {
    const { closeTimeMs, close } = ledger.columns();
    const trades = findTrades(ledger);
    const column = (read: (trade: Trade) => number) => Float64Array.from(trades, read);
    const mark = close[ledger.length - 1];
    return {
      side: column(({ side }) => (side === 'long' ? 0 : 1)),
      isOpen: column(({ isOpen }) => Number(isOpen)),
      openedBar: column(({ openedBar }) => openedBar),
      closedBar: column(({ closedBar }) => closedBar),
      openedTimeMs: column(({ openedBar }) => closeTimeMs[openedBar]),
      closedTimeMs: column(({ closedBar }) => closeTimeMs[closedBar]),
      fills: column(({ fills }) => fills),
      entryPrice: column(({ entryPrice }) => entryPrice),
      exitPrice: column(({ exitPrice }) => exitPrice),
      boughtQuantity: column(({ boughtQuantity }) => boughtQuantity),
      soldQuantity: column(({ soldQuantity }) => soldQuantity),
      openQuantity: column(({ openQuantity }) => openQuantity),
      markPrice: column(({ isOpen }) => (isOpen ? mark : NaN)),
      ...Object.fromEntries(COST_COLUMNS.map((cost) => [cost, column((trade) => trade[cost])])),
      writeOff: column(({ writeOff }) => writeOff),
      pnl: column(({ pnl }) => pnl),
    };
  },
};

/** (bars) average over the units that each bar traded; NaN where it traded none. */
function averageFillPrices(ledger: Ledger): Float64Array {
  const { bar, quantity, price } = (ledger.fills ?? fillsOfBars(ledger)).columns();
  const units = new Float64Array(ledger.length);
  const values = new Float64Array(ledger.length);
  for (let fill = 0; fill < bar.length; fill++) {
    units[bar[fill]] += Math.abs(quantity[fill]);
    values[bar[fill]] += Math.abs(quantity[fill]) * price[fill];
  }
  return values.map((value, at) => value / units[at]);
}
