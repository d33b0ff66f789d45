/** The trading environment: many accounts side by side, each walking its own stretch of the worlds. */

import type { Rng } from '../core/rng.ts';
import { RngColumns } from '../core/rngColumns.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import { createStepBatch, type Actions, type EnvSpec, type StepBatch, type VectorEnv } from '../core/spec.ts';
import type { Episode, EpisodeSource } from '../market/episodes.ts';
import { costColumnsOf } from '../market/execution/costs.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';
import type { Worlds } from '../market/worlds.ts';
import type { Reward, RewardColumns } from '../rewards/terms.ts';
import { Accounts } from './account.ts';
import { STATE_SIZE } from './accountState.ts';
import { EpisodeWalk } from './episodeWalk.ts';
import { idleBarsOf } from './idleInterest.ts';
import type { FillObserver } from './fillLog.ts';
import { checkVolume, makeOrders } from './makeOrders.ts';
import { makeTradingRules } from './makeTradingRules.ts';
import { activityColumns } from './marketActivity.ts';
import { actionsOf, unknownAction, weightReader, type TargetWeights, type WeightOf } from './targetWeights.ts';
import { checkTrading } from './tradingChecks.ts';
import type { TradingConfig } from './tradingConfig.ts';
import type { TradingRules } from './tradingRules.ts';
import { trailingColumns } from './trailingMoments.ts';
import { makeWhatIf, type CounterfactualScope, type WhatIf } from './whatIf.ts';

/** Looks on while accounts live: a backtest writes its ledgers through this. */
export interface BarObserver {
  /** Is told of each fill as it happens, before its bar is marked. */
  readonly fills?: FillObserver;
  /** Called when the bar at `row` is marked, before an ended episode gives way to the next. */
  onBar(env: number, row: number, accounts: Accounts): void;
}

export interface TradingVectorEnvOptions {
  readonly worlds: Worlds;
  readonly numEnvs: number;
  /** Saved and restored with the env where it has a state. */
  readonly source: EpisodeSource | (EpisodeSource & Resumable);
  readonly execution: ExecutionModel;
  readonly reward: Reward;
  /** Signed fraction of equity that each action asks for: `[-1, 0, 1]` is short, flat, long. Or the range that actions lie in. */
  readonly targetWeights: TargetWeights;
  /** Cash that every episode starts with, quote currency. */
  readonly startEquity: number;
  readonly rng: Rng;
  /** Names of the envs' random streams, `env0`, `env1`, ... when absent. */
  readonly streamNames?: readonly string[];
  readonly observer?: BarObserver;
  readonly ruinFraction?: number;
  /** Sizing, limits, exits, margin, funding; what an action asks for is what is held where absent. */
  readonly trading?: TradingConfig;
  /** Steps also tell what every action would have led to, at the price of living each bar once more for each; true: `actions`. */
  readonly counterfactual?: boolean | CounterfactualScope;
}

/**
 * Trades one instrument in `numEnvs` independent accounts.
 *
 * - Traded: the instrument of `worlds`, long and short, whole position at once, at the market, in quote currency.
 * - Actions: index into `targetWeights`, the signed fraction of equity to hold. It is traded when it differs from the last
 *   action's; while it stays the same, nothing is (no rebalancing as the price carries the weight away).
 *   Or, where `targetWeights` is a range: the weight itself. Nearer to 0 than the deadband it is 0; it is traded when it is as
 *   far as the deadband from the weight last traded to, and stands for that weight until then.
 * - Observation: `row` of the worlds' context, and the account's STATE_COLUMNS (see `accountState.ts`): position weight,
 *   unrealized return, drawdown, bars in position, last cost.
 * - Reward: the given function of the bar just lived, from close to close.
 * - Fill timing: an action chosen on row t, known at the close of bar t, fills at the open of bar t+1 with half-spread,
 *   slippage and fee against it; then the bar's interest; then the mark at the close of t+1. No price that the
 *   observation held is ever filled at.
 * - Interest: borrow, cash and funding rates accrue with time. What is held from Friday's bar to Monday's pays for three nights,
 *   and for bars that are missing; the time between bars is charged at the open of the later one, before its fill.
 * - Terminated: the account is ruined (equity at or below `ruinFraction` of its start).
 * - Truncated: the episode's last row is reached (end of window or of data); ruin on that very row is terminated.
 * - Autoreset: in the same step. Every episode starts flat in cash, at least `warmupBars` into its path.
 * - Options (`trading`): sizing between action and weight, limits of exposure, position and turnover, stop-loss and take-profit,
 *   maintenance margin with liquidation, funding; see `tradingRules.ts`. Limit and stop orders with a time in force, partial fills
 *   carried over, slices of large orders; see `orders.ts`. And of the execution model: market impact, choice between venues. All
 *   are off unless asked for. What is still pending of an order is in `accounts.pendingQuantity`, not in the observation.
 * - Not modelled: the place of a resting order in its queue (a bar must trade through it instead), market impact on later bars, the
 *   order of prices inside a bar (the worse is taken to come first), stops that fill in parts, dividends, minimum order sizes.
 *
 * Env `i` draws from its own streams alone, so it lives the same life whatever its neighbors do.
 */
