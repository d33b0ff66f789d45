/** Account arithmetic of portfolios: one cash, many instruments, the rules of the single account for each of them. */

import type { RngColumns } from '../core/rngColumns.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import { BPS } from '../core/units.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';
import { DEFAULT_RUIN_FRACTION } from './account.ts';

const SAMPLE = COST_MODES.indexOf('sample');
const P90 = COST_MODES.indexOf('p90');
const NONE = COST_MODES.indexOf('none');

export interface PortfolioAccountsOptions {
  readonly count: number;
  /** Quote currency. */
  readonly startEquity: number;
  /** One model per instrument. */
  readonly executions: readonly ExecutionModel[];
  /** (rows, instruments) prices, (rows) session. */
  readonly prices: { readonly open: Float64Array; readonly close: Float64Array; readonly session: Uint8Array };
  /** One stream per account and instrument, instruments fastest. */
  readonly streams: RngColumns;
  readonly ruinFraction?: number;
}

/**
 * Many independent portfolios, a column per quantity, an entry per account or per account and instrument.
 *
 * A bar is that of the single account (`account.ts`): instruments whose target weight changed are traded at the open, so that
 * each holds its weight of the equity after the costs of all; then interest on every short and on negative cash; then the
 * mark at the close. Ruin closes everything.
 *
 * Conserved: start cash + price gains at mid + writeOff - all costs = cash + sum of quantity * mark.
 */
export class PortfolioAccounts implements Resumable {
  readonly width: number;
  readonly startEquity: number;
  /** (count) quote currency. */
  readonly cash: Float64Array;
  readonly equity: Float64Array;
  readonly peakEquity: Float64Array;
  readonly writeOff: Float64Array;
  /** (count) of the last bar. */
  readonly tradedNotional: Float64Array;
  readonly feeCost: Float64Array;
  readonly spreadCost: Float64Array;
  readonly slippageCost: Float64Array;
  readonly interestCost: Float64Array;
  readonly costMode: Uint8Array;
  readonly ruined: Uint8Array;
  /** (count, instruments) signed units of base, signed fraction of equity last asked for. */
  readonly quantity: Float64Array;
  readonly targetWeight: Float64Array;
  readonly #options: PortfolioAccountsOptions;
  readonly #floor: number;
  /** (instruments) of the fill at hand: position before and rates of spread, slippage and all costs; 0 where nothing is traded. */
  readonly #position: Float64Array;
  readonly #spread: Float64Array;
  readonly #slippage: Float64Array;
  readonly #rate: Float64Array;
  readonly #isTraded: Uint8Array;

  constructor(options: PortfolioAccountsOptions) {
    const { count, startEquity, executions } = options;
    const column = (length = count) => new Float64Array(length);
    this.width = executions.length;
    this.startEquity = startEquity;
    this.cash = column();
    this.equity = column();
    this.peakEquity = column();
    this.writeOff = column();
    this.tradedNotional = column();
    this.feeCost = column();
    this.spreadCost = column();
    this.slippageCost = column();
    this.interestCost = column();
    this.costMode = new Uint8Array(count);
    this.ruined = new Uint8Array(count);
    this.quantity = column(count * this.width);
    this.targetWeight = column(count * this.width);
    this.#options = options;
    this.#floor = (options.ruinFraction ?? DEFAULT_RUIN_FRACTION) * startEquity;
    this.#position = column(this.width);
    this.#spread = column(this.width);
    this.#slippage = column(this.width);
    this.#rate = column(this.width);
    this.#isTraded = new Uint8Array(this.width);
  }

  /** Starts account `i` anew, flat in cash. */
  open(i: number, costMode: number): void {
    this.cash[i] = this.startEquity;
    this.equity[i] = this.startEquity;
    this.peakEquity[i] = this.startEquity;
    this.writeOff[i] = 0;
    this.costMode[i] = costMode;
    this.ruined[i] = 0;
    this.#clearBar(i);
    this.quantity.fill(0, i * this.width, (i + 1) * this.width);
    this.targetWeight.fill(0, i * this.width, (i + 1) * this.width);
  }

