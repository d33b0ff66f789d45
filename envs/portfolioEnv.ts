/** The portfolio environment: several instruments, one cash, many accounts side by side. */

import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { RngColumns } from '../core/rngColumns.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import { createStepBatch, type EnvSpec, type StepBatch, type VectorEnv } from '../core/spec.ts';
import type { Episode, EpisodeSource } from '../market/episodes.ts';
import { costColumnsOf, totalCost } from '../market/execution/costs.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';
import type { Reward, RewardColumns } from '../rewards/terms.ts';
import { EpisodeWalk } from './episodeWalk.ts';
import { idleBarsOf } from './idleInterest.ts';
import { checkPortfolioCosts } from './makeOrders.ts';
import { PortfolioAccounts } from './portfolioAccounts.ts';
import { makePortfolioRules } from './portfolioRules.ts';
import { limitWeights, type PortfolioLimits } from './portfolioWeights.ts';
import type { PortfolioWorlds } from './portfolioWorlds.ts';
import type { TradingConfig } from './tradingConfig.ts';

export interface PortfolioEnvOptions {
  readonly worlds: PortfolioWorlds;
  readonly numEnvs: number;
  /** Saved and restored with the env where it has a state. */
  readonly source: EpisodeSource | (EpisodeSource & Resumable);
  /** Costs of each instrument, in the worlds' order. */
  readonly executions: readonly ExecutionModel[];
  readonly reward: Reward;
  /** (actions)(instruments) signed fractions of equity that each action asks for; see `weightGrid`. */
  readonly targetWeights: readonly (readonly number[])[];
  /** The hedge constraint and the gross limit; they bind what is asked for, not how it drifts. */
  readonly limits?: PortfolioLimits;
  readonly startEquity: number;
  readonly rng: Rng;
  readonly ruinFraction?: number;
  /** Sizing, limits of an order, exits, margin of the whole account, funding; all at the market. */
  readonly trading?: TradingConfig;
}

/** Account numbers after the instruments' weights. */
const SHARED_COLUMNS = 3;
const MAX_SEEN_WEIGHT = 4;
const RETURN_SCALE = 10;
const COST_SCALE = 1000;

/**
 * Trades several instruments from one cash in `numEnvs` independent accounts.
 *
 * - Traded: the instruments of `worlds`, bars aligned by time, long and short; their correlations are those of the data.
 * - Actions: index into `targetWeights`, a row of signed fractions of equity. An instrument is traded when its weight differs from
 *   the last action's; the others stay as they are.
 * - Observation: `row` of the joint context (features of each instrument in turn), and of the account: weight of each
 *   instrument (clipped to +-4), gain since the episode began, drawdown, costs of the last bar.
 * - Reward: the given function of the bar; where it speaks of the asset, that is the equal-weight basket.
 * - Fill timing, costs, interest (accrued with time), ruin: as in {@link TradingVectorEnv}, each instrument at its own open with its own costs.
 * - Terminated: ruined. Truncated: the episode's last row. Autoreset in the same step, flat in cash.
 * - Options (`trading`): for each instrument sizing, limits of an order, stop-loss, take-profit and funding; for the whole account
 *   maintenance margin with liquidation; see {@link PortfolioRules}. `limits` bind the rows asked for, before sizing.
 * - Not modelled: orders other than at the market, impact and choice of venue, margin offsets between instruments (gross exposure
 *   counts), the order in which instruments move inside a bar, what the single env does not model.
 */
export class PortfolioEnv implements VectorEnv {
  readonly spec: EnvSpec;
  readonly numEnvs: number;
  readonly accounts: PortfolioAccounts;
  readonly #worlds: PortfolioWorlds;
  readonly #walk: EpisodeWalk;
  readonly #reward: Reward;
  /** (actions, instruments) */
  readonly #weights: Float64Array;
  readonly #numActions: number;
  readonly #bar: RewardColumns & { readonly equityBefore: Float64Array };
  readonly #step: StepBatch;
  readonly #stateSize: number;

