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

/** What rules read of accounts; where several instruments share a cash, `cash` is what equity holds beside the one at hand. */
export type HeldColumns = Pick<AccountColumns, 'cash' | 'quantity' | 'targetWeight'>;

/** A bar as an exit meets it. */
export interface ExitMoment {
  readonly row: number;
  /** Price at which an order filled within the bar; NaN where the position is that of the open. */
  readonly entered: number;
  /** Fraction by which the bar must trade through a resting order. */
  readonly through: number;
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
 * - Then only, where the high (of a short, the low) trades through its take-profit by more than the half-spread. A bar that
 *   touches both is taken for a loss, unless it opened beyond the profit.
 * - Stops and liquidations are as adverse as any other fill: half-spread, slippage, taker fee; liquidation costs its penalty on
 *   top. A take-profit is a resting limit order: it fills at its price for the maker fee, but as a taker at an open beyond it.
 * - A position that an order opened or added to within the bar takes no profit in it, and its stop starts from that fill.
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
  /** 1 where it was a resting order. */
  readonly exitRests: Uint8Array;
  readonly takesProfit: boolean;
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
    this.exitRests = new Uint8Array(count);
    this.takesProfit = config.takeProfit !== null;
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
    this.exitRests[i] = 0;
    this.exitPrice[i] = NaN;
    this.exitQuantity[i] = 0;
  }

  /** The weight to trade to at the open of `row`; NaN where nothing is to be traded. */
  aim(accounts: HeldColumns, i: number, asked: number, row: number): number {
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
  findExit(accounts: HeldColumns, i: number, moment: ExitMoment): number {
    const price = this.#touch(accounts, i, moment);
    if (!Number.isNaN(price)) this.#putOut(i, price, accounts.quantity[i]);
    return price;
  }

  /** A liquidation that is found elsewhere, for all instruments of an account at once. */
  liquidate(i: number, price: number, quantity: number): void {
    this.exit[i] = LIQUIDATION;
    this.exitRests[i] = 0;
    this.#putOut(i, price, quantity);
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

  /** The nearer of stop and liquidation price, mirrored at zero for a short; -Infinity where there is neither. */
  lossLevel(accounts: HeldColumns, i: number): number {
    const { stopLoss } = this.#config;
    const entry = this.entryPrice[i];
    const side = accounts.quantity[i] > 0 ? 1 : -1;
    const stop = stopLoss === null ? -Infinity : side * entry - stopLoss * entry;
    return Math.max(stop, this.#liquidationLevel(accounts, i));
  }

  #putOut(i: number, price: number, quantity: number): void {
    this.exitPrice[i] = price;
    this.exitQuantity[i] = quantity;
    this.#isOut[i] = 1;
    this.#isUnderWay[i] = 0;
  }

  #liquidationLevel(accounts: HeldColumns, i: number): number {
    const quantity = accounts.quantity[i];
    const { margin } = this.#config;
    if (margin === null) return -Infinity;
    return Math.sign(quantity) * liquidationPrice(accounts.cash[i], quantity, margin.maintenance);
  }

  #touch(accounts: HeldColumns, i: number, { row, entered, through }: ExitMoment): number {
    const { takeProfit } = this.#config;
    const { open, high, low } = this.#range;
    const entry = this.entryPrice[i];
    // Mirrored at zero, a short is a long: prices, stops and profits change their sign and keep their order.
    const side = accounts.quantity[i] > 0 ? 1 : -1;
    const isFresh = !Number.isNaN(entered);
    const start = side * (isFresh ? entered : open[row]);
    const best = side * (side > 0 ? high : low)[row];
    const worst = side * (side > 0 ? low : high)[row];
    const profit = takeProfit === null || isFresh ? Infinity : side * entry + takeProfit * entry;
    const level = this.lossLevel(accounts, i);
    if (start < profit && worst <= level) {
      const price = Math.min(start, level);
      this.exit[i] = price <= this.#liquidationLevel(accounts, i) ? LIQUIDATION : STOP_LOSS;
      return side * price;
    }
    const isBeyond = start >= profit;
    if (!isBeyond && !(best > profit + Math.abs(profit) * through)) return NaN;
    this.exit[i] = TAKE_PROFIT;
    this.exitRests[i] = isBeyond ? 0 : 1;
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
      ['exitRests', this.exitRests],
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
