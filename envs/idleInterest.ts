/** Time in which no bar is while interest goes on: nights, weekends, holidays, and bars that are missing. */

import type { RowRange } from '../market/data/rowRange.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';
import type { AccountColumns } from './accountColumns.ts';

const NONE = COST_MODES.indexOf('none');

/**
 * Timeframes between the end of the bar before and the open of this one: 0 for neighbors, 2 for a Monday of daily bars after a
 * Friday, below 0 where bars stand closer than their timeframe. Undefined for the first row of a path, which nothing is held into.
 */
export type IdleBars = (row: number) => number;

/** Reads the times of bars; null where no path has any idle time, so that gapless markets pay nothing for asking. */
export function idleBarsOf({
  openTimeMs,
  timeframeMs,
  paths,
}: {
  readonly openTimeMs: Float64Array;
  readonly timeframeMs: number;
  readonly paths: readonly RowRange[];
}): IdleBars | null {
  const isIdle = paths.some(({ from, to }) => {
    for (let row = from + 1; row < to; row++) if (openTimeMs[row] - openTimeMs[row - 1] !== timeframeMs) return true;
    return false;
  });
  return isIdle ? (row) => (openTimeMs[row] - openTimeMs[row - 1]) / timeframeMs - 1 : null;
}

/** Interest and funding of accounts over the time between bars: on what is held through it, at the last mark. */
export class IdleInterest {
  readonly #accounts: AccountColumns;
  readonly #borrowRatePerBar: number;
  readonly #cashRatePerBar: number;
  readonly #idleBars: IdleBars;

  constructor(accounts: AccountColumns, { borrowRatePerBar, cashRatePerBar }: ExecutionModel, idleBars: IdleBars) {
    this.#accounts = accounts;
    this.#borrowRatePerBar = borrowRatePerBar;
    this.#cashRatePerBar = cashRatePerBar;
    this.#idleBars = idleBars;
  }

  /** Charges account `i` for the time between the bar before and that at `row`. @param price of the last mark */
  charge(i: number, row: number, price: number, fundingRatePerBar = 0): void {
    const accounts = this.#accounts;
    const quantity = accounts.quantity[i];
    if (quantity === 0 || accounts.costMode[i] === NONE) return;
    const bars = this.#idleBars(row);
    if (bars === 0) return;
    const cash = accounts.cash[i];
    let perBar = quantity * price * fundingRatePerBar;
    if (quantity < 0) perBar -= quantity * price * this.#borrowRatePerBar;
    if (cash < 0) perBar -= cash * this.#cashRatePerBar;
    accounts.interestCost[i] += perBar * bars;
    accounts.cash[i] -= perBar * bars;
  }
}
