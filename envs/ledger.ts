/** The book of one account, a row a bar: what backtest, paper and live write, and what judges and charts read. */

import { ColumnLog } from '../core/columnLog.ts';
import { ACCOUNT_FIGURES } from './accountFigures.ts';
import type { FillLog } from './fillLog.ts';

/** Amounts of a row belong to that bar alone; equity and position stand at its close. */
export const LEDGER_COLUMNS = [
  /** Close time of the bar, UTC epoch milliseconds. */
  'closeTimeMs',
  /** Price the account is marked at. */
  'close',
  /** Row of the worlds' columns; -1 in a live run that has none. */
  'row',
  ...ACCOUNT_FIGURES,
  /** Index into REGIMES or UNKNOWN_REGIME, of the bar as it was made or as it was known before it opened; see `Worlds.regime`. */
  'regime',
] as const;

export type LedgerColumn = (typeof LEDGER_COLUMNS)[number];
export type LedgerRow = Readonly<Record<LedgerColumn, number>>;

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
