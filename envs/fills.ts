/** Fills: what a trade costs and what it leaves behind, once for orders, exits and plain changes of weight. */

import type { RngColumns } from '../core/rngColumns.ts';
import { BPS } from '../core/units.ts';
import { COST_MODES, impactBps, type ExecutionModel, type ImpactLaw } from '../market/execution/executionModel.ts';
import type { AccountColumns } from './accountColumns.ts';
import { canBeLate, lateSlippage, lateSpread, solveNotional, usualHalfSpread } from './executionRates.ts';
import { FILLED_AT_OPEN, fillOf, type FillObserver } from './fillLog.ts';
import { checkMeasured, type ActivityColumns } from './marketActivity.ts';

const SAMPLE = COST_MODES.indexOf('sample');
const P50 = COST_MODES.indexOf('p50');
const NONE = COST_MODES.indexOf('none');

export interface FillsOptions {
  readonly execution: ExecutionModel;
  /** (rows) index into SESSIONS. */
  readonly session: Uint8Array;
  /** One stream per account; read only when a fill is sampled. */
  readonly streams: RngColumns;
  /** Null where orders move no price. */
  readonly activity: ActivityColumns | null;
  /** Null where nobody keeps a log. */
  readonly observer: FillObserver | null;
}

/**
 * Quotes a trade, then books it: the rates of the last quote are those that the next booking charges.
 *
 * A taking order pays half-spread, slippage, impact and the taker fee, as fractions of its notional at mid; a resting one the maker
 * fee. One whose latency is beyond its budget pays p90 spread and slippage, or what it drew where that is worse.
 */
export class Fills {
  readonly #accounts: AccountColumns;
  readonly #execution: ExecutionModel;
  readonly #session: Uint8Array;
  readonly #streams: RngColumns;
  readonly #activity: ActivityColumns | null;
  readonly #canBeLate: boolean;
  /** What the last sampled quote drew for latency, spread and slippage. */
  readonly #draws = new Float64Array(3);
  /** Of the last quote, fractions of notional. */
  #spread = 0;
  #slippage = 0;
  #fee = 0;
  /** Whether it was late, or moved the price: the next two are of this quote. */
  #isWorse = false;
  /** What of spread and slippage is the price of being late. */
  #late = 0;
  /** What of slippage is the order's own impact. */
  #impact = 0;
  #venue = -1;
  readonly #observer: FillObserver | null;
  /** Index into FILL_CAUSES of what the next fills come of. */
  cause: number = FILLED_AT_OPEN;

  constructor(accounts: AccountColumns, { execution, session, streams, activity, observer }: FillsOptions) {
    this.#accounts = accounts;
    this.#execution = execution;
    this.#session = session;
    this.#streams = streams;
    this.#activity = activity;
    this.#observer = observer;
    this.#canBeLate = canBeLate(execution);
  }

  /** Spread and slippage of the last quote: how far from mid it fills. */
  get distance(): number {
    return this.#spread + this.#slippage;
  }

