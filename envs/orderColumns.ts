/** The one order that an account may have working, a column per quantity and an entry per account. */

import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';

/** What an order is at the moment; a stop that was touched is a market order from then on. */
export const ORDER_STATES = ['none', 'market', 'limit', 'stop'] as const;

export class OrderColumns implements Resumable {
  /** Index into ORDER_STATES. */
  readonly state: Uint8Array;
  /** Signed units of base that the account is to hold when the order is done. */
  readonly goal: Float64Array;
  /** Unsigned units of the whole order. */
  readonly size: Float64Array;
  /** Limit, or the price that a stop waits for. */
  readonly price: Float64Array;
  /** Slices still to come, 1 where the order is not sliced. */
  readonly slices: Float64Array;
  /** Bars left of its life; Infinity where it has no such end. */
  readonly barsLeft: Float64Array;
  /** UTC day that it lives on; NaN where it lives longer. */
  readonly day: Float64Array;
  /** 1: the next order goes at the market whatever its kind. */
  readonly isUrgent: Uint8Array;

  constructor(count: number) {
    const column = () => new Float64Array(count);
    this.state = new Uint8Array(count);
    this.goal = column();
    this.size = column();
    this.price = column();
    this.slices = column();
    this.barsLeft = column();
    this.day = column();
    this.isUrgent = new Uint8Array(count);
  }

  save(): Saved {
    return Object.fromEntries(this.#columns().map(([name, column]) => [name, column.slice()]));
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'orders');
    for (const [name, column] of this.#columns()) reader.into(name, column);
  }

  #columns(): [string, Float64Array | Uint8Array][] {
    const { state, goal, size, price, slices, barsLeft, day, isUrgent } = this;
    return Object.entries({ state, goal, size, price, slices, barsLeft, day, isUrgent });
  }
}
