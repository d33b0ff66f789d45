/** The state of many accounts in one instrument, a column per quantity and an entry per account. */

import { SavedReader, type Saved } from '../core/saved.ts';

/** What every reader of accounts sees; only the accounts themselves write it. */
export class AccountColumns {
  readonly count: number;
  readonly startEquity: number;
  /** Quote currency. */
  readonly cash: Float64Array;
  /** Signed units of base. */
  readonly quantity: Float64Array;
  /** cash + quantity * mark. */
  readonly equity: Float64Array;
  /** Highest equity at a close, or at the opening. */
  readonly peakEquity: Float64Array;
  /** Price of the last mark. */
  readonly mark: Float64Array;
  /** Signed fraction of equity last asked for. */
  readonly targetWeight: Float64Array;
  /** Of the last bar, quote currency, >= 0: unsigned notional at mid. */
  readonly tradedNotional: Float64Array;
  readonly feeCost: Float64Array;
  readonly spreadCost: Float64Array;
  readonly slippageCost: Float64Array;
  readonly interestCost: Float64Array;
  /** What of spread and slippage was the price of filling late. */
  readonly latencyCost: Float64Array;
  /** What of slippage was the market impact of the order itself. */
  readonly impactCost: Float64Array;
  /** Index of the venue last filled at in the bar; -1 where nothing was traded, or there is one only. */
  readonly venue: Float64Array;
  /** Signed units of base that the order at work has still to fill. */
  readonly pendingQuantity: Float64Array;
  /** Equity at mid just after the trade that opened the position held, or closed the last one. */
  readonly entryEquity: Float64Array;
  readonly barsInPosition: Float64Array;
  /** What ruin forgave, quote currency, >= 0. */
  readonly writeOff: Float64Array;
  /** Index into COST_MODES. */
  readonly costMode: Uint8Array;
  /** 1 once equity has reached the floor. */
  readonly ruined: Uint8Array;

  constructor(count: number, startEquity: number) {
    const column = () => new Float64Array(count);
    this.count = count;
    this.startEquity = startEquity;
    this.cash = column();
    this.quantity = column();
    this.equity = column();
    this.peakEquity = column();
    this.mark = column();
    this.targetWeight = column();
    this.tradedNotional = column();
    this.feeCost = column();
    this.spreadCost = column();
    this.slippageCost = column();
    this.interestCost = column();
    this.latencyCost = column();
    this.impactCost = column();
    this.venue = column().fill(-1);
    this.pendingQuantity = column();
    this.entryEquity = column();
    this.barsInPosition = column();
    this.writeOff = column();
    this.costMode = new Uint8Array(count);
    this.ruined = new Uint8Array(count);
  }

  /** Makes account `to` what account `from` of `source` is: all that its next bar depends on. */
  copyFrom(source: AccountColumns, from: number, to: number): void {
    this.cash[to] = source.cash[from];
    this.quantity[to] = source.quantity[from];
    this.equity[to] = source.equity[from];
    this.peakEquity[to] = source.peakEquity[from];
    this.mark[to] = source.mark[from];
    this.targetWeight[to] = source.targetWeight[from];
    this.entryEquity[to] = source.entryEquity[from];
    this.barsInPosition[to] = source.barsInPosition[from];
    this.costMode[to] = source.costMode[from];
    this.ruined[to] = source.ruined[from];
  }

  saveColumns(): { readonly [name: string]: Saved } {
    return Object.fromEntries(this.#columns().map(([name, column]) => [name, column.slice()]));
  }

  /** @throws InputError when a column is missing or of another length */
  restoreColumns(saved: Saved): void {
    const reader = new SavedReader(saved, 'accounts');
    for (const [name, column] of this.#columns()) reader.into(name, column);
  }

  #columns(): [string, Float64Array | Uint8Array][] {
    const isColumn = (value: unknown) => value instanceof Float64Array || value instanceof Uint8Array;
    return Object.entries(this).filter((entry): entry is [string, Float64Array | Uint8Array] => isColumn(entry[1]));
  }
}
