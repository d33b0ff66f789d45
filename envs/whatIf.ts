/** What every action would have led to: the market is exogenous, so one bar can be lived once for each of them. */

import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { RngColumns } from '../core/rngColumns.ts';
import type { Resumable, Saved } from '../core/saved.ts';
import type { Counterfactuals, StepBatch } from '../core/spec.ts';
import { costColumnsOf } from '../market/execution/costs.ts';
import type { Reward, RewardColumns } from '../rewards/terms.ts';
import { Accounts } from './account.ts';
import type { AccountsOptions } from './accountsOptions.ts';
import { STATE_SIZE } from './accountState.ts';
import { isRange, type TargetWeights } from './targetWeights.ts';
import type { OrderGround } from './orderParts.ts';
import type { TradingRules } from './tradingRules.ts';

export interface WhatIfOptions extends Omit<AccountsOptions, 'streams' | 'rules' | 'orders'> {
  readonly targetWeights: readonly number[];
  readonly reward: Reward;
  /** Luck of the fills that did not happen, apart from that of those that did. */
  readonly rng: Rng;
  readonly streamNames: readonly string[];
  readonly scope: CounterfactualScope;
}

/** From the position held alone, or from a position of every weight of the ladder. */
export type CounterfactualScope = 'actions' | 'positions';

/** @throws InputError where actions cannot be told one by one, or a bar depends on more than an account remembers */
export function makeWhatIf(
  options: Omit<WhatIfOptions, 'targetWeights'> & { readonly targetWeights: TargetWeights },
  rules: TradingRules | OrderGround | null,
): WhatIf {
  const { targetWeights } = options;
  if (isRange(targetWeights)) {
    throw new InputError({
      what: 'what every action would have led to is not told of a range of actions',
      where: 'counterfactual, targetWeights',
      rule: 'a ladder of weights',
    });
  }
  if (rules !== null) {
    throw new InputError({
      what: 'what other actions would have led to is not told under trading rules and working orders',
      where: 'counterfactual, trading',
      rule: 'plain trading',
    });
  }
  return new WhatIf({ ...options, targetWeights });
}

/**
 * A copy of every account for each start and action, brought level before a bar and sent through it by the same arithmetic.
 *
 * Starts (scope `positions`): for the weight that the account last traded to, the account as it stands. For each other weight of
 * the ladder an account that traded to it at the last mark, free of cost: of the same equity and peak, one bar in its
 * position, with nothing gained since and no cost in its last bar.
 */
export class WhatIf implements Resumable {
  readonly result: Counterfactuals;
  readonly #accounts: Accounts;
  readonly #streams: RngColumns;
  readonly #weights: Float64Array;
  readonly #numStarts: number;
  /** (count) start that is the account as it stands; -1 where its weight is none of the ladder. */
  readonly #livedStart: Int32Array;
  readonly #reward: Reward;
  readonly #bar: RewardColumns;

  constructor(options: WhatIfOptions) {
    const { targetWeights, count, streamNames, rng } = options;
    const numStarts = options.scope === 'positions' ? targetWeights.length : 1;
    const outcomes = numStarts * targetWeights.length;
    const copies = count * outcomes;
    this.#weights = Float64Array.from(targetWeights);
    this.#numStarts = numStarts;
    this.#livedStart = new Int32Array(count);
    this.#reward = options.reward;
    this.#streams = new RngColumns(
      streamNames.flatMap((name) => Array.from({ length: outcomes }, (_, k) => `${rng.path}/${name}/whatIf${k}/fills`)),
    );
    this.#accounts = new Accounts({ ...options, count: copies, streams: this.#streams });
    const { equity, peakEquity, mark, tradedNotional } = this.#accounts;
    this.#bar = {
      equityBefore: new Float64Array(copies),
      markBefore: new Float64Array(copies),
      ...{ equity, peakEquity, mark, tradedNotional, ...costColumnsOf(this.#accounts) },
    };
    this.result = {
      numStarts,
      start: new Float32Array(count * numStarts * STATE_SIZE),
      reward: new Float32Array(copies),
      state: new Float32Array(copies * STATE_SIZE),
      terminated: new Uint8Array(copies),
    };
  }

  /** Lives the bar at `row` from account `env` as it stands, or as it might, once for each action. */
  imagine(lived: Accounts, env: number, row: number): void {
    this.#livedStart[env] = this.#numStarts === 1 ? 0 : this.#weights.indexOf(lived.targetWeight[env]);
    for (let start = 0; start < this.#numStarts; start++) {
      const isLived = start === this.#livedStart[env];
      const offset = (env * this.#numStarts + start) * STATE_SIZE;
      if (isLived) lived.writeState(env, this.result.start, offset);
      for (let action = 0; action < this.#weights.length; action++) {
        const copy = this.#copyOf(env, start, action);
        this.#accounts.copyFrom(lived, env, copy);
        if (!isLived) standAt(this.#accounts, copy, this.#weights[start]);
        if (!isLived && action === 0) this.#accounts.writeState(copy, this.result.start, offset);
        this.#live(copy, this.#weights[action], row);
      }
    }
  }

  /** Puts what was lived in the place of what was only imagined for that action: its fill may have been luckier. */
  settle(env: number, action: number, lived: StepBatch): void {
    if (this.#livedStart[env] < 0) return;
    const { reward, state, terminated } = this.result;
    const copy = this.#copyOf(env, this.#livedStart[env], action);
    reward[copy] = lived.reward[env];
    terminated[copy] = lived.terminated[env];
    for (let k = 0; k < STATE_SIZE; k++) state[copy * STATE_SIZE + k] = lived.finalState[env * STATE_SIZE + k];
  }

  #copyOf(env: number, start: number, action: number): number {
    return (env * this.#numStarts + start) * this.#weights.length + action;
  }

  #live(copy: number, weight: number, row: number): void {
    const accounts = this.#accounts;
    const { reward, state, terminated } = this.result;
    this.#bar.equityBefore[copy] = accounts.equity[copy];
    this.#bar.markBefore[copy] = accounts.mark[copy];
    accounts.stepBar(copy, weight, row);
    accounts.writeState(copy, state, copy * STATE_SIZE);
    reward[copy] = this.#reward(this.#bar, copy);
    terminated[copy] = accounts.ruined[copy];
  }

  save(): Saved {
    return this.#streams.save();
  }

  restore(saved: Saved): void {
    this.#streams.restore(saved);
  }
}

/** Makes account `i` one that traded to `weight` at its last mark, free of cost. */
function standAt(accounts: Accounts, i: number, weight: number): void {
  const equity = accounts.equity[i];
  accounts.quantity[i] = (weight * equity) / accounts.mark[i];
  accounts.cash[i] = equity - weight * equity;
  accounts.targetWeight[i] = weight;
  accounts.entryEquity[i] = equity;
  accounts.barsInPosition[i] = weight === 0 ? 0 : 1;
  accounts.feeCost[i] = 0;
  accounts.spreadCost[i] = 0;
  accounts.slippageCost[i] = 0;
  accounts.interestCost[i] = 0;
}