  /** Lives one bar. @param weights (instruments from `at`) signed fractions of equity to hold */
  stepBar(i: number, weights: Float64Array, at: number, row: number): void {
    this.#clearBar(i);
    if (this.ruined[i] === 1) return;
    const { open, close } = this.#options.prices;
    const { width, quantity, targetWeight } = this;
    const [first, prices] = [i * width, row * width];
    let equity = this.cash[i];
    let changes = 0;
    for (let k = 0; k < width; k++) {
      equity += quantity[first + k] * open[prices + k];
      changes += weights[at + k] === targetWeight[first + k] ? 0 : 1;
    }
    if (equity <= this.#floor) return this.#ruin(i, equity);
    if (changes > 0) {
      equity = this.#trade(i, row, weights, at);
      if (equity <= this.#floor) return this.#ruin(i, equity);
    }
    this.#chargeInterest(i, row);
    equity = this.cash[i];
    for (let k = 0; k < width; k++) equity += quantity[first + k] * close[prices + k];
    if (equity <= this.#floor) return this.#ruin(i, equity);
    this.equity[i] = equity;
    if (equity > this.peakEquity[i]) this.peakEquity[i] = equity;
  }

  save(): Saved {
    const columns = Object.fromEntries(this.#columns().map(([name, column]) => [name, column.slice()]));
    return { ...columns, streams: this.#options.streams.save() };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'portfolio accounts');
    for (const [name, column] of this.#columns()) reader.into(name, column);
    this.#options.streams.restore(reader.any('streams'));
  }

  /** Returns equity at mid after the costs of all fills. @param weights (instruments from `at`) */
  #trade(i: number, row: number, weights: Float64Array, at: number): number {
    const { width, quantity, targetWeight } = this;
    const { open } = this.#options.prices;
    const first = i * width;
    let equity = this.cash[i];
    for (let k = 0; k < width; k++) {
      this.#position[k] = quantity[first + k] * open[row * width + k];
      equity += this.#position[k];
    }
    for (let k = 0; k < width; k++) {
      const weight = weights[at + k];
      const isTraded = weight !== targetWeight[first + k];
      this.#isTraded[k] = isTraded ? 1 : 0;
      this.#rate[k] = isTraded ? this.#drawRates(i, k, row, Math.abs(weight * equity - this.#position[k])) : 0;
      targetWeight[first + k] = weight;
    }
    const after = this.#solve(equity, weights, at);
    let [costs, moved] = [0, 0];
    for (let k = 0; k < width; k++) {
      if (this.#isTraded[k] === 0) continue;
      const wanted = weights[at + k] * Math.max(after, 0);
      const notional = Math.abs(wanted - this.#position[k]);
      const fee = this.#rate[k] - this.#spread[k] - this.#slippage[k];
      this.tradedNotional[i] += notional;
      this.spreadCost[i] += notional * this.#spread[k];
      this.slippageCost[i] += notional * this.#slippage[k];
      this.feeCost[i] += notional * fee;
      costs += notional * this.#rate[k];
      moved += wanted - this.#position[k];
      quantity[first + k] = wanted / open[row * width + k];
    }
    this.cash[i] -= moved + costs;
    return equity - costs;
  }

  /**
   * The equity A that is left where each traded instrument holds weight * A: A = E - sum of rate * |weight * A - position|.
   *
   * Linear as long as no order changes its side; sides are taken from the last solution until they stand, a few times at most.
   */
  #solve(equity: number, weights: Float64Array, at: number): number {
    let after = equity;
    for (let round = 0; round <= this.width; round++) {
      let [numerator, denominator] = [equity, 1];
      for (let k = 0; k < this.width; k++) {
        const signed = weights[at + k] * after > this.#position[k] ? this.#rate[k] : -this.#rate[k];
        numerator += signed * this.#position[k];
        denominator += signed * weights[at + k];
      }
      const next = numerator / denominator;
      if (next === after || !(denominator > 0)) break;
      after = next;
    }
    return after;
  }

  /** Draws the costs of one fill; returns their sum, a fraction of the notional. */
  #drawRates(i: number, k: number, row: number, notional: number): number {
    const chosen = this.costMode[i];
    this.#spread[k] = 0;
    this.#slippage[k] = 0;
    if (chosen === NONE || notional === 0) return 0;
    const { executions, streams, prices } = this.#options;
    const execution = executions[k];
    const stream = i * this.width + k;
    const session = prices.session[row];
    const sampled = chosen === SAMPLE;
    const latencyMs = execution.latencyMs(chosen, sampled ? streams.next(stream) : 0);
    const mode = latencyMs > execution.latencyBudgetMs ? P90 : chosen;
    const spread = BPS * execution.halfSpreadBps(session, mode, sampled ? streams.next(stream) : 0);
    const slippage = BPS * execution.slippageBps(session, mode, notional, sampled ? streams.next(stream) : 0);
    this.#spread[k] = spread;
    this.#slippage[k] = slippage;
    return spread + slippage + BPS * execution.takerFeeBps;
  }

  #chargeInterest(i: number, row: number): void {
    if (this.costMode[i] === NONE) return;
    const { executions, prices } = this.#options;
    let interest = this.cash[i] < 0 ? -this.cash[i] * executions[0].cashRatePerBar : 0;
    for (let k = 0; k < this.width; k++) {
      const quantity = this.quantity[i * this.width + k];
      if (quantity < 0) interest -= quantity * prices.open[row * this.width + k] * executions[k].borrowRatePerBar;
    }
    this.interestCost[i] = interest;
    this.cash[i] -= interest;
  }

  #ruin(i: number, equity: number): void {
    this.writeOff[i] += this.#floor - equity;
    this.cash[i] = this.#floor;
    this.equity[i] = this.#floor;
    this.quantity.fill(0, i * this.width, (i + 1) * this.width);
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
