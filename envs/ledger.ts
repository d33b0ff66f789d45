/** The book of one account, a row a bar: what backtest, paper and live write, and what judges and charts read. */

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
  /** Costs of the bar, quote currency, >= 0 each. */
  'feeCost',
  'spreadCost',
  'slippageCost',
  /** Borrow and cash interest; funding received is negative. */
  'interestCost',
  /** What of spread and slippage was the price of deciding later than the latency budget. */
  'latencyCost',
  /** What of slippage was the market impact of the order itself. */
  'impactCost',
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
export type LedgerColumns = Readonly<Record<LedgerColumn, Float64Array>>;

/** Collects rows one at a time into columns. */
export class Ledger {
  readonly path: string;
  readonly startEquity: number;
  #columns: Record<LedgerColumn, Float64Array>;
  #length = 0;

  /** @param startEquity equity before the first row, quote currency */
  constructor(path: string, startEquity: number, capacity = 256) {
    this.path = path;
    this.startEquity = startEquity;
    this.#columns = makeColumns(() => new Float64Array(capacity));
  }

  get length(): number {
    return this.#length;
  }

  append(row: LedgerRow): void {
    if (this.#length === this.#columns.equity.length) {
      const grown = this.#length * 2;
      const old = this.#columns;
      this.#columns = makeColumns((column) => {
        const larger = new Float64Array(grown);
        larger.set(old[column]);
        return larger;
      });
    }
    for (const column of LEDGER_COLUMNS) this.#columns[column][this.#length] = row[column];
    this.#length += 1;
  }

  /** Views of the rows so far; rows appended later may not reach them. */
  columns(): LedgerColumns {
    return makeColumns((column) => this.#columns[column].subarray(0, this.#length));
  }
}

function makeColumns(make: (column: LedgerColumn) => Float64Array): Record<LedgerColumn, Float64Array> {
  const entries = LEDGER_COLUMNS.map((column) => [column, make(column)] as const);
  return Object.fromEntries(entries) as Record<LedgerColumn, Float64Array>;
}
