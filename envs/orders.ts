/** Orders at work: placed, filled in parts, worked over bars, expired; the same in training, backtest, paper and live. */

import type { Resumable, Saved } from '../core/saved.ts';
import { BPS, DAY_MS } from '../core/units.ts';
import type { Exits } from './exits.ts';
import { solveNotional } from './executionRates.ts';
import { ORDER_STATES, OrderColumns } from './orderColumns.ts';
import { OrderParts, type OrderPartsOptions } from './orderParts.ts';
import type { TradingRules } from './tradingRules.ts';

const [NONE, MARKET, LIMIT, STOP] = ORDER_STATES.keys();

export interface OrdersOptions extends OrderPartsOptions {
  readonly rules: TradingRules | null;
  /** Null where nothing but an order ends a position. */
  readonly exits: Exits | null;
}

/**
 * One order an account at most, toward the quantity that the weight asked for means when it is placed. Another weight
 * replaces it. It fills at one moment of a bar at most, in this order:
 *
 * - Market: at the open, like any taking fill; its part of the order is what the fill ratio or the bar's volume allows.
 * - Limit, its price `offsetBps` better than the close it was decided on: at the open where mid, spread and slippage there are
 *   within it, as a taker; else at its price, as a maker, where the bar trades through it by more than the half-spread at p50.
 *   Never better than its price but at an open that lies beyond, never worse than its price. (Where the open is beyond its
 *   price by less than the cost of taking, that price lies within the spread, and may lie outside the bar: against the trader.)
 * - Stop, its price `offsetBps` worse than that close: at the open where that lies beyond, else at its price where the bar
 *   reaches it; as a taker. What is left is a market order.
 *
 * Within a bar the worse comes first. A position that its rules would end is ended, and the order with it, before a resting
 * fill, but where the order adds to the position at a price nearer than the stop; and what a resting fill leaves may be
 * stopped by the same bar, at no profit. A part filled within the bar pays interest from the next bar on.
 */
export class Orders implements Resumable {
  readonly #options: OrdersOptions;
  readonly #columns: OrderColumns;
  readonly #parts: OrderParts;
  /** 1 where the order at hand was tried in this bar, so that it fills at one moment only. */
  readonly #isDone: Uint8Array;

