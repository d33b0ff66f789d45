/** Account arithmetic of portfolios: one cash, many instruments, the rules of the single account for each of them. */

import type { RngColumns } from '../core/rngColumns.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';
import { DEFAULT_RUIN_FRACTION } from './account.ts';
import type { IdleBars } from './idleInterest.ts';
import { PortfolioFills } from './portfolioFills.ts';
import type { PortfolioRules } from './portfolioRules.ts';

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
  /** Sizing, limits, exits, margin and funding; null or absent: the weights asked for are the weights held. */
  readonly rules?: PortfolioRules | null;
  /** Time between bars, for which interest accrues too; null or absent where there is none. */
  readonly idleBars?: IdleBars | null;
}

/**
 * Many independent portfolios, a column per quantity, an entry per account or per account and instrument.
 *
 * A bar is that of the single account (`account.ts`): interest and funding of the time since the bar before ended; instruments whose target weight changed are traded at the open, so that
 * each holds its weight of the equity after the costs of all; then interest on every short and on negative cash; then the
 * mark at the close. Ruin closes everything. Under `rules` (see {@link PortfolioRules}) weights are sized and limited before they are
 * traded, funding joins the interest, and the bar's range may close instruments, or the whole account.
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
  readonly #fills: PortfolioFills;
  readonly #rules: PortfolioRules | null;
  /** (instruments) of the fill at hand; NaN where nothing is traded. */
  readonly #aims: Float64Array;

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
    this.#fills = new PortfolioFills(this, options);
    this.#rules = options.rules ?? null;
    this.#aims = this.#rules?.aims ?? column(this.width);
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
    this.#rules?.open(i);
    this.quantity.fill(0, i * this.width, (i + 1) * this.width);
    this.targetWeight.fill(0, i * this.width, (i + 1) * this.width);
  }

  /** Lives one bar. @param weights (instruments from `at`) signed fractions of equity to hold */
  stepBar(i: number, weights: Float64Array, at: number, row: number): void {
    this.#clearBar(i);
    if (this.ruined[i] === 1) return;
    const { open, close } = this.#options.prices;
    const { idleBars = null } = this.#options;
    if (idleBars !== null) this.#chargeIdle(i, row, idleBars(row));
    const { width, quantity } = this;
    const [first, prices] = [i * width, row * width];
    let equity = this.cash[i];
    for (let k = 0; k < width; k++) equity += quantity[first + k] * open[prices + k];
    if (equity <= this.#floor) return this.#ruin(i, equity);
    const rules = this.#rules;
    const trades = rules === null ? this.#aim(i, weights, at) : rules.aim(this, i, row, { weights, at, equity });
    if (trades) {
      equity = this.#trade(i, weights, at, row);
      if (equity <= this.#floor) return this.#ruin(i, equity);
    }
    this.#chargeInterest(i, open, row, 1);
    if (rules !== null) rules.live(this, i, row, this.#fills);
    equity = this.cash[i];
    for (let k = 0; k < width; k++) equity += quantity[first + k] * close[prices + k];
    if (equity <= this.#floor) return this.#ruin(i, equity);
    this.equity[i] = equity;
    if (equity > this.peakEquity[i]) this.peakEquity[i] = equity;
  }

  save(): Saved {
    const columns = Object.fromEntries(this.#columns().map(([name, column]) => [name, column.slice()]));
    const rules = this.#rules === null ? {} : { rules: this.#rules.save() };
    return { ...columns, streams: this.#options.streams.save(), ...rules };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'portfolio accounts');
    for (const [name, column] of this.#columns()) reader.into(name, column);
    this.#options.streams.restore(reader.any('streams'));
    this.#rules?.restore(reader.any('rules'));
  }

  /** Aims at the weights that differ from the last ones; tells whether there are any. */
  #aim(i: number, weights: Float64Array, at: number): boolean {
    const { width, targetWeight } = this;
    const first = i * width;
    let k = 0;
    while (k < width && weights[at + k] === targetWeight[first + k]) k++;
    if (k === width) return false;
    for (k = 0; k < width; k++) {
      const weight = weights[at + k];
      this.#aims[k] = weight === targetWeight[first + k] ? NaN : weight;
    }
    return true;
  }

  /** Returns equity at mid after the costs of all fills. */
  #trade(i: number, weights: Float64Array, at: number, row: number): number {
    const { width, quantity } = this;
    const first = i * width;
    for (let k = 0; k < width; k++) {
      if (!Number.isNaN(this.#aims[k])) this.targetWeight[first + k] = weights[at + k];
    }
    const slots = this.#rules?.slots;
    const before = slots === undefined ? null : quantity.slice(first, first + width);
    const equity = this.#fills.tradeTo(i, this.#aims, row);
    for (let k = 0; before !== null && k < width; k++) {
      const isTraded = !Number.isNaN(this.#aims[k]);
      if (isTraded)
        slots?.noteFill(first + k, before[k], quantity[first + k], this.#options.prices.open[row * width + k]);
    }
    return equity;
  }

  /** Charges the time since the bar before ended, at the last marks. */
  #chargeIdle(i: number, row: number, idleBars: number): void {
    const first = i * this.width;
    let k = 0;
    while (k < this.width && this.quantity[first + k] === 0) k++;
    if (k === this.width || this.costMode[i] === NONE) return;
    const { close } = this.#options.prices;
    this.#chargeInterest(i, close, row - 1, idleBars);
    this.#rules?.payFunding(this, { i, price: close, row: row - 1, bars: idleBars });
  }

  /** @param price (rows, instruments) what shorts are valued at @param bars timeframes to pay for */
  #chargeInterest(i: number, price: Float64Array, row: number, bars: number): void {
    if (this.costMode[i] === NONE) return;
    const { executions } = this.#options;
    let interest = this.cash[i] < 0 ? -this.cash[i] * executions[0].cashRatePerBar : 0;
    for (let k = 0; k < this.width; k++) {
      const quantity = this.quantity[i * this.width + k];
      if (quantity < 0) interest -= quantity * price[row * this.width + k] * executions[k].borrowRatePerBar;
    }
    interest *= bars;
    this.interestCost[i] += interest;
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
    if (this.#rules !== null) this.#rules.clearBar(i);
  }

  #columns(): [string, Float64Array | Uint8Array][] {
    const isColumn = (value: unknown) => value instanceof Float64Array || value instanceof Uint8Array;
    return Object.entries(this).filter((entry): entry is [string, Float64Array | Uint8Array] => isColumn(entry[1]));
  }
}
