/** What trades of a portfolio cost: several at an open that share one equity, or one alone inside a bar. */

import type { RngColumns } from '../core/rngColumns.ts';
import { BPS } from '../core/units.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';
import { lateSlippage, lateSpread, usualHalfSpread } from './executionRates.ts';

const SAMPLE = COST_MODES.indexOf('sample');
const NONE = COST_MODES.indexOf('none');

/** The columns of portfolios that a fill reads and writes. */
export interface FillColumns {
  readonly width: number;
  readonly cash: Float64Array;
  readonly quantity: Float64Array;
  readonly tradedNotional: Float64Array;
  readonly feeCost: Float64Array;
  readonly spreadCost: Float64Array;
  readonly slippageCost: Float64Array;
  readonly costMode: Uint8Array;
}

export interface PortfolioFillsOptions {
  readonly executions: readonly ExecutionModel[];
  /** (rows, instruments) prices at the open, (rows) session. */
  readonly prices: { readonly open: Float64Array; readonly session: Uint8Array };
  /** One stream per account and instrument, instruments fastest. */
  readonly streams: RngColumns;
}

export class PortfolioFills {
  readonly #accounts: FillColumns;
  readonly #options: PortfolioFillsOptions;
  /** (instruments) of the fill at hand: position before and rates of spread, slippage and all costs; 0 where nothing is traded. */
  readonly #position: Float64Array;
  readonly #spread: Float64Array;
  readonly #slippage: Float64Array;
  readonly #rate: Float64Array;

  constructor(accounts: FillColumns, options: PortfolioFillsOptions) {
    this.#accounts = accounts;
    this.#options = options;
    this.#position = new Float64Array(accounts.width);
    this.#spread = new Float64Array(accounts.width);
    this.#slippage = new Float64Array(accounts.width);
    this.#rate = new Float64Array(accounts.width);
  }

  /**
   * Trades to weights at the open of `row`. Returns equity at mid after the costs of all fills.
   *
   * @param weights (instruments) signed fractions of equity; NaN where nothing is traded
   */
  tradeTo(i: number, weights: Float64Array, row: number): number {
    const accounts = this.#accounts;
    const { width, quantity } = accounts;
    const { open } = this.#options.prices;
    const first = i * width;
    let equity = accounts.cash[i];
    for (let k = 0; k < width; k++) {
      this.#position[k] = quantity[first + k] * open[row * width + k];
      equity += this.#position[k];
    }
    for (let k = 0; k < width; k++) {
      const change = weights[k] * equity - this.#position[k];
      this.#rate[k] = Number.isNaN(change) ? 0 : this.#quote(i, k, row, Math.abs(change));
    }
    const after = this.#solve(equity, weights);
    let [costs, moved] = [0, 0];
    for (let k = 0; k < width; k++) {
      if (Number.isNaN(weights[k])) continue;
      const wanted = weights[k] * Math.max(after, 0);
      const notional = Math.abs(wanted - this.#position[k]);
      this.#charge(i, k, notional);
      costs += notional * this.#rate[k];
      moved += wanted - this.#position[k];
      quantity[first + k] = wanted / open[row * width + k];
    }
    accounts.cash[i] -= moved + costs;
    return equity - costs;
  }

  /** Closes the position in instrument `k` at `price`, as a taker or for the maker fee. @returns its notional */
  close(i: number, k: number, row: number, { price, rests }: { price: number; rests: boolean }): number {
    const accounts = this.#accounts;
    const slot = i * accounts.width + k;
    const notional = Math.abs(accounts.quantity[slot]) * price;
    if (rests) this.#quoteResting(i, k);
    else this.#rate[k] = this.#quote(i, k, row, notional);
    this.#charge(i, k, notional);
    accounts.cash[i] += accounts.quantity[slot] * price - notional * this.#rate[k];
    accounts.quantity[slot] = 0;
    return notional;
  }

  /** Half-spread that a price must trade through a resting order by, as a fraction; the same for every draw. */
  halfSpread(i: number, k: number, row: number): number {
    const { executions, prices } = this.#options;
    return usualHalfSpread(executions[k], prices.session[row], this.#accounts.costMode[i]);
  }

  /**
   * The equity A that is left where each traded instrument holds weight * A: A = E - sum of rate * |weight * A - position|.
   *
   * Linear as long as no order changes its side; sides are taken from the last solution until they stand, a few times at most.
   */
  #solve(equity: number, weights: Float64Array): number {
    let after = equity;
    for (let round = 0; round <= weights.length; round++) {
      let [numerator, denominator] = [equity, 1];
      for (let k = 0; k < weights.length; k++) {
        if (this.#rate[k] === 0) continue;
        const signed = weights[k] * after > this.#position[k] ? this.#rate[k] : -this.#rate[k];
        numerator += signed * this.#position[k];
        denominator += signed * weights[k];
      }
      const next = numerator / denominator;
      if (next === after || !(denominator > 0)) break;
      after = next;
    }
    return after;
  }

  /** Draws the costs of one taking order; returns their sum, a fraction of the notional. */
  #quote(i: number, k: number, row: number, notional: number): number {
    const chosen = this.#accounts.costMode[i];
    this.#spread[k] = 0;
    this.#slippage[k] = 0;
    if (chosen === NONE || notional === 0) return 0;
    const { executions, streams, prices } = this.#options;
    const execution = executions[k];
    const stream = i * this.#accounts.width + k;
    const session = prices.session[row];
    const sampled = chosen === SAMPLE;
    const isLate = execution.latencyMs(chosen, sampled ? streams.next(stream) : 0) > execution.latencyBudgetMs;
    let spread = BPS * execution.halfSpreadBps(session, chosen, sampled ? streams.next(stream) : 0);
    let slippage = BPS * execution.slippageBps(session, chosen, notional, sampled ? streams.next(stream) : 0);
    if (isLate) {
      spread = lateSpread(execution, session, spread);
      slippage = lateSlippage(execution, { session, notional }, slippage);
    }
    this.#spread[k] = spread;
    this.#slippage[k] = slippage;
    return spread + slippage + BPS * execution.takerFeeBps;
  }

  #quoteResting(i: number, k: number): void {
    this.#spread[k] = 0;
    this.#slippage[k] = 0;
    this.#rate[k] = this.#accounts.costMode[i] === NONE ? 0 : BPS * this.#options.executions[k].makerFeeBps;
  }

  #charge(i: number, k: number, notional: number): void {
    const accounts = this.#accounts;
    const fee = this.#rate[k] - this.#spread[k] - this.#slippage[k];
    accounts.tradedNotional[i] += notional;
    accounts.spreadCost[i] += notional * this.#spread[k];
    accounts.slippageCost[i] += notional * this.#slippage[k];
    accounts.feeCost[i] += notional * fee;
  }
}
