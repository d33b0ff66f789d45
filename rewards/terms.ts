/** What a bar is worth: pure terms, each larger where the account did better, none with a memory of its own. */

import { totalCost, type CostColumns } from '../market/execution/costs.ts';
import { logRatio } from './logRatio.ts';

/** The bar just lived and its costs, one entry per account; amounts in quote currency. */
export interface RewardColumns extends CostColumns {
  /** Equity at the close that the action was chosen on, and at the close it led to; both > 0. */
  readonly equityBefore: Float64Array;
  readonly equity: Float64Array;
  /** Highest equity so far, this bar's included. */
  readonly peakEquity: Float64Array;
  /** Closing prices of the same two bars. */
  readonly markBefore: Float64Array;
  readonly mark: Float64Array;
  readonly tradedNotional: Float64Array;
}

/** Reward of account `i` for the bar just lived. */
export type Reward = (bar: RewardColumns, i: number) => number;

/** Log of the growth of equity: sums to the log of final equity over starting equity. */
export const logGrowth: Reward = (bar, i) => logRatio(bar.equity[i], bar.equityBefore[i]);

/** Log growth beyond that of holding the asset over the same bar, free of cost. */
export const excessLogGrowth: Reward = (bar, i) =>
  logRatio(bar.equity[i] * bar.markBefore[i], bar.equityBefore[i] * bar.mark[i]);

/** Depth of the drawdown that the bar closed in, in [-1, 0]. */
export const drawdown: Reward = (bar, i) => bar.equity[i] / bar.peakEquity[i] - 1;

/** Minus the notional traded per unit of equity. */
export const turnover: Reward = (bar, i) => -bar.tradedNotional[i] / bar.equityBefore[i];

/** Minus all costs per unit of equity: counted once more, beyond their effect on growth. */
export const cost: Reward = (bar, i) => -totalCost(bar, i) / bar.equityBefore[i];
