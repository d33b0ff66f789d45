/** The account's options at work: how far a bar trades, what ends a position inside the bar, what funding it pays. */

import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import type { AccountColumns } from './accountColumns.ts';
import { sizeWeight } from './sizing.ts';
import type { TradingConfig } from './tradingConfig.ts';
import type { MomentColumns } from './trailingMoments.ts';

/** What ended a position inside the last bar, other than an order. */
export const EXITS = ['none', 'stopLoss', 'takeProfit', 'liquidation'] as const;
const [NONE, STOP_LOSS, TAKE_PROFIT, LIQUIDATION] = EXITS.keys();

/** Prices that a bar passed through; a live broker overwrites a single row. */
export interface RangeColumns {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
}

export interface TradingRulesOptions {
  readonly config: TradingConfig;
  readonly count: number;
  readonly range: RangeColumns;
  /** Null where the sizing looks at none. */
  readonly moments: MomentColumns | null;
}

/**
 * Rules of many accounts, a column per quantity and an entry per account.
 *
 * At the open: an action of another weight is sized and cut to the limits, and traded as far as the turnover limit lets it;
 * the rest follows bar by bar. Limits bind orders, not drift. Within the bar, after the fill and its interest:
 * - A long is closed where the low reaches the nearer of its stop and its liquidation price, at that price, or at the
 *   open where that lies beyond; a short likewise at the high. A deeper gap never leaves the account richer.
 * - Then only, where the high (of a short, the low) reaches its take-profit. A bar that touches both is taken for a loss, unless
 *   it opened beyond the profit.
 * - These fills are as adverse as any other: half-spread, slippage, fee; liquidation costs its penalty on top.
 *
 * An account put out of its position stays out until another weight is asked for.
 */
export class TradingRules implements Resumable {
  /** Mean price at mid of the position held. */
  readonly entryPrice: Float64Array;
  /** Mid that the last bar's exit filled at; NaN where there was none. */
  readonly exitPrice: Float64Array;
  /** Signed units that it closed. */
  readonly exitQuantity: Float64Array;
  /** Index into EXITS, of the last bar. */
  readonly exit: Uint8Array;
  readonly fundingRatePerBar: number;
  /** Fraction of the notional that a liquidation costs beyond its fill. */
  readonly liquidationRate: number;
  readonly #config: TradingConfig;
  readonly #range: RangeColumns;
  readonly #moments: MomentColumns | null;
  /** Weight that the last order is on its way to; where it has arrived, `isUnderWay` is 0. */
  readonly #aim: Float64Array;
  readonly #isUnderWay: Uint8Array;
  readonly #isOut: Uint8Array;

  constructor({ config, count, range, moments }: TradingRulesOptions) {
    this.entryPrice = new Float64Array(count);
    this.exitPrice = new Float64Array(count).fill(NaN);
    this.exitQuantity = new Float64Array(count);
    this.exit = new Uint8Array(count);
    this.fundingRatePerBar = config.fundingRatePerBar;
    this.liquidationRate = (config.margin?.liquidationCostBps ?? 0) * 1e-4;
    this.#config = config;
    this.#range = range;
    this.#moments = moments;
    this.#aim = new Float64Array(count);
    this.#isUnderWay = new Uint8Array(count);
    this.#isOut = new Uint8Array(count);
  }

  open(i: number): void {
    this.entryPrice[i] = 0;
    this.clearBar(i);
    this.#aim[i] = 0;
    this.#isUnderWay[i] = 0;
    this.#isOut[i] = 0;
  }

  clearBar(i: number): void {
    this.exit[i] = NONE;
    this.exitPrice[i] = NaN;
    this.exitQuantity[i] = 0;
  }

