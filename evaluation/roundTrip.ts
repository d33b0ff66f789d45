/** One trade while it is added up, fill by fill and bar by bar. */

import { COST_COLUMNS, costRow, type CostRow } from '../market/execution/costs.ts';
import type { Trade } from './trades.ts';

/** What of a fill is one trade's. */
export interface FillPart {
  readonly bar: number;
  /** Signed units of base. */
  readonly quantity: number;
  readonly price: number;
  /** Costs of the whole fill, and the share of them that is this trade's. */
  readonly costs: CostRow;
  readonly share: number;
  /** Of the account after it. */
  readonly cash: number;
}

/** Units of one side of a trade, and what they were traded for at fill prices. */
interface Side {
  quantity: number;
  value: number;
}

export class RoundTrip {
  readonly #openedBar: number;
  readonly #side: Trade['side'];
  /** Cash of the flat account that it was opened from. */
  readonly #cashBefore: number;
  readonly #bought: Side = { quantity: 0, value: 0 };
  readonly #sold: Side = { quantity: 0, value: 0 };
  readonly #costs = { ...costRow(() => 0) };
  #fills = 0;
  #writeOff = 0;
  /** Null while it is open. */
  #closed: { readonly bar: number; cash: number } | null = null;

  constructor(opening: FillPart, cashBefore: number) {
    this.#openedBar = opening.bar;
    this.#side = opening.quantity > 0 ? 'long' : 'short';
    this.#cashBefore = cashBefore;
    this.fill(opening);
  }

  /** Cash of the flat account that it left; null while it is open. */
  get cashFlat(): number | null {
    return this.#closed?.cash ?? null;
  }

  fill({ quantity, price, costs, share }: FillPart): void {
    const side = quantity > 0 ? this.#bought : this.#sold;
    side.quantity += Math.abs(quantity);
    side.value += Math.abs(quantity) * price;
    for (const column of COST_COLUMNS) this.#costs[column] += share * costs[column];
    this.#fills += 1;
  }

  accrue(interest: number): void {
    this.#costs.interestCost += interest;
  }

  close(bar: number, cash: number): void {
    this.#closed = { bar, cash };
  }

  forgive(writeOff: number, cash: number): void {
    this.#writeOff += writeOff;
    if (this.#closed !== null) this.#closed.cash = cash;
  }

  /** @param last what stands at the end of the ledger, where the trade is open still */
  end(last: { readonly bar: number; readonly position: number; readonly equity: number }): Trade {
    const [entry, exit] = this.#side === 'long' ? [this.#bought, this.#sold] : [this.#sold, this.#bought];
    const isOpen = this.#closed === null;
    return {
      openedBar: this.#openedBar,
      closedBar: this.#closed?.bar ?? last.bar,
      side: this.#side,
      isOpen,
      entryPrice: entry.value / entry.quantity,
      exitPrice: exit.quantity === 0 ? NaN : exit.value / exit.quantity,
      boughtQuantity: this.#bought.quantity,
      soldQuantity: this.#sold.quantity,
      openQuantity: isOpen ? last.position : 0,
      fills: this.#fills,
      ...this.#costs,
      writeOff: this.#writeOff,
      pnl: (this.#closed?.cash ?? last.equity) - this.#cashBefore,
    };
  }
}
