/** Account arithmetic, once: training, backtest, paper broker and live all fill, charge and mark through this file. */

import type { RngColumns } from '../core/rngColumns.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import { COST_MODES } from '../market/execution/executionModel.ts';
import { AccountColumns } from './accountColumns.ts';
import type { AccountsOptions, PriceColumns } from './accountsOptions.ts';
import { writeAccountState } from './accountState.ts';
import { Exits } from './exits.ts';
import { closedByRuin, FILLED_AT_OPEN, FILLED_RESTING, type FillObserver } from './fillLog.ts';
import { Fills } from './fills.ts';
import { IdleInterest } from './idleInterest.ts';
import { Orders } from './orders.ts';
import type { TradingRules } from './tradingRules.ts';

/** An account at or below this share of its starting equity is ruined. */
export const DEFAULT_RUIN_FRACTION = 1e-3;

const NONE = COST_MODES.indexOf('none');

/**
 * Many independent accounts in one instrument, a column per quantity and an entry per account.
 *
 * One bar, in this order:
 * 0. Interest and funding of the time since the bar before ended, where that is any (a night, a weekend, a missing bar): on
 *    what was held through it, at the last mark.
 * 1. Fill. Where the target weight differs from the last one, the position is traded at the bar's open so that its
 *    notional at mid is exactly `|weight| * equity after the costs of the trade`; a long of weight 1 needs no credit.
 *    While the target stays the same nothing is traded, however far the price has carried the weight.
 *    A buy fills at mid * (1 + (half-spread + slippage)), a sell at mid * (1 - ...); the taker fee is charged apart. All
 *    three are fractions of the notional at mid. Slippage is that of the order before its costs are taken off.
 *    A decision later than the latency budget pays p90 spread and slippage.
 * 2. Interest of the bar's own timeframe: the borrow rate on the notional of a short at the open, the cash rate on negative
 *    cash. It leaves cash; a short of the whole account at 0.1 % a bar on a flat price has lost 30 % of it after 300 bars. With
 *    that of step 0, a position pays for the time between the opens it was traded at, whatever bars lie between.
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
  readonly #prices: PriceColumns;
  readonly #streams: RngColumns;
  readonly #borrowRatePerBar: number;
  readonly #cashRatePerBar: number;
  readonly #idle: IdleInterest | null;
  readonly #floor: number;
  readonly #fills: Fills;
  readonly #rules: TradingRules | null;
  readonly #exits: Exits | null;
  readonly #orders: Orders | null;
  readonly #fillObserver: FillObserver | null;
  /** Whether an account holds what it is asked to, with neither rules nor orders of its own. */
  readonly #isPlain: boolean;

  constructor(options: AccountsOptions) {
    super(options.count, options.startEquity);
    const { execution, prices, streams, rules = null, orders = null, activity = null, idleBars = null } = options;
    const observer = options.fillObserver ?? null;
    this.#prices = prices;
    this.#streams = streams;
    this.#borrowRatePerBar = execution.borrowRatePerBar;
    this.#cashRatePerBar = execution.cashRatePerBar;
    this.#idle = idleBars === null ? null : new IdleInterest(this, execution, idleBars);
    this.#floor = (options.ruinFraction ?? DEFAULT_RUIN_FRACTION) * options.startEquity;
    const fills = new Fills(this, { execution, session: prices.session, streams, activity, observer });
    const exits = rules === null ? null : new Exits(this, fills, rules);
    this.#fills = fills;
    this.#fillObserver = observer;
    this.#rules = rules;
    this.#exits = exits;
    this.#isPlain = rules === null && orders === null;
    const ground = { accounts: this, fills, execution, activity, rules, exits };
    this.#orders = orders && new Orders({ ...ground, ...orders });
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
    if (this.#orders !== null) this.#orders.clear(i);
  }

  /** Lives one bar: trades account `i` toward the target at the open of `row`, charges interest, marks at its close. */
  stepBar(i: number, targetWeight: number, row: number): void {
    const mid = this.#prices.open[row];
    const mark = this.#prices.close[row];
    const lastMark = this.mark[i];
    this.mark[i] = mark;
    this.#clearBar(i);
    if (this.ruined[i] === 1) return;
    if (this.#idle !== null) this.#idle.charge(i, row, lastMark, this.#rules?.fundingRatePerBar);

    const equityAtOpen = this.cash[i] + this.quantity[i] * mid;
    if (equityAtOpen <= this.#floor) return this.#ruin(i, equityAtOpen, mid);
    if (!this.#isPlain || targetWeight !== this.targetWeight[i]) {
      const equityAfter = this.#isPlain
        ? this.#fills.tradeTo(i, (this.targetWeight[i] = targetWeight), mid, row)
        : this.#tradeByOptions(i, targetWeight, row, lastMark);
      if (equityAfter <= this.#floor) return this.#ruin(i, equityAfter, mid);
    }

    let cash = this.cash[i];
    let quantity = this.quantity[i];
    if ((quantity < 0 || cash < 0) && this.costMode[i] !== NONE) {
      let interest = 0;
      if (quantity < 0) interest -= quantity * mid * this.#borrowRatePerBar;
      if (cash < 0) interest -= cash * this.#cashRatePerBar;
      this.interestCost[i] += interest;
      cash -= interest;
      this.cash[i] = cash;
    }
    if (!this.#isPlain) {
      this.#liveWithin(i, row);
      cash = this.cash[i];
      quantity = this.quantity[i];
    }

    const equity = cash + quantity * mark;
    if (equity <= this.#floor) return this.#ruin(i, equity, mark);
    this.equity[i] = equity;
    if (equity > this.peakEquity[i]) this.peakEquity[i] = equity;
    if (quantity !== 0) this.barsInPosition[i] += 1;
  }

  /** The next order of account `i` goes at the market, whatever kind its orders are of. */
  hurry(i: number): void {
    this.#orders?.hurry(i);
  }

  /** Writes the STATE_COLUMNS of account `i` as of its last mark to `out[offset ..]`. */
  writeState(i: number, out: Float32Array, offset: number): void {
    writeAccountState(this, i, out, offset);
  }

  save(): Saved {
    const rules = this.#rules === null ? {} : { rules: this.#rules.save() };
    const orders = this.#orders === null ? {} : { orders: this.#orders.save() };
    return { ...this.saveColumns(), streams: this.#streams.save(), ...rules, ...orders };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'accounts');
    this.restoreColumns(saved);
    this.#streams.restore(reader.any('streams'));
    if (this.#rules !== null) this.#rules.restore(reader.any('rules'));
    if (this.#orders !== null) this.#orders.restore(reader.any('orders'));
  }

  /** Funding of the bar, and what its range does to orders and position. */
  #liveWithin(i: number, row: number): void {
    const rules = this.#rules;
    if (rules !== null && this.quantity[i] !== 0 && this.costMode[i] !== NONE) {
      const funding = this.quantity[i] * this.#prices.open[row] * rules.fundingRatePerBar;
      this.interestCost[i] += funding;
      this.cash[i] -= funding;
    }
    this.#fills.cause = FILLED_RESTING;
    if (this.#orders === null) this.#exits?.live(i, row, NaN);
    else {
      this.#orders.inRange(i, row);
      this.#orders.atClose(i);
    }
    this.#fills.cause = FILLED_AT_OPEN;
  }

  /** Trades at the open, under orders or rules. Returns equity at the open after it. */
  #tradeByOptions(i: number, targetWeight: number, row: number, lastMark: number): number {
    const mid = this.#prices.open[row];
    const rules = this.#rules;
    if (this.#orders !== null) return this.#orders.atOpen(i, targetWeight, row, lastMark);
    const weight = rules === null ? targetWeight : rules.aim(this, i, targetWeight, row);
    if (Number.isNaN(weight)) return this.cash[i] + this.quantity[i] * mid;
    const before = this.quantity[i];
    this.targetWeight[i] = targetWeight;
    const equity = this.#fills.tradeTo(i, weight, mid, row);
    if (equity > this.#floor && rules !== null) rules.noteFill(i, before, this.quantity[i], mid);
    return equity;
  }

  /** @param price at which what is held is closed */
  #ruin(i: number, equity: number, price: number): void {
    const writeOff = this.#floor - equity;
    this.writeOff[i] += writeOff;
    const held = { quantity: this.quantity[i], price, interest: this.interestCost[i] };
    this.#fillObserver?.onFill(i, closedByRuin(held, { cash: this.#floor, writeOff }));
    this.cash[i] = this.#floor;
    this.quantity[i] = 0;
    this.equity[i] = this.#floor;
    this.entryEquity[i] = this.#floor;
    this.barsInPosition[i] = 0;
    this.ruined[i] = 1;
    if (this.#orders !== null) this.#orders.clear(i);
  }

  #clearBar(i: number): void {
    this.interestCost[i] = 0;
    if (this.tradedNotional[i] !== 0) this.#clearTrade(i);
    if (this.#rules !== null) this.#rules.clearBar(i);
  }

  #clearTrade(i: number): void {
    this.tradedNotional[i] = 0;
    this.feeCost[i] = 0;
    this.spreadCost[i] = 0;
    this.slippageCost[i] = 0;
    this.latencyCost[i] = 0;
    this.impactCost[i] = 0;
    this.venue[i] = -1;
  }
}
