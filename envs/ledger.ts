/** The book of one account, a row a bar: what backtest, paper and live write, and what judges and charts read. */

import { ColumnLog, type NumberColumns } from '../core/columnLog.ts';
import { COST_COLUMNS } from '../market/execution/costs.ts';
import type { FillLog } from './fillLog.ts';

/** Amounts of a row belong to that bar alone; equity and position stand at its close. */
export const LEDGER_COLUMNS = [
  /** Close time of the bar, UTC epoch milliseconds. */
  'closeTimeMs',
  /** Price the account is marked at. */
  'close',
  /** Row of the worlds' columns; -1 in a live run that has none. */
  'row',
  /** Signed fraction of equity that was decided on the bar before. */
  'targetWeight',
  /** Signed units of base held at the close. */
  'quantity',
  'cash',
  /** cash + quantity * close. */
  'equity',
  /** Notional traded in the bar, quote currency, unsigned. */
  'tradedNotional',
  /** Costs of the bar, quote currency, >= 0 each but funding received; see COSTS and COST_PARTS. */
  ...COST_COLUMNS,
  /** Signed units of base that the order at work has still to fill after the bar. */
  'pendingQuantity',
  /** Index into `execution.venues` of the last fill; -1 where nothing was traded, or there is no choice. */
  'venue',
  /** Index into REGIMES or UNKNOWN_REGIME. */
  'regime',
] as const;

export type LedgerColumn = (typeof LEDGER_COLUMNS)[number];
export type LedgerRow = Readonly<Record<LedgerColumn, number>>;

/** Columns of equal length, one row a bar, in time order. */
export type LedgerColumns = NumberColumns<LedgerColumn>;

export interface LedgerOptions {
  readonly capacity?: number;
  /** Written beside the rows; null or absent where only bars are known. */
  readonly fills?: FillLog | null;
}

/** Collects rows one at a time into columns. */
export class Ledger extends ColumnLog<LedgerColumn> {
  readonly path: string;
  readonly startEquity: number;
  /** Every fill of the account, told by the row in whose bar it happened; null where only bars are known. */
  readonly fills: FillLog | null;

  /** @param startEquity equity before the first row, quote currency */
  constructor(path: string, startEquity: number, { capacity, fills = null }: LedgerOptions = {}) {
    super(LEDGER_COLUMNS, capacity);
    this.path = path;
    this.startEquity = startEquity;
    this.fills = fills;
  }
}
