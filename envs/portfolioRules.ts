/** The account's options for portfolios: the rules of the single account for each instrument, the margin for all of them. */

import { InputError } from '../core/errors.ts';
import type { Resumable, Saved } from '../core/saved.ts';
import { COST_MODES } from '../market/execution/executionModel.ts';
import { spanOf } from './makeTradingRules.ts';
import type { FillColumns, PortfolioFills } from './portfolioFills.ts';
import type { PortfolioWorlds } from './portfolioWorlds.ts';
import { hasPlainOrders, hasPlainRules, type TradingConfig } from './tradingConfig.ts';
import { TradingRules } from './tradingRules.ts';
import { trailingColumns, type MomentColumns } from './trailingMoments.ts';

const FREE = COST_MODES.indexOf('none');

type PortfolioPrices = Pick<PortfolioWorlds, 'open' | 'high' | 'low' | 'close' | 'paths'>;

export interface RuledColumns extends FillColumns {
  readonly targetWeight: Float64Array;
  readonly interestCost: Float64Array;
}

/**
 * Rules of many portfolios; a slot is one instrument of one account.
 *
 * Sizing, limits of an order, stop-loss, take-profit and funding are those of {@link TradingRules}, each instrument for itself with
 * the equity of the whole account. The margin is of the whole account: where it would not hold at the worst price that every
 * instrument reached in the bar (its stop, where that comes first), all are closed at those prices, for the penalty. Which
 * instrument moved first inside a bar is not known; no deeper fall leaves the account richer.
 */
export class PortfolioRules implements Resumable {
  readonly slots: TradingRules;
  /** (instruments) the weights to trade to; NaN where nothing is traded. */
  readonly aims: Float64Array;
  readonly #config: TradingConfig;
  readonly #prices: PortfolioPrices;
  readonly #width: number;
  /** (slots) what the account's equity holds beside the instrument. */
  readonly #beside: Float64Array;
  readonly #worst: Float64Array;

  constructor(config: TradingConfig, prices: PortfolioPrices, { count, width }: { count: number; width: number }) {
    const span = spanOf(config.sizing);
    this.slots = new TradingRules({
      config: { ...config, margin: null },
      count: count * width,
      range: prices,
      moments: span === null ? null : momentsOf(prices, width, span),
    });
    this.aims = new Float64Array(width);
    this.#config = config;
    this.#prices = prices;
    this.#width = width;
    this.#beside = new Float64Array(count * width);
    this.#worst = new Float64Array(width);
  }

