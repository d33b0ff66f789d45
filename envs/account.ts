/** Account arithmetic, once: training, backtest, paper broker and live all fill, charge and mark through this file. */

import type { RngColumns } from '../core/rngColumns.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import { BPS } from '../core/units.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';
import { writeAccountState } from './accountState.ts';

/** An account at or below this share of its starting equity is ruined. */
export const DEFAULT_RUIN_FRACTION = 1e-3;

const SAMPLE = COST_MODES.indexOf('sample');
const P90 = COST_MODES.indexOf('p90');
const NONE = COST_MODES.indexOf('none');

/** The prices that accounts trade and are marked at; a live broker overwrites a single row bar by bar. */
export interface PriceColumns {
  readonly open: Float64Array;
  readonly close: Float64Array;
  /** Index into SESSIONS. */
  readonly session: Uint8Array;
}

export interface AccountsOptions {
  readonly count: number;
  /** Cash that an account opens with, quote currency. */
  readonly startEquity: number;
  readonly execution: ExecutionModel;
  readonly prices: PriceColumns;
  /** One stream per account; read only when a fill is sampled. */
  readonly streams: RngColumns;
  readonly ruinFraction?: number;
}

/**
 * Many independent accounts in one instrument, a column per quantity and an entry per account.
 *
 * One bar, in this order:
 * 1. Fill. Where the target weight differs from the last one, the position is traded at the bar's open so that its
 *    notional at mid is exactly `|weight| * equity after the costs of the trade`; a long of weight 1 needs no credit.
 *    While the target stays the same nothing is traded, however far the price has carried the weight.
 *    A buy fills at mid * (1 + (half-spread + slippage)), a sell at mid * (1 - ...); the taker fee is charged apart. All
 *    three are fractions of the notional at mid. Slippage is that of the order before its costs are taken off.
 *    A decision later than the latency budget pays p90 spread and slippage.
 * 2. Interest, every bar: the borrow rate on the notional of a short at the open, the cash rate on negative cash. It
 *    leaves cash; a short of the whole account at 0.1 % a bar on a flat price has lost 30 % of it after 300 bars.
 * 3. Mark at the bar's close.
 *
 * Ruin: an account whose equity at an open, after a trade, or at a close is at or below the floor (`ruinFraction` of its
 * starting equity) is closed there, holds the floor in cash, and trades no more; `writeOff` keeps what was forgiven.
 * Cost mode `none` charges nothing at all: no spread, slippage, fee or interest.
 *
 * Conserved: start cash + price gains at mid + writeOff - all costs = cash + quantity * mark.
 */
export class Accounts implements Resumable {
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
  /** Equity at mid just after the trade that opened the position held, or closed the last one. */
  readonly entryEquity: Float64Array;
  readonly barsInPosition: Float64Array;
  /** What ruin forgave, quote currency, >= 0. */
  readonly writeOff: Float64Array;
  /** Index into COST_MODES. */
  readonly costMode: Uint8Array;
  /** 1 once equity has reached the floor. */
  readonly ruined: Uint8Array;

  readonly #execution: ExecutionModel;
  readonly #prices: PriceColumns;
  readonly #streams: RngColumns;
  readonly #floor: number;

  constructor(options: AccountsOptions) {
    const column = () => new Float64Array(options.count);
    this.count = options.count;
    this.startEquity = options.startEquity;
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
    this.entryEquity = column();
    this.barsInPosition = column();
    this.writeOff = column();
    this.costMode = new Uint8Array(options.count);
    this.ruined = new Uint8Array(options.count);
    const { execution } = options;
    this.#execution = execution;
    this.#prices = options.prices;
    this.#streams = options.streams;
    this.#floor = (options.ruinFraction ?? DEFAULT_RUIN_FRACTION) * options.startEquity;
  }

  /** Starts account `i` anew, flat in cash. @param mark price known at the opening */
  open(i: number, costMode: number, mark: number): void {
    this.cash[i] = this.startEquity;
    this.quantity[i] = 0;
    this.equity[i] = this.startEquity;
    this.peakEquity[i] = this.startEquity;
    this.mark[i] = mark;
    this.targetWeight[i] = 0;
    this.#clearBar(i);
    this.entryEquity[i] = this.startEquity;
    this.barsInPosition[i] = 0;
    this.writeOff[i] = 0;
    this.costMode[i] = costMode;
    this.ruined[i] = 0;
  }

