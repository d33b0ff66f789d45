/** What every action would have led to: the market is exogenous, so one bar can be lived once for each of them. */

import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { RngColumns } from '../core/rngColumns.ts';
import type { Resumable, Saved } from '../core/saved.ts';
import type { Counterfactuals, StepBatch } from '../core/spec.ts';
import type { Reward, RewardColumns } from '../rewards/terms.ts';
import { Accounts, type AccountsOptions } from './account.ts';
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
}

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

/** A copy of every account for each action, brought level before a bar and sent through it by the same arithmetic. */
export class WhatIf implements Resumable {
  readonly result: Counterfactuals;
  readonly #accounts: Accounts;
  readonly #streams: RngColumns;
  readonly #weights: Float64Array;
  readonly #reward: Reward;
  readonly #bar: RewardColumns;

  constructor(options: WhatIfOptions) {
    const { targetWeights, count, streamNames, rng } = options;
    const numActions = targetWeights.length;
    const copies = count * numActions;
    this.#weights = Float64Array.from(targetWeights);
    this.#reward = options.reward;
    this.#streams = new RngColumns(
      streamNames.flatMap((name) => targetWeights.map((_, a) => `${rng.path}/${name}/whatIf${a}/fills`)),
    );
    this.#accounts = new Accounts({ ...options, count: copies, streams: this.#streams });
    const { equity, peakEquity, mark, tradedNotional, feeCost, spreadCost, slippageCost, interestCost } =
      this.#accounts;
    this.#bar = {
      equityBefore: new Float64Array(copies),
      markBefore: new Float64Array(copies),
      ...{ equity, peakEquity, mark, tradedNotional, feeCost, spreadCost, slippageCost, interestCost },
    };
    this.result = {
      reward: new Float32Array(copies),
      state: new Float32Array(copies * STATE_SIZE),
      terminated: new Uint8Array(copies),
    };
  }

  /** Lives the bar at `row` from account `env` as it stands, once for each action. */
  imagine(lived: Accounts, env: number, row: number): void {
    const accounts = this.#accounts;
    const { reward, state, terminated } = this.result;
    const numActions = this.#weights.length;
    for (let action = 0; action < numActions; action++) {
      const copy = env * numActions + action;
      accounts.copyFrom(lived, env, copy);
      this.#bar.equityBefore[copy] = lived.equity[env];
      this.#bar.markBefore[copy] = lived.mark[env];
      accounts.stepBar(copy, this.#weights[action], row);
      accounts.writeState(copy, state, copy * STATE_SIZE);
      reward[copy] = this.#reward(this.#bar, copy);
      terminated[copy] = accounts.ruined[copy];
    }
  }

  /** Puts what was lived in the place of what was only imagined for that action: its fill may have been luckier. */
  settle(env: number, action: number, lived: StepBatch): void {
    const { reward, state, terminated } = this.result;
    const copy = env * this.#weights.length + action;
    reward[copy] = lived.reward[env];
    terminated[copy] = lived.terminated[env];
    for (let k = 0; k < STATE_SIZE; k++) state[copy * STATE_SIZE + k] = lived.finalState[env * STATE_SIZE + k];
  }

  save(): Saved {
    return this.#streams.save();
  }

  restore(saved: Saved): void {
    this.#streams.restore(saved);
  }
}