  open(i: number): void {
    for (let k = 0; k < this.#width; k++) this.slots.open(i * this.#width + k);
  }

  clearBar(i: number): void {
    for (let k = 0; k < this.#width; k++) this.slots.clearBar(i * this.#width + k);
  }

  /** Writes `aims` for the open of `row`. @param asked (instruments from `at`) @returns whether anything is to be traded */
  aim(
    accounts: RuledColumns,
    i: number,
    row: number,
    asked: { weights: Float64Array; at: number; equity: number },
  ): boolean {
    const width = this.#width;
    const { quantity, targetWeight } = accounts;
    const held = { quantity, targetWeight, cash: this.#beside };
    let trades = false;
    for (let k = 0; k < width; k++) {
      const slot = i * width + k;
      const price = row * width + k;
      this.#beside[slot] = asked.equity - quantity[slot] * this.#prices.open[price];
      this.aims[k] = this.slots.aim(held, slot, asked.weights[asked.at + k], price);
      if (!Number.isNaN(this.aims[k])) trades = true;
    }
    return trades;
  }

  /** Funding, and the exits that the bar's range brings. */
  live(accounts: RuledColumns, i: number, row: number, fills: PortfolioFills): void {
    if (accounts.costMode[i] !== FREE) this.payFunding(accounts, { i, price: this.#prices.open, row, bars: 1 });
    if (this.#config.margin !== null && this.#isCalled(accounts, i, row, this.#config.margin.maintenance)) {
      this.#liquidate(accounts, i, row, fills);
      return;
    }
    const held = { quantity: accounts.quantity, targetWeight: accounts.targetWeight, cash: this.#beside };
    for (let k = 0; k < this.#width; k++) {
      const slot = i * this.#width + k;
      if (accounts.quantity[slot] === 0) continue;
      const through = this.slots.takesProfit ? fills.halfSpread(i, k, row) : 0;
      const price = this.slots.findExit(held, slot, { row: row * this.#width + k, entered: NaN, through });
      if (!Number.isNaN(price)) fills.close(i, k, row, { price, rests: this.slots.exitRests[slot] === 1 });
    }
  }

  /** Funding of so many timeframes at these prices, (rows, instruments). */
  payFunding(
    accounts: RuledColumns,
    { i, price, row, bars }: { i: number; price: Float64Array; row: number; bars: number },
  ): void {
    for (let k = 0; k < this.#width; k++) {
      const notional = accounts.quantity[i * this.#width + k] * price[row * this.#width + k];
      const funding = notional * this.slots.fundingRatePerBar * bars;
      accounts.interestCost[i] += funding;
      accounts.cash[i] -= funding;
    }
  }

  save(): Saved {
    return this.slots.save();
  }

  restore(saved: Saved): void {
    this.slots.restore(saved);
  }

  /** Whether equity would be at the maintenance margin or below with every instrument at its worst price, which is kept. */
  #isCalled(accounts: RuledColumns, i: number, row: number, maintenance: number): boolean {
    const { open, high, low } = this.#prices;
    const held = { quantity: accounts.quantity, targetWeight: accounts.targetWeight, cash: this.#beside };
    let equity = accounts.cash[i];
    let gross = 0;
    for (let k = 0; k < this.#width; k++) {
      const slot = i * this.#width + k;
      const at = row * this.#width + k;
      const quantity = accounts.quantity[slot];
      if (quantity === 0) continue;
      // Mirrored at zero, as in the rules of the slots.
      const side = quantity > 0 ? 1 : -1;
      const [start, reached] = [side * open[at], side * (side > 0 ? low : high)[at]];
      const stop = this.slots.lossLevel(held, slot);
      this.#worst[k] = side * (reached <= stop ? Math.min(start, stop) : reached);
      equity += quantity * this.#worst[k];
      gross += Math.abs(quantity) * this.#worst[k];
    }
    return gross > 0 && equity <= maintenance * gross;
  }

  #liquidate(accounts: RuledColumns, i: number, row: number, fills: PortfolioFills): void {
    for (let k = 0; k < this.#width; k++) {
      const slot = i * this.#width + k;
      if (accounts.quantity[slot] === 0) continue;
      this.slots.liquidate(slot, this.#worst[k], accounts.quantity[slot]);
      const notional = fills.close(i, k, row, { price: this.#worst[k], rests: false });
      if (accounts.costMode[i] === FREE) continue;
      const penalty = notional * ((this.#config.margin?.liquidationCostBps ?? 0) * 1e-4);
      accounts.feeCost[i] += penalty;
      accounts.cash[i] -= penalty;
    }
  }
}

/** Null for a config that leaves everything as the action says. @throws InputError for orders of other kinds than market orders */
export function makePortfolioRules(
  config: TradingConfig | undefined,
  prices: PortfolioPrices,
  size: { readonly count: number; readonly width: number },
): PortfolioRules | null {
  if (config === undefined) return null;
  if (!hasPlainOrders(config)) {
    throw new InputError({
      what: 'portfolios trade at the market only',
      where: 'trading: order, partialFills, slicing',
      rule: 'market orders, filled whole at once',
    });
  }
  return hasPlainRules(config) ? null : new PortfolioRules(config, prices, size);
}

/** (rows, instruments) moments of each instrument's returns through the bar before. */
function momentsOf({ close, paths }: PortfolioPrices, width: number, spanBars: number): MomentColumns {
  const mean = new Float64Array(close.length);
  const volatility = new Float64Array(close.length);
  for (let k = 0; k < width; k++) {
    const own = Float64Array.from({ length: close.length / width }, (_, row) => close[row * width + k]);
    const moments = trailingColumns({ bars: { close: own }, paths }, spanBars);
    for (let row = 0; row < own.length; row++) {
      mean[row * width + k] = moments.mean[row];
      volatility[row * width + k] = moments.volatility[row];
    }
  }
  return { mean, volatility };
}
