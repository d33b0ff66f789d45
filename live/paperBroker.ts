/** An account on paper: filled, charged and marked by the very code that training and backtest use. */

import type { Rng } from '../core/rng.ts';
import { RngColumns } from '../core/rngColumns.ts';
import { SavedReader, type Saved } from '../core/saved.ts';
import { Accounts } from '../envs/account.ts';
import { figuresOf } from '../envs/accountFigures.ts';
import { STATE_SIZE } from '../envs/accountState.ts';
import { makeOrders } from '../envs/makeOrders.ts';
import { makeTradingRules, spanOf } from '../envs/makeTradingRules.ts';
import { activitySpan, MarketActivity } from '../envs/marketActivity.ts';
import type { TradingConfig } from '../envs/tradingConfig.ts';
import { TrailingMoments } from '../envs/trailingMoments.ts';
import type { Bar } from '../market/data/bar.ts';
import { COST_MODES, type CostMode, type ExecutionModel } from '../market/execution/executionModel.ts';
import { sessionAt } from '../market/sessions.ts';
import { ACCEPTED, type AccountSnapshot, type Broker, type Order, type Submission } from './broker.ts';

export interface PaperBrokerOptions {
  readonly timeframeMs: number;
  readonly execution: ExecutionModel;
  readonly costMode: CostMode;
  /** Quote currency. */
  readonly startEquity: number;
  readonly rng: Rng;
  /** Fills draw from `<rng>/<streamName>/fills`: under the path's name, the luck of its backtest. */
  readonly streamName: string;
  /** Sizing, limits, exits, margin, funding; what an action asks for is what is held where absent. */
  readonly trading?: TradingConfig;
}

/** Works an order from the open of the bar after its decision, as the trading env does. */
export class PaperBroker implements Broker {
  readonly startEquity: number;
  readonly #accounts: Accounts;
  readonly #prices = {
    openTimeMs: new Float64Array(1),
    open: new Float64Array(1),
    high: new Float64Array(1),
    low: new Float64Array(1),
    close: new Float64Array(1),
    volume: new Float64Array(1),
    session: new Uint8Array(1),
  };
  /** What sizing knows of past returns; null where it looks at none. */
  readonly #moments: TrailingMoments | null;
  readonly #known = { mean: new Float64Array(1), volatility: new Float64Array(1) };
  /** What market impact is told by; null where orders move nothing. */
  readonly #activity: MarketActivity | null;
  readonly #active = { volatilityBps: new Float64Array(1), unit: new Float64Array(1) };
  #pendingWeight: number | null = null;
  /** Open time of the last bar; null before the first. */
  #lastTimeMs: number | null = null;
  /** Timeframes between the last bar and the one at hand. */
  #idleBars = 0;
  readonly #timeframeMs: number;

  constructor({ timeframeMs, execution, costMode, startEquity, rng, streamName, trading }: PaperBrokerOptions) {
    this.startEquity = startEquity;
    this.#timeframeMs = timeframeMs;
    const span = trading === undefined ? null : spanOf(trading.sizing);
    this.#moments = span === null ? null : new TrailingMoments(span);
    const activeSpan = activitySpan(execution);
    this.#activity = activeSpan === null ? null : new MarketActivity(activeSpan);
    this.#accounts = new Accounts({
      count: 1,
      startEquity,
      execution,
      prices: this.#prices,
      streams: new RngColumns([`${rng.path}/${streamName}/fills`]),
      rules: makeTradingRules(trading, { count: 1, range: this.#prices, makeMoments: () => this.#known }),
      orders: makeOrders(trading, this.#prices),
      activity: this.#activity === null ? null : this.#active,
      idleBars: () => this.#idleBars,
    });
    // Flat in cash, so the opening mark values nothing; the first bar brings a real one.
    this.#accounts.open(0, COST_MODES.indexOf(costMode), 1);
  }

  submit(order: Order): Submission {
    this.#pendingWeight = order.targetWeight;
    if (order.isUrgent === true) this.#accounts.hurry(0);
    return ACCEPTED;
  }

  settle(bar: Bar): AccountSnapshot {
    const accounts = this.#accounts;
    this.#prices.openTimeMs[0] = bar.openTimeMs;
    this.#prices.volume[0] = bar.volume;
    this.#prices.open[0] = bar.open;
    this.#prices.high[0] = bar.high;
    this.#prices.low[0] = bar.low;
    this.#prices.close[0] = bar.close;
    this.#prices.session[0] = sessionAt(bar.openTimeMs);
    if (this.#moments !== null) {
      this.#known.mean[0] = this.#moments.mean;
      this.#known.volatility[0] = this.#moments.volatility;
      this.#moments.push(bar.close);
    }
    if (this.#activity !== null) {
      this.#active.volatilityBps[0] = this.#activity.volatilityBps;
      this.#active.unit[0] = this.#activity.unit;
      this.#activity.push(bar);
    }
    this.#idleBars = this.#lastTimeMs === null ? 0 : (bar.openTimeMs - this.#lastTimeMs) / this.#timeframeMs - 1;
    this.#lastTimeMs = bar.openTimeMs;
    accounts.stepBar(0, this.#pendingWeight ?? accounts.targetWeight[0], 0);
    this.#pendingWeight = null;
    const state = new Float32Array(STATE_SIZE);
    accounts.writeState(0, state, 0);
    return {
      ...figuresOf(accounts, 0),
      peakEquity: accounts.peakEquity[0],
      ruined: accounts.ruined[0] === 1,
      state,
    };
  }

  save(): Saved {
    const moments = this.#moments === null ? {} : { moments: this.#moments.save() };
    const activity = this.#activity === null ? {} : { activity: this.#activity.save() };
    const fields = { pendingWeight: this.#pendingWeight, lastTimeMs: this.#lastTimeMs };
    return { accounts: this.#accounts.save(), ...fields, ...moments, ...activity };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'paper broker');
    this.#accounts.restore(reader.any('accounts'));
    if (this.#moments !== null) this.#moments.restore(reader.any('moments'));
    if (this.#activity !== null) this.#activity.restore(reader.any('activity'));
    this.#pendingWeight = reader.any('pendingWeight') === null ? null : reader.number('pendingWeight');
    this.#lastTimeMs = reader.any('lastTimeMs') === null ? null : reader.number('lastTimeMs');
  }
}