  /** Trades to a weight at the cost of taking. Returns equity at mid after it. */
  tradeTo(i: number, weight: number, mid: number, row: number): number {
    const accounts = this.#accounts;
    const quantity = accounts.quantity[i];
    const equity = accounts.cash[i] + quantity * mid;
    const wanted = weight * equity - quantity * mid;
    if (wanted === 0) return equity;
    const rate = this.quote(i, Math.abs(wanted), row);
    const notional = solveNotional(wanted, weight, rate, Math.abs(quantity * mid));
    const after = equity - notional * rate;
    this.#charge(i, notional);
    accounts.quantity[i] = (weight * after) / mid;
    accounts.cash[i] = after - weight * after;
    if (weight * quantity <= 0) {
      accounts.entryEquity[i] = after;
      accounts.barsInPosition[i] = 0;
    }
    if (this.#observer !== null) this.#tell(i, quantity, notional, mid);
    return after;
  }

  /** Draws what taking costs an order of this notional; the sum of its rates. */
  quote(i: number, notional: number, row: number): number {
    const chosen = this.#accounts.costMode[i];
    if (chosen === NONE) return this.#set(0, 0, 0);
    const session = this.#session[row];
    const execution = this.#execution.venues === undefined ? this.#execution : this.#route(notional, row);
    const draws = this.#draws;
    if (chosen === SAMPLE) this.#streams.fill(i, draws);
    const isLate = this.#canBeLate && execution.latencyMs(chosen, draws[0]) > execution.latencyBudgetMs;
    const spread = BPS * execution.halfSpreadBps(session, chosen, draws[1]);
    const slippage = BPS * execution.slippageBps(session, chosen, notional, draws[2]);
    const rate = this.#set(spread, slippage, BPS * execution.takerFeeBps);
    return isLate || this.#activity !== null ? this.#worsen(execution, { isLate, notional, row }) : rate;
  }

  /** What a resting order costs; the maker fee where it is lowest. */
  quoteResting(i: number): number {
    if (this.#accounts.costMode[i] === NONE) return this.#set(0, 0, 0);
    const { venues } = this.#execution;
    let { makerFeeBps } = this.#execution;
    let chosen = -1;
    for (let v = 0; venues !== undefined && v < venues.length; v++) {
      const fee = venues[v].costs.makerFeeBps;
      if (chosen >= 0 && fee >= makerFeeBps) continue;
      [chosen, makerFeeBps] = [v, fee];
    }
    this.#venue = chosen;
    return this.#set(0, 0, BPS * makerFeeBps);
  }

  /** Trades to a quantity at the rates last quoted. Returns equity at mid after it. */
  book(i: number, after: number, mid: number): number {
    const accounts = this.#accounts;
    const before = accounts.quantity[i];
    const notional = Math.abs(after - before) * mid;
    this.#charge(i, notional);
    accounts.cash[i] -= (after - before) * mid + notional * (this.#spread + this.#slippage + this.#fee);
    accounts.quantity[i] = after;
    const equity = accounts.cash[i] + after * mid;
    if (before * after <= 0) {
      accounts.entryEquity[i] = equity;
      accounts.barsInPosition[i] = 0;
    }
    if (this.#observer !== null) this.#tell(i, before, notional, mid);
    return equity;
  }

  /** Charges a fee beyond that of the fill just booked. */
  penalize(i: number, fee: number): void {
    const accounts = this.#accounts;
    accounts.feeCost[i] += fee;
    accounts.cash[i] -= fee;
    accounts.entryEquity[i] = accounts.cash[i];
    if (this.#observer !== null) this.#observer.onPenalty(i, fee);
  }

  /** Half-spread that a price must trade through a resting order by, as a fraction; the same for every draw. */
  halfSpread(i: number, row: number): number {
    return usualHalfSpread(this.#execution, this.#session[row], this.#accounts.costMode[i]);
  }

  /** All-in cost of taking at p50, a fraction; free where the account is. */
  expected(i: number, notional: number, row: number): number {
    if (this.#accounts.costMode[i] === NONE) return 0;
    return (
      BPS *
      this.#expectedBps(
        this.#execution.venues === undefined ? this.#execution : this.#route(notional, row),
        notional,
        row,
      )
    );
  }

  /** Share of an order that fills at one go; null where it was never measured. */
  drawRatio(i: number): number | null {
    const { fillRatio } = this.#execution;
    if (fillRatio === undefined) return null;
    const mode = this.#accounts.costMode[i];
    return fillRatio(mode, mode === SAMPLE ? this.#streams.next(i) : 0);
  }

  /** The venue of the lowest expected cost; the first of several. */
  #route(notional: number, row: number): ExecutionModel {
    const { venues = [] } = this.#execution;
    let best = 0;
    let lowest = Infinity;
    for (let v = 0; v < venues.length; v++) {
      const cost = this.#expectedBps(venues[v].costs, notional, row);
      if (cost < lowest) [best, lowest] = [v, cost];
    }
    this.#venue = best;
    return venues[best].costs;
  }

  #expectedBps(execution: ExecutionModel, notional: number, row: number): number {
    const session = this.#session[row];
    const spread = execution.halfSpreadBps(session, P50, 0);
    const slippage = execution.slippageBps(session, P50, notional, 0);
    return spread + slippage + execution.takerFeeBps + this.#impactBps(execution.impact, notional, row);
  }

  /** What lateness and the order's own weight add to the quote. */
  #worsen(execution: ExecutionModel, order: { isLate: boolean; notional: number; row: number }): number {
    const { isLate, notional, row } = order;
    this.#isWorse = true;
    this.#late = 0;
    if (isLate) {
      const session = this.#session[row];
      const spread = lateSpread(execution, session, this.#spread);
      const slippage = lateSlippage(execution, { session, notional }, this.#slippage);
      this.#late = spread - this.#spread + (slippage - this.#slippage);
      [this.#spread, this.#slippage] = [spread, slippage];
    }
    this.#impact = BPS * this.#impactBps(execution.impact, notional, row);
    this.#slippage += this.#impact;
    return this.#spread + this.#slippage + this.#fee;
  }

  #impactBps(law: ImpactLaw | undefined, notional: number, row: number): number {
    const activity = this.#activity;
    if (law === undefined || activity === null) return 0;
    if (!Number.isNaN(activity.unit[row])) return impactBps(law, activity.unit[row], notional);
    checkMeasured(this.#execution, 'execution.impact');
    return impactBps(law, law.measuredUnit, notional);
  }

  #set(spread: number, slippage: number, fee: number): number {
    this.#spread = spread;
    this.#slippage = slippage;
    this.#fee = fee;
    this.#isWorse = false;
    return spread + slippage + fee;
  }

  #charge(i: number, notional: number): void {
    const accounts = this.#accounts;
    accounts.tradedNotional[i] += notional;
    accounts.spreadCost[i] += notional * this.#spread;
    accounts.slippageCost[i] += notional * this.#slippage;
    accounts.feeCost[i] += notional * this.#fee;
    if (this.#isWorse) {
      accounts.latencyCost[i] += notional * this.#late;
      accounts.impactCost[i] += notional * this.#impact;
    }
    if (this.#venue >= 0) accounts.venue[i] = this.#venue;
  }

  /** Tells the observer of the trade just booked. @param before units of base held before it */
  #tell(i: number, before: number, notional: number, mid: number): void {
    const { quantity, cash, interestCost } = this.#accounts;
    const [late, impact] = this.#isWorse ? [this.#late, this.#impact] : [0, 0];
    const rates = { spread: this.#spread, slippage: this.#slippage, fee: this.#fee, late, impact };
    const trade = { cause: this.cause, venue: this.#venue, before, notional, mid, rates };
    this.#observer?.onFill(i, fillOf({ ...trade, after: quantity[i], interest: interestCost[i], cash: cash[i] }));
  }
}
