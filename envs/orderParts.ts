/** How much of an order a moment fills: slices of a large one, and what ratio or volume allow of each. */

import { InputError } from '../core/errors.ts';
import { BPS } from '../core/units.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';
import type { AccountColumns } from './accountColumns.ts';
import type { Fills } from './fills.ts';
import type { ActivityColumns } from './marketActivity.ts';
import type { OrderColumns } from './orderColumns.ts';
import type { TradingConfig } from './tradingConfig.ts';
import { cheapestSlices } from './twap.ts';

/** What is left of an order below this share of it is filled with the rest, so that every order ends. */
const DUST = 1e-3;
const FREE = COST_MODES.indexOf('none');

export interface OrderGround {
  readonly config: Pick<TradingConfig, 'order' | 'partialFills' | 'slicing'>;
  /** Bars that orders meet; a live broker overwrites a single row. */
  readonly bars: Readonly<Record<'openTimeMs' | 'open' | 'high' | 'low' | 'volume', Float64Array>>;
}

export interface OrderPartsOptions extends OrderGround {
  readonly accounts: AccountColumns;
  readonly fills: Fills;
  readonly execution: ExecutionModel;
  readonly activity: ActivityColumns | null;
}

/** In cost mode none every order fills whole. */
export class OrderParts {
  readonly #options: OrderPartsOptions;
  readonly #columns: OrderColumns;

  /** @throws InputError when slices are to be picked by an impact that is none */
  constructor(options: OrderPartsOptions, columns: OrderColumns) {
    this.#options = options;
    this.#columns = columns;
    if (options.config.slicing?.bars !== 'auto' || options.execution.impact !== undefined) return;
    throw new InputError({
      what: 'slices cannot be picked without market impact',
      where: 'trading.slicing.bars',
      rule: 'a number of bars, or execution.impact',
      value: 'auto',
      hint: 'set execution.impact to {} for the measured coefficient',
    });
  }

  /** Slices that an order of this notional is worth. */
  slices(i: number, notional: number, row: number): number {
    const { config, execution, activity, accounts, fills } = this.#options;
    const { slicing } = config;
    if (slicing === null || notional <= slicing.sliceAbove || accounts.costMode[i] === FREE) return 1;
    if (slicing.bars !== 'auto') return slicing.bars;
    const { impact } = execution;
    if (impact === undefined || activity === null) return 1;
    const ground = {
      notional,
      coefficient: impact.coefficient,
      volatilityBps: activity.volatilityBps[row],
      unit: Number.isNaN(activity.unit[row]) ? impact.measuredUnit : activity.unit[row],
      halfSpreadBps: fills.halfSpread(i, row) / BPS,
      riskAversion: slicing.riskAversion,
    };
    return cheapestSlices(ground, slicing.maxBars);
  }

  /** Signed units that one moment fills of those released. */
  fill(i: number, row: number, released: number): number {
    const { accounts, bars, config, fills } = this.#options;
    const { partialFills } = config;
    if (partialFills === null || accounts.costMode[i] === FREE) return released;
    const ratio = fills.drawRatio(i);
    if (ratio === null) {
      return Math.sign(released) * Math.min(Math.abs(released), partialFills.maxShareOfVolume * bars.volume[row]);
    }
    const isDust = Math.abs(released) * (1 - ratio) <= DUST * this.#columns.size[i];
    return isDust ? released : released * ratio;
  }
}