  /** The weight to trade to at the open of `row`; NaN where nothing is to be traded. */
  aim(accounts: AccountColumns, i: number, asked: number, row: number): number {
    const mid = this.#range.open[row];
    const position = accounts.quantity[i] * mid;
    const equity = accounts.cash[i] + position;
    const isNew = asked !== accounts.targetWeight[i];
    if (isNew) this.#isOut[i] = 0;
    else if (this.#isOut[i] === 1) return NaN;
    const { rebalanceBand } = this.#config;
    const held = position / equity;
    if (isNew || rebalanceBand !== null) this.#aim[i] = this.#size(asked, row, equity);
    const change = this.#aim[i] - held;
    if (!isNew && this.#isUnderWay[i] === 0 && !(rebalanceBand !== null && Math.abs(change) > rebalanceBand))
      return NaN;
    const most = asked === 0 ? Infinity : (this.#config.limits.maxTurnoverPerBar ?? Infinity);
    const isFar = Math.abs(change) > most;
    this.#isUnderWay[i] = isFar ? 1 : 0;
    return isFar ? held + Math.sign(change) * most : this.#aim[i];
  }

  /** Keeps the entry price: the mean of what was bought, unmoved by what is sold. */
  noteFill(i: number, before: number, after: number, mid: number): void {
    const [had, has] = [Math.abs(before), Math.abs(after)];
    if (before * after <= 0) this.entryPrice[i] = mid;
    else if (has > had) this.entryPrice[i] = (this.entryPrice[i] * had + mid * (has - had)) / has;
  }

  /** Where the bar puts the position out, at mid; NaN where it does not. Writes what the last bar's exit was. */
  findExit(accounts: AccountColumns, i: number, row: number): number {
    const price = accounts.quantity[i] === 0 ? NaN : this.#touch(accounts, i, row);
    if (Number.isNaN(price)) return NaN;
    this.exitPrice[i] = price;
    this.exitQuantity[i] = accounts.quantity[i];
    this.#isOut[i] = 1;
    this.#isUnderWay[i] = 0;
    return price;
  }

  isLiquidated(i: number): boolean {
    return this.exit[i] === LIQUIDATION;
  }

  save(): Saved {
    return Object.fromEntries(this.#columns().map(([name, column]) => [name, column.slice()]));
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'trading rules');
    for (const [name, column] of this.#columns()) reader.into(name, column);
  }

  #touch(accounts: AccountColumns, i: number, row: number): number {
    const quantity = accounts.quantity[i];
    const { stopLoss, takeProfit, margin } = this.#config;
    const { open, high, low } = this.#range;
    const entry = this.entryPrice[i];
    // Mirrored at zero, a short is a long: prices, stops and profits change their sign and keep their order.
    const side = quantity > 0 ? 1 : -1;
    const [start, best, worst] = [
      side * open[row],
      side * (side > 0 ? high : low)[row],
      side * (side > 0 ? low : high)[row],
    ];
    const stop = stopLoss === null ? -Infinity : side * entry - stopLoss * entry;
    const profit = takeProfit === null ? Infinity : side * entry + takeProfit * entry;
    const liquidation =
      margin === null ? -Infinity : side * liquidationPrice(accounts.cash[i], quantity, margin.maintenance);
    const level = Math.max(stop, liquidation);
    if (start < profit && worst <= level) {
      const price = Math.min(start, level);
      this.exit[i] = price <= liquidation ? LIQUIDATION : STOP_LOSS;
      return side * price;
    }
    if (best < profit) return NaN;
    this.exit[i] = TAKE_PROFIT;
    return side * Math.max(start, profit);
  }

  #size(asked: number, row: number, equity: number): number {
    const { sizing, stopLoss, limits } = this.#config;
    const moments = this.#moments;
    const known = moments === null ? UNKNOWN : { mean: moments.mean[row], volatility: moments.volatility[row] };
    const wanted = sizeWeight(sizing, asked, known, stopLoss);
    const most = Math.min(limits.maxWeight ?? Infinity, (limits.maxNotional ?? Infinity) / equity);
    return Math.sign(wanted) * Math.min(Math.abs(wanted), most);
  }

  #columns(): [string, Float64Array | Uint8Array][] {
    return [
      ['entryPrice', this.entryPrice],
      ['exitPrice', this.exitPrice],
      ['exitQuantity', this.exitQuantity],
      ['exit', this.exit],
      ['aim', this.#aim],
      ['isUnderWay', this.#isUnderWay],
      ['isOut', this.#isOut],
    ];
  }
}

const UNKNOWN = { mean: NaN, volatility: NaN };

/** The price at which equity is `maintenance` of the position: cash + quantity * p = maintenance * |quantity| * p. */
function liquidationPrice(cash: number, quantity: number, maintenance: number): number {
  if (quantity > 0) return Math.max(0, -cash / (quantity * (1 - maintenance)));
  return cash / (-quantity * (1 + maintenance));
}