  /** Lives one bar: trades account `i` toward the target at the open of `row`, charges interest, marks at its close. */
  stepBar(i: number, targetWeight: number, row: number): void {
    const mid = this.#prices.open[row];
    const mark = this.#prices.close[row];
    this.mark[i] = mark;
    this.#clearBar(i);
    if (this.ruined[i] === 1) return;

    const equityAtOpen = this.cash[i] + this.quantity[i] * mid;
    if (equityAtOpen <= this.#floor) return this.#ruin(i, equityAtOpen);
    if (targetWeight !== this.targetWeight[i]) {
      this.targetWeight[i] = targetWeight;
      const equityAfter = this.#trade(i, equityAtOpen, mid, this.#prices.session[row]);
      if (equityAfter <= this.#floor) return this.#ruin(i, equityAfter);
    }

    const quantity = this.quantity[i];
    let cash = this.cash[i];
    if ((quantity < 0 || cash < 0) && this.costMode[i] !== NONE) {
      let interest = 0;
      if (quantity < 0) interest -= quantity * mid * this.#execution.borrowRatePerBar;
      if (cash < 0) interest -= cash * this.#execution.cashRatePerBar;
      this.interestCost[i] = interest;
      cash -= interest;
      this.cash[i] = cash;
    }

    const equity = cash + quantity * mark;
    if (equity <= this.#floor) return this.#ruin(i, equity);
    this.equity[i] = equity;
    if (equity > this.peakEquity[i]) this.peakEquity[i] = equity;
    if (quantity !== 0) this.barsInPosition[i] += 1;
  }

  /** Writes the STATE_COLUMNS of account `i` as of its last mark to `out[offset ..]`. */
  writeState(i: number, out: Float32Array, offset: number): void {
    writeAccountState(this, i, out, offset);
  }

  save(): Saved {
    const columns = Object.fromEntries(this.#columns().map(([name, column]) => [name, column.slice()]));
    return { ...columns, streams: this.#streams.save() };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'accounts');
    for (const [name, column] of this.#columns()) reader.into(name, column);
    this.#streams.restore(reader.any('streams'));
  }

  /** Trades to the target weight; the cost of the fill leaves cash. Returns equity at mid after it. */
  #trade(i: number, equity: number, mid: number, session: number): number {
    const weight = this.targetWeight[i];
    const quantity = this.quantity[i];
    const wanted = weight * equity - quantity * mid;
    if (wanted === 0) return equity;

    let spread = 0;
    let slippage = 0;
    let fee = 0;
    const chosenMode = this.costMode[i];
    if (chosenMode !== NONE) {
      const execution = this.#execution;
      const sampled = chosenMode === SAMPLE;
      const latencyMs = execution.latencyMs(chosenMode, sampled ? this.#streams.next(i) : 0);
      const mode = latencyMs > execution.latencyBudgetMs ? P90 : chosenMode;
      spread = BPS * execution.halfSpreadBps(session, mode, sampled ? this.#streams.next(i) : 0);
      slippage = BPS * execution.slippageBps(session, mode, Math.abs(wanted), sampled ? this.#streams.next(i) : 0);
      fee = BPS * execution.takerFeeBps;
    }

    // Notional n with quantity * mid +- n = weight * (equity - rate * n), solved for a buy (+) or a sell (-).
    const rate = spread + slippage + fee;
    const reach = wanted > 0 ? 1 + weight * rate : 1 - weight * rate;
    let notional = Math.abs(wanted) / reach;
    if (reach < 1) {
      // Reducing a levered position can cost more than the account holds: then it is closed, and that ruins it.
      const position = Math.abs(quantity * mid);
      if (!(notional >= 0 && notional <= position)) notional = position;
    }
    const after = equity - notional * rate;
    this.tradedNotional[i] = notional;
    this.spreadCost[i] = notional * spread;
    this.slippageCost[i] = notional * slippage;
    this.feeCost[i] = notional * fee;
    this.quantity[i] = (weight * after) / mid;
    this.cash[i] = after - weight * after;
    if (weight * quantity <= 0) {
      this.entryEquity[i] = after;
      this.barsInPosition[i] = 0;
    }
    return after;
  }

  #ruin(i: number, equity: number): void {
    this.writeOff[i] += this.#floor - equity;
    this.cash[i] = this.#floor;
    this.quantity[i] = 0;
    this.equity[i] = this.#floor;
    this.entryEquity[i] = this.#floor;
    this.barsInPosition[i] = 0;
    this.ruined[i] = 1;
  }

  #clearBar(i: number): void {
    this.tradedNotional[i] = 0;
    this.feeCost[i] = 0;
    this.spreadCost[i] = 0;
    this.slippageCost[i] = 0;
    this.interestCost[i] = 0;
  }

  #columns(): [string, Float64Array | Uint8Array][] {
    const isColumn = (value: unknown) => value instanceof Float64Array || value instanceof Uint8Array;
    return Object.entries(this).filter((entry): entry is [string, Float64Array | Uint8Array] => isColumn(entry[1]));
  }
}
