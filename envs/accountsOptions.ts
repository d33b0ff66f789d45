/** What a set of accounts is made of. */

import type { RngColumns } from '../core/rngColumns.ts';
import type { ExecutionModel } from '../market/execution/executionModel.ts';
import type { FillObserver } from './fillLog.ts';
import type { IdleBars } from './idleInterest.ts';
import type { ActivityColumns } from './marketActivity.ts';
import type { OrderGround } from './orderParts.ts';
import type { TradingRules } from './tradingRules.ts';

/** The prices that accounts trade and are marked at; a live broker overwrites a single row bar by bar. */
export interface PriceColumns {
  readonly open: Float64Array;
  readonly close: Float64Array;
  /** Index into SESSIONS. */
  readonly session: Uint8Array;
}

export interface AccountsOptions {
  readonly count: number;
  /** Cash that an account opens with, quote currency. */
  readonly startEquity: number;
  readonly execution: ExecutionModel;
  readonly prices: PriceColumns;
  /** One stream per account; read only when a fill is sampled. */
  readonly streams: RngColumns;
  readonly ruinFraction?: number;
  /** Sizing, limits, exits, margin and funding; null or absent: the weight asked for is the weight held. */
  readonly rules?: TradingRules | null;
  /** Kinds of orders, partial fills, slices; null or absent: every order is at the market, whole and at once. */
  readonly orders?: OrderGround | null;
  /** What the market impact of the execution model is told by; null or absent where it has none. */
  readonly activity?: ActivityColumns | null;
  /** Time between bars, for which interest accrues too; null or absent where there is none. */
  readonly idleBars?: IdleBars | null;
  /** Is told of every fill; null or absent: nobody is. */
  readonly fillObserver?: FillObserver | null;
}
