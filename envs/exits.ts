/** How a position is put out by its rules inside a bar: found by the rules, filled here. */

import { COST_MODES } from '../market/execution/executionModel.ts';
import type { AccountColumns } from './accountColumns.ts';
import { FILLED_RESTING } from './fillLog.ts';
import type { Fills } from './fills.ts';
import type { TradingRules } from './tradingRules.ts';

const FREE = COST_MODES.indexOf('none');

export class Exits {
  readonly #accounts: AccountColumns;
  readonly #fills: Fills;
  readonly #rules: TradingRules;

  constructor(accounts: AccountColumns, fills: Fills, rules: TradingRules) {
    this.#accounts = accounts;
    this.#fills = fills;
    this.#rules = rules;
  }

  /**
   * Ends the position where the bar's range reaches a stop, a profit or a liquidation; tells whether it did.
   *
   * @param entered price at which an order filled within this very bar; NaN where the position is that of the open
   */
  live(i: number, row: number, entered: number): boolean {
    const accounts = this.#accounts;
    const rules = this.#rules;
    const fills = this.#fills;
    if (accounts.quantity[i] === 0) return false;
    const through = rules.takesProfit ? fills.halfSpread(i, row) : 0;
    const price = rules.findExit(accounts, i, { row, entered, through });
    if (Number.isNaN(price)) return false;
    const notional = Math.abs(accounts.quantity[i]) * price;
    fills.cause = FILLED_RESTING + rules.exit[i];
    if (rules.exitRests[i] === 1) {
      fills.quoteResting(i);
      fills.book(i, 0, price);
    } else fills.tradeTo(i, 0, price, row);
    if (accounts.costMode[i] === FREE || !rules.isLiquidated(i)) return true;
    fills.penalize(i, notional * rules.liquidationRate);
    return true;
  }
}