export class TradingVectorEnv implements VectorEnv {
  readonly spec: EnvSpec;
  readonly numEnvs: number;
  readonly accounts: Accounts;
  /** Null where the trading config is plain. */
  readonly rules: TradingRules | null;
  readonly #worlds: Worlds;
  readonly #walk: EpisodeWalk;
  readonly #reward: Reward;
  readonly #targetWeights: TargetWeights;
  readonly #weightOf: WeightOf;
  readonly #observer: BarObserver | null;
  readonly #bar: RewardColumns;
  readonly #step: StepBatch;
  readonly #whatIf: WhatIf | null;
  /** @throws InputError when the options cannot make a market */
  constructor(options: TradingVectorEnvOptions) {
    checkTrading(options);
    const { worlds, numEnvs, rng } = options;
    const names = options.streamNames ?? Array.from({ length: numEnvs }, (_, env) => `env${env}`);
    this.numEnvs = numEnvs;
    this.spec = {
      stateSize: STATE_SIZE,
      actions: actionsOf(options.targetWeights),
      context: worlds.context,
    };
    this.rules = makeTradingRules(options.trading, {
      count: numEnvs,
      range: worlds.bars,
      makeMoments: (spanBars) => trailingColumns(worlds, spanBars),
    });
    const market = {
      count: numEnvs,
      startEquity: options.startEquity,
      execution: options.execution,
      prices: { open: worlds.bars.open, close: worlds.bars.close, session: worlds.session },
      activity: activityColumns(worlds, options.execution),
      idleBars: idleBarsOf({ ...worlds, openTimeMs: worlds.bars.openTimeMs }),
      ...(options.ruinFraction !== undefined && { ruinFraction: options.ruinFraction }),
    };
    const streams = new RngColumns(names.map((name) => `${rng.path}/${name}/fills`));
    const orders = makeOrders(options.trading, worlds.bars);
    checkVolume(orders, options.execution);
    const fillObserver = options.observer?.fills ?? null;
    this.accounts = new Accounts({ ...market, streams, rules: this.rules, orders, fillObserver });
    this.#worlds = worlds;
    this.#reward = options.reward;
    this.#targetWeights = options.targetWeights;
    this.#weightOf = weightReader(options.targetWeights);
    this.#observer = options.observer ?? null;
    const { counterfactual = false } = options;
    const scope = counterfactual === true ? 'actions' : counterfactual;
    this.#whatIf =
      scope === false ? null : makeWhatIf({ ...options, ...market, streamNames: names, scope }, this.rules ?? orders);
    this.#step = {
      ...createStepBatch(numEnvs, STATE_SIZE),
      ...(this.#whatIf !== null && { counterfactuals: this.#whatIf.result }),
    };
    this.#walk = new EpisodeWalk({
      name: 'trading env',
      worlds,
      source: options.source,
      streamNames: names,
      rng,
      step: this.#step,
      begin: (env, episode) => this.#openAccount(env, episode),
    });
    const { equity, peakEquity, mark, tradedNotional } = this.accounts;
    this.#bar = {
      equityBefore: new Float64Array(numEnvs),
      markBefore: new Float64Array(numEnvs),
      ...{ equity, peakEquity, mark, tradedNotional, ...costColumnsOf(this.accounts) },
    };
  }

  reset(): StepBatch {
    return this.#walk.reset();
  }

  step(actions: Actions): StepBatch {
    const walk = this.#walk;
    walk.begin();
    const { row, finalState, reward } = this.#step;
    const accounts = this.accounts;
    const bar = this.#bar;
    bar.equityBefore.set(accounts.equity);
    bar.markBefore.set(accounts.mark);
    for (let env = 0; env < this.numEnvs; env++) {
      const action = actions[env];
      const weight = this.#weightOf(action, accounts.targetWeight[env]);
      if (Number.isNaN(weight)) throw unknownAction(action, `env ${env}`, this.#targetWeights);
      const next = row[env] + 1;
      if (this.#whatIf !== null) this.#whatIf.imagine(accounts, env, next);
      accounts.stepBar(env, weight, next);
      accounts.writeState(env, finalState, env * STATE_SIZE);
      walk.arrive(env, next, accounts.ruined[env]);
      reward[env] = this.#reward(bar, env);
      if (this.#whatIf !== null) this.#whatIf.settle(env, action, this.#step);
      if (this.#observer !== null) this.#observer.onBar(env, next, accounts);
    }
    return walk.finish();
  }

  save(): Saved {
    return {
      ...this.#walk.save(),
      accounts: this.accounts.save(),
      ...(this.#whatIf !== null && { whatIf: this.#whatIf.save() }),
    };
  }

  restore(saved: Saved): StepBatch {
    const reader = new SavedReader(saved, 'trading env');
    const step = this.#walk.restore(saved);
    this.accounts.restore(reader.any('accounts'));
    if (this.#whatIf !== null) this.#whatIf.restore(reader.any('whatIf'));
    return step;
  }

  #openAccount(env: number, { startRow, costMode }: Episode): void {
    this.accounts.open(env, COST_MODES.indexOf(costMode), this.#worlds.bars.close[startRow]);
    this.accounts.writeState(env, this.#step.state, env * STATE_SIZE);
  }
}
