/** Account arithmetic, once: training, backtest, paper broker and live all fill, charge and mark through this file. */

import type { RngColumns } from '../core/rngColumns.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import { BPS } from '../core/units.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';
import { AccountColumns } from './accountColumns.ts';
import { writeAccountState } from './accountState.ts';
import type { TradingRules } from './tradingRules.ts';

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
  /** Sizing, limits, exits, margin and funding; null or absent: the weight asked for is the weight held. */
  readonly rules?: TradingRules | null;
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
 * Under `rules` (see {@link TradingRules}) the weight asked for is sized and limited before the fill, funding joins the
 * interest, and the bar's range may close the position at a stop, a profit or a liquidation, whose penalty is a fee.
 *
 * Conserved: start cash + price gains at mid + writeOff - all costs = cash + quantity * mark.
 */
export class Accounts extends AccountColumns implements Resumable {
  readonly #execution: ExecutionModel;
  readonly #prices: PriceColumns;
  readonly #streams: RngColumns;
  readonly #floor: number;
  readonly #rules: TradingRules | null;

  constructor(options: AccountsOptions) {
    super(options.count, options.startEquity);
    const { execution } = options;
    this.#execution = execution;
    this.#prices = options.prices;
    this.#streams = options.streams;
    this.#rules = options.rules ?? null;
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
    if (this.#rules !== null) this.#rules.open(i);
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
    const rules = this.#rules;
    let weight = targetWeight;
    let trades = targetWeight !== this.targetWeight[i];
    if (rules !== null) {
      weight = rules.aim(this, i, targetWeight, row);
      trades = !Number.isNaN(weight);
    }
    if (trades) {
      const before = this.quantity[i];
      this.targetWeight[i] = targetWeight;
      const equityAfter = this.#trade(i, weight, mid, this.#prices.session[row]);
      if (equityAfter <= this.#floor) return this.#ruin(i, equityAfter);
      if (rules !== null) rules.noteFill(i, before, this.quantity[i], mid);
    }

    let cash = this.cash[i];
    let quantity = this.quantity[i];
    if ((quantity < 0 || cash < 0) && this.costMode[i] !== NONE) {
      let interest = 0;
      if (quantity < 0) interest -= quantity * mid * this.#execution.borrowRatePerBar;
      if (cash < 0) interest -= cash * this.#execution.cashRatePerBar;
      this.interestCost[i] = interest;
      cash -= interest;
      this.cash[i] = cash;
    }
    if (rules !== null && quantity !== 0) {
      this.#liveUnder(rules, i, row);
      cash = this.cash[i];
      quantity = this.quantity[i];
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
    const rules = this.#rules === null ? {} : { rules: this.#rules.save() };
    return { ...this.saveColumns(), streams: this.#streams.save(), ...rules };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'accounts');
    this.restoreColumns(saved);
    this.#streams.restore(reader.any('streams'));
    if (this.#rules !== null) this.#rules.restore(reader.any('rules'));
  }

  /** Funding of the bar, and the exit that its range brings. */
  #liveUnder(rules: TradingRules, i: number, row: number): void {
    const isCharged = this.costMode[i] !== NONE;
    if (isCharged) {
      const funding = this.quantity[i] * this.#prices.open[row] * rules.fundingRatePerBar;
      this.interestCost[i] += funding;
      this.cash[i] -= funding;
    }
    const price = rules.findExit(this, i, row);
    if (Number.isNaN(price)) return;
    const notional = Math.abs(this.quantity[i]) * price;
    this.#trade(i, 0, price, this.#prices.session[row]);
    if (!isCharged || !rules.isLiquidated(i)) return;
    const penalty = notional * rules.liquidationRate;
    this.feeCost[i] += penalty;
    this.cash[i] -= penalty;
    this.entryEquity[i] = this.cash[i];
  }

  /** Trades to a weight; the cost of the fill leaves cash. Returns equity at mid after it. */
  #trade(i: number, weight: number, mid: number, session: number): number {
    const quantity = this.quantity[i];
    const equity = this.cash[i] + quantity * mid;
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
    this.tradedNotional[i] += notional;
    this.spreadCost[i] += notional * spread;
    this.slippageCost[i] += notional * slippage;
    this.feeCost[i] += notional * fee;
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
    if (this.#rules !== null) this.#rules.clearBar(i);
  }
}