  /** @throws InputError when slices are to be picked by an impact that is none */
  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#columns = new OrderColumns(options.accounts.count);
    this.#parts = new OrderParts(options, this.#columns);
    this.#isDone = new Uint8Array(options.accounts.count);
  }

  clear(i: number): void {
    this.cancel(i);
    this.#columns.isUrgent[i] = 0;
  }

  cancel(i: number): void {
    this.#columns.state[i] = NONE;
    this.#options.accounts.pendingQuantity[i] = 0;
  }

  /** The next order of this account goes at the market. */
  hurry(i: number): void {
    this.#columns.isUrgent[i] = 1;
  }

  /** Places, replaces or goes on with the order at the open of `row`. Returns equity at the open after it. @param lastMark close it was decided on */
  atOpen(i: number, asked: number, row: number, lastMark: number): number {
    const { accounts, rules, bars } = this.#options;
    const { state, day, isUrgent } = this.#columns;
    const isNew = asked !== accounts.targetWeight[i];
    const isPlain = rules === null || (!isNew && isUrgent[i] === 1);
    this.#isDone[i] = 0;
    if (state[i] !== NONE && !isNew && isUrgent[i] === 0) {
      if (Math.floor(bars.openTimeMs[row] / DAY_MS) > day[i]) this.#expire(i);
      return this.#workAtOpen(i, row);
    }
    const isWanted = isNew || isUrgent[i] === 1;
    const weight = isPlain ? (isWanted ? asked : NaN) : rules.aim(accounts, i, asked, row);
    if (!Number.isNaN(weight)) {
      accounts.targetWeight[i] = asked;
      this.#place(i, weight, row, lastMark);
    }
    return this.#workAtOpen(i, row);
  }

  /** What the bar's range does to the order and, under rules, to the position. */
  inRange(i: number, row: number): void {
    const { accounts, exits, fills } = this.#options;
    const price = this.#touched(i, row);
    const isTouched = !Number.isNaN(price);
    if (exits !== null && !(isTouched && this.#comesFirst(i, row)) && exits.live(i, row, NaN)) return this.cancel(i);
    if (!isTouched) return;
    const { state, goal } = this.#columns;
    const units = this.#parts.fill(i, row, goal[i] - accounts.quantity[i]);
    if (state[i] === LIMIT) fills.quoteResting(i);
    else fills.quote(i, Math.abs(units) * price, row);
    if (state[i] === STOP) state[i] = MARKET;
    this.#book(i, units, price);
    if (exits !== null && exits.live(i, row, price)) this.cancel(i);
  }

  /** Ends what the bar has outlived, and tells what is left. */
  atClose(i: number): void {
    const { accounts } = this.#options;
    const { state, goal, barsLeft } = this.#columns;
    if (state[i] === NONE) return;
    barsLeft[i] -= 1;
    if (barsLeft[i] <= 0) this.#expire(i);
    accounts.pendingQuantity[i] = state[i] === NONE ? 0 : goal[i] - accounts.quantity[i];
  }

  save(): Saved {
    return this.#columns.save();
  }

  restore(saved: Saved): void {
    this.#columns.restore(saved);
  }

  #place(i: number, weight: number, row: number, lastMark: number): void {
    const { accounts, config, bars } = this.#options;
    const { order } = config;
    const columns = this.#columns;
    const position = accounts.quantity[i] * lastMark;
    const wanted = weight * (accounts.cash[i] + position) - position;
    const isSmaller = weight * position >= 0 && Math.abs(position + wanted) <= Math.abs(position);
    const isUrgent = columns.isUrgent[i] === 1;
    this.clear(i);
    columns.slices[i] = 1;
    columns.barsLeft[i] = order.timeInForce === 'bars' ? order.bars : order.timeInForce === 'ioc' ? 1 : Infinity;
    columns.day[i] = order.timeInForce === 'day' ? Math.floor(bars.openTimeMs[row] / DAY_MS) : Infinity;
    if (order.kind === 'market' || isUrgent || (isSmaller && order.exits === 'market')) {
      if (order.kind !== 'market' || isUrgent) this.#outlive(i);
      columns.state[i] = MARKET;
      return this.#size(i, weight, bars.open[row], row);
    }
    const side = Math.sign(wanted);
    const offset = order.kind === 'limit' ? -order.offsetBps : order.offsetBps;
    columns.price[i] = lastMark * (1 + side * offset * BPS);
    columns.state[i] = order.kind === 'limit' ? LIMIT : STOP;
    this.#size(i, weight, columns.price[i], row);
    // Where the offset turns the order around, there is nothing to order at its price.
    if (side * (columns.goal[i] - accounts.quantity[i]) <= 0) this.cancel(i);
  }

  /** Sets an order's quantity so that the weight is held after its expected costs, should it fill whole at this mid. */
  #size(i: number, weight: number, mid: number, row: number): void {
    const { accounts, fills } = this.#options;
    const { state, goal, size, slices } = this.#columns;
    const quantity = accounts.quantity[i];
    const position = quantity * mid;
    const equity = accounts.cash[i] + position;
    const wanted = weight * equity - position;
    if (wanted === 0 || !(equity > 0)) return this.cancel(i);
    slices[i] = this.#parts.slices(i, Math.abs(wanted), row);
    const rate = state[i] === LIMIT ? fills.quoteResting(i) : fills.expected(i, Math.abs(wanted) / slices[i], row);
    const notional = solveNotional(wanted, weight, rate, Math.abs(position));
    goal[i] = weight === 0 ? 0 : quantity + (Math.sign(wanted) * notional) / mid;
    size[i] = Math.abs(goal[i] - quantity);
    if (size[i] === 0) this.cancel(i);
  }

  /** Returns equity at the open. */
  #workAtOpen(i: number, row: number): number {
    const { accounts, fills, bars } = this.#options;
    const { state, goal, price, slices } = this.#columns;
    const mid = bars.open[row];
    const pending = goal[i] - accounts.quantity[i];
    const side = Math.sign(pending);
    const isReached = state[i] === MARKET || side * (state[i] === LIMIT ? price[i] - mid : mid - price[i]) >= 0;
    if (state[i] !== NONE && isReached) {
      const units = this.#parts.fill(i, row, pending / slices[i]);
      slices[i] = Math.max(1, slices[i] - 1);
      fills.quote(i, Math.abs(units) * mid, row);
      const isWithin = state[i] !== LIMIT || side * (price[i] - mid * (1 + side * fills.distance)) >= 0;
      if (state[i] === STOP) state[i] = MARKET;
      if (isWithin) this.#book(i, units, mid);
    }
    return accounts.cash[i] + accounts.quantity[i] * mid;
  }

  /** Where the bar's range fills the order, at mid; NaN where it does not. */
  #touched(i: number, row: number): number {
    const { accounts, bars, config, fills } = this.#options;
    const { state, goal, price } = this.#columns;
    if (this.#isDone[i] === 1 || (state[i] !== LIMIT && state[i] !== STOP)) return NaN;
    const isBuy = goal[i] > accounts.quantity[i];
    if (state[i] === STOP) return (isBuy ? bars.high[row] >= price[i] : bars.low[row] <= price[i]) ? price[i] : NaN;
    if (config.order.timeInForce === 'ioc') return NaN;
    const through = fills.halfSpread(i, row);
    const isThrough = isBuy ? bars.low[row] < price[i] * (1 - through) : bars.high[row] > price[i] * (1 + through);
    return isThrough ? price[i] : NaN;
  }

  /** Whether a limit order adds to the position at a price that the bar comes by before the stop. */
  #comesFirst(i: number, row: number): boolean {
    const { accounts, rules, bars } = this.#options;
    const { state, goal, price } = this.#columns;
    const quantity = accounts.quantity[i];
    const side = Math.sign(quantity);
    if (rules === null || state[i] !== LIMIT || side * (goal[i] - quantity) <= 0) return false;
    return Math.min(side * price[i], side * bars.open[row]) > rules.lossLevel(accounts, i);
  }

  #book(i: number, units: number, mid: number): void {
    const { accounts, fills, rules } = this.#options;
    const { goal } = this.#columns;
    this.#isDone[i] = 1;
    if (units === 0) return;
    const before = accounts.quantity[i];
    const after = units === goal[i] - before ? goal[i] : before + units;
    fills.book(i, after, mid);
    if (rules !== null) rules.noteFill(i, before, after, mid);
    if (after === goal[i]) this.cancel(i);
  }

  #expire(i: number): void {
    const { order } = this.#options.config;
    if (order.kind === 'market' || order.onExpiry === 'cancel') return this.cancel(i);
    this.#columns.state[i] = MARKET;
    this.#outlive(i);
  }

  /** Lets the order live until it is done. */
  #outlive(i: number): void {
    this.#columns.barsLeft[i] = Infinity;
    this.#columns.day[i] = Infinity;
  }
}