  /** @throws InputError when costs, weights and instruments do not fit together */
  constructor(options: PortfolioEnvOptions) {
    const { worlds, numEnvs, rng, executions, startEquity } = options;
    const width = worlds.instruments.length;
    checkWidths(options);
    checkPortfolioCosts(executions);
    const envNames = Array.from({ length: numEnvs }, (_, env) => `env${env}`);
    const names = envNames.flatMap((env) => worlds.instruments.map((name) => `${rng.path}/${env}/${name}/fills`));
    this.numEnvs = numEnvs;
    this.#stateSize = width + SHARED_COLUMNS;
    this.#numActions = options.targetWeights.length;
    this.spec = {
      stateSize: this.#stateSize,
      actions: { kind: 'discrete', numActions: this.#numActions },
      context: worlds.context,
    };
    this.accounts = new PortfolioAccounts({
      count: numEnvs,
      startEquity,
      executions,
      prices: worlds,
      idleBars: idleBarsOf(worlds),
      streams: new RngColumns(names),
      ...(options.ruinFraction !== undefined && { ruinFraction: options.ruinFraction }),
      rules: makePortfolioRules(options.trading, worlds, { count: numEnvs, width }),
    });
    this.#worlds = worlds;
    this.#reward = options.reward;
    this.#weights = Float64Array.from(options.targetWeights.flatMap((row) => limitWeights(row, options.limits ?? {})));
    this.#step = createStepBatch(numEnvs, this.#stateSize);
    this.#walk = new EpisodeWalk({
      name: 'portfolio env',
      worlds,
      source: options.source,
      streamNames: envNames,
      rng,
      step: this.#step,
      begin: (env, episode) => this.#openAccount(env, episode),
    });
    const { equity, peakEquity, tradedNotional } = this.accounts;
    this.#bar = {
      equityBefore: new Float64Array(numEnvs),
      markBefore: new Float64Array(numEnvs),
      mark: new Float64Array(numEnvs),
      ...{ equity, peakEquity, tradedNotional, ...costColumnsOf(this.accounts) },
    };
  }

  reset(): StepBatch {
    return this.#walk.reset();
  }

  step(actions: Int32Array): StepBatch {
    const walk = this.#walk;
    walk.begin();
    const { row, finalState, reward } = this.#step;
    const accounts = this.accounts;
    const { width } = accounts;
    const { basket } = this.#worlds;
    const bar = this.#bar;
    bar.equityBefore.set(accounts.equity);
    for (let env = 0; env < this.numEnvs; env++) {
      const action = actions[env];
      if (action >>> 0 >= this.#numActions) throw unknownAction(env, action, this.#numActions);
      const next = row[env] + 1;
      accounts.stepBar(env, this.#weights, action * width, next);
      this.#writeState(env, next, finalState);
      bar.markBefore[env] = basket[next - 1];
      bar.mark[env] = basket[next];
      walk.arrive(env, next, accounts.ruined[env]);
      reward[env] = this.#reward(bar, env);
    }
    return walk.finish();
  }

  save(): Saved {
    return { ...this.#walk.save(), accounts: this.accounts.save() };
  }

  restore(saved: Saved): StepBatch {
    const step = this.#walk.restore(saved);
    this.accounts.restore(new SavedReader(saved, 'portfolio env').any('accounts'));
    return step;
  }

  #openAccount(env: number, { startRow, costMode }: Episode): void {
    this.accounts.open(env, COST_MODES.indexOf(costMode));
    this.#writeState(env, startRow, this.#step.state);
  }

  #writeState(env: number, row: number, out: Float32Array): void {
    const accounts = this.accounts;
    const { width, quantity, equity, peakEquity, startEquity } = accounts;
    const { close } = this.#worlds;
    const offset = env * this.#stateSize;
    const held = equity[env];
    for (let k = 0; k < width; k++) {
      const weight = (quantity[env * width + k] * close[row * width + k]) / held;
      out[offset + k] =
        weight > MAX_SEEN_WEIGHT ? MAX_SEEN_WEIGHT : weight < -MAX_SEEN_WEIGHT ? -MAX_SEEN_WEIGHT : weight;
    }
    const gain = RETURN_SCALE * (held - startEquity);
    const loss = RETURN_SCALE * (peakEquity[env] - held);
    const cost = totalCost(accounts, env);
    out[offset + width] = gain / (startEquity + Math.abs(gain));
    out[offset + width + 1] = -loss / (peakEquity[env] + loss);
    out[offset + width + 2] = (COST_SCALE * cost) / (held + COST_SCALE * Math.abs(cost));
  }
}

function checkWidths(options: PortfolioEnvOptions): void {
  const { worlds, executions, targetWeights, numEnvs, startEquity, trading, limits } = options;
  const width = worlds.instruments.length;
  const demand = (holds: boolean, what: string, rule: string, value: unknown) => {
    if (!holds) throw new InputError({ what: `${what} is out of range`, where: 'portfolio env', rule, value });
  };
  demand(Number.isInteger(numEnvs) && numEnvs > 0, 'numEnvs', 'a positive integer', numEnvs);
  demand(Number.isFinite(startEquity) && startEquity > 0, 'startEquity', 'above 0', startEquity);
  demand(executions.length === width, 'executions', `${width}, one an instrument`, executions.length);
  const areRows = targetWeights.every((row) => row.length === width && row.every(Number.isFinite));
  demand(targetWeights.length > 0 && areRows, 'targetWeights', `rows of ${width} finite weights`, targetWeights);
  if (trading === undefined || trading.margin === null || trading.sizing.kind !== 'weight') return;
  const gross = Math.max(...targetWeights.map((row) => row.reduce((sum, weight) => sum + Math.abs(weight), 0)));
  const largest = Math.min(gross, limits?.maxGross ?? Infinity, width * (trading.limits.maxWeight ?? Infinity));
  const { maintenance } = trading.margin;
  const rule = `below 1 / ${largest}, the largest gross exposure`;
  demand(largest * maintenance < 1, 'trading.margin.maintenance', rule, maintenance);
}

const unknownAction = (env: number, action: number, numActions: number): InputError =>
  new InputError({ what: 'unknown action', where: `env ${env}`, rule: `an index below ${numActions}`, value: action });
