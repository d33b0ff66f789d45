/** What a UTC day of trading has used up of its limits. */

import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import { DAY_MS } from '../core/units.ts';

export class TradingDay implements Resumable {
  #day: number | null = null;
  #startEquity: number;
  #orders = 0;

  constructor(startEquity: number) {
    this.#startEquity = startEquity;
  }

  /** Equity at the last close of the day before. */
  get startEquity(): number {
    return this.#startEquity;
  }

  get orders(): number {
    return this.#orders;
  }

  /** @param equityBefore equity at the close before this bar */
  beginBar(openTimeMs: number, equityBefore: number): void {
    const day = Math.floor(openTimeMs / DAY_MS);
    if (day === this.#day) return;
    this.#day = day;
    this.#startEquity = equityBefore;
    this.#orders = 0;
  }

  countOrder(): void {
    this.#orders += 1;
  }

  save(): Saved {
    return { day: this.#day, startEquity: this.#startEquity, orders: this.#orders };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'trading day');
    this.#day = reader.any('day') === null ? null : reader.number('day');
    this.#startEquity = reader.number('startEquity');
    this.#orders = reader.number('orders');
  }
}
