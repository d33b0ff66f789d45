/** The one facade for people who know Gymnasium: a single env with materialized observations. */

import { InputError } from '../core/errors.ts';
import { createRng } from '../core/rng.ts';
import { createActions, type Actions } from '../core/spec.ts';
import type { Episode } from '../market/episodes.ts';
import type { Accounts } from './account.ts';
import type { AccountFigures } from './accountFigures.ts';
import { STATE_SIZE } from './accountState.ts';
import type { ActionBox, BoxSpace, DiscreteSpace, GymAction, GymEnv } from './gymEnv.ts';
import { renderAnsi, renderSvg } from './renderEpisode.ts';
import { actionsOf, type TargetWeights } from './targetWeights.ts';
import { TradingVectorEnv, type TradingVectorEnvOptions } from './tradingVectorEnv.ts';

/** A box of numbers, unbounded but for the account's own columns. */
export interface ObservationSpace extends BoxSpace {
  /** (window * features + stateSize): the window row by row, oldest first, then the account. */
  readonly shape: readonly [number];
  readonly window: number;
  readonly features: number;
  readonly stateSize: number;
}

/** The account at the close of the bar just lived; amounts in quote currency. */
export interface TradingInfo extends Omit<AccountFigures, 'targetWeight'> {
  /** Row of the worlds' columns that the observation ends on. */
  readonly row: number;
}

export interface ResetResult {
  readonly observation: Float32Array;
  readonly info: TradingInfo;
}

export interface StepResult extends ResetResult {
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

export interface ResetOptions {
  /** Starts the luck anew: the same seed starts at the same row and draws the same costs every time. */
  readonly seed?: number;
  /** This episode rather than one of the source's choice. */
  readonly options?: { readonly episode?: Episode };
}

export interface TradingEnvOptions extends Omit<
  TradingVectorEnvOptions,
  'numEnvs' | 'rng' | 'streamNames' | 'observer'
> {
  /** Seed of a run whose first reset gives none. */
  readonly seed?: number;
}

/**
 * A single trading env with Gymnasium's conventions: the vector env (see its data sheet) of width 1, without autoreset.
 *
 * - Traded, actions, reward, fill timing, ends, what is not modelled: as in {@link TradingVectorEnv}. A weight of a range
 *   may be given bare or as an array of one.
 * - Observation: the last `window` rows of the context, oldest first, then the account's STATE_COLUMNS.
 * - `reset({ seed })` starts the luck anew; without a seed the env goes on to its next episode.
 * - `info`: the account at the close of the bar, and what the bar cost.
 *
 * `observation` is one array that each step overwrites; copy it to keep it.
 */
export class TradingEnv implements GymEnv<GymAction> {
  readonly observationSpace: ObservationSpace;
  readonly actionSpace: DiscreteSpace | ActionBox;
  readonly #options: TradingEnvOptions;
  readonly #matrix: Float32Array;
  readonly #windowSize: number;
  readonly #observation: Float32Array;
  readonly #actions: Actions;
  /** Of the episode so far, its opening first: what `render` draws. */
  readonly #equity: number[] = [];
  readonly #weight: number[] = [];
  #startRow = 0;
  readonly #initialSeed: number;
  #env: TradingVectorEnv | null = null;
  #forced: Episode | null = null;
  #info: TradingInfo | null = null;
  #phase: 'fresh' | 'running' | 'ended' | 'closed' = 'fresh';

  constructor(options: TradingEnvOptions) {
    const { window, features, matrix } = options.worlds.context;
    this.#options = options;
    this.#initialSeed = options.seed ?? 0;
    this.#matrix = matrix;
    this.#windowSize = window * features;
    this.#observation = new Float32Array(this.#windowSize + STATE_SIZE);
    const shape = [this.#observation.length] as const;
    this.observationSpace = { kind: 'box', shape, window, features, stateSize: STATE_SIZE };
    this.actionSpace = spaceOf(options.targetWeights);
    this.#actions = createActions(actionsOf(options.targetWeights), 1);
  }

  /** Begins an episode, flat in cash. */
  reset({ seed, options }: ResetOptions = {}): ResetResult {
    if (this.#phase === 'closed') throw misuse('reset of a closed env', 'make a new one');
    if (seed !== undefined || this.#env === null) this.#env = this.#makeEnv(seed ?? this.#initialSeed);
    this.#forced = options?.episode ?? null;
    const { row, state } = this.#env.reset();
    this.#forced = null;
    this.#phase = 'running';
    this.#materialize(row[0], state);
    this.#startRow = row[0];
    this.#equity.length = 0;
    this.#weight.length = 0;
    this.#record(this.#env.accounts);
    return { observation: this.#observation, info: readInfo(this.#env.accounts, row[0]) };
  }

  /** @throws InputError before the first reset, after the end of an episode, and for an unknown action */
  step(action: GymAction): StepResult {
    if (this.#env === null || this.#phase !== 'running')
      throw misuse(`step of an env that is ${this.#phase}`, 'call reset');
    this.#actions[0] = typeof action === 'number' ? action : action[0];
    const batch = this.#env.step(this.#actions);
    this.#materialize(batch.finalRow[0], batch.finalState);
    const terminated = batch.terminated[0] === 1;
    const truncated = batch.truncated[0] === 1;
    if (terminated || truncated) this.#phase = 'ended';
    const info = this.#info;
    if (info === null) throw new Error('the vector env showed its observer no bar');
    return { observation: this.#observation, reward: batch.reward[0], terminated, truncated, info };
  }

  /**
   * Draws the episode so far, ended or not: price colored by the position held (green long, red short), equity below.
   *
   * @throws InputError before the first reset
   */
  render(mode: 'svg' | 'ansi' = 'svg'): string {
    if (this.#equity.length === 0) throw misuse('render of an env that has not been reset', 'call reset');
    const { worlds } = this.#options;
    const end = this.#startRow + this.#equity.length;
    const view = {
      title: worlds.instrument,
      close: Array.from(worlds.bars.close.subarray(this.#startRow, end)),
      equity: this.#equity,
      weight: this.#weight,
    };
    return mode === 'svg' ? renderSvg(view) : renderAnsi(view);
  }

  /** Ends the env's life; stepping or resetting it afterwards is an error. */
  close(): void {
    this.#phase = 'closed';
    this.#env = null;
  }

  #record({ equity, quantity, mark }: Accounts): void {
    this.#equity.push(equity[0]);
    this.#weight.push((quantity[0] * mark[0]) / equity[0]);
  }

  #makeEnv(seed: number): TradingVectorEnv {
    const { source } = this.#options;
    return new TradingVectorEnv({
      ...this.#options,
      numEnvs: 1,
      rng: createRng(seed),
      source: { next: (env, rng) => this.#forced ?? source.next(env, rng) },
      // The vector env resets itself in the step that ends an episode, so the last bar is read while it still stands.
      observer: {
        onBar: (_env, row, accounts) => {
          this.#info = readInfo(accounts, row);
          this.#record(accounts);
        },
      },
    });
  }

  #materialize(row: number, state: Float32Array): void {
    const { features } = this.observationSpace;
    const end = (row + 1) * features;
    this.#observation.set(this.#matrix.subarray(end - this.#windowSize, end));
    this.#observation.set(state, this.#windowSize);
  }
}

function readInfo(accounts: Accounts, row: number): TradingInfo {
  return {
    row,
    equity: accounts.equity[0],
    cash: accounts.cash[0],
    quantity: accounts.quantity[0],
    tradedNotional: accounts.tradedNotional[0],
    feeCost: accounts.feeCost[0],
    spreadCost: accounts.spreadCost[0],
    slippageCost: accounts.slippageCost[0],
    interestCost: accounts.interestCost[0],
    latencyCost: accounts.latencyCost[0],
    impactCost: accounts.impactCost[0],
    pendingQuantity: accounts.pendingQuantity[0],
    venue: accounts.venue[0],
  };
}

function spaceOf(targetWeights: TargetWeights): DiscreteSpace | ActionBox {
  const actions = actionsOf(targetWeights);
  if (actions.kind === 'discrete') return actions;
  return { kind: 'box', shape: [actions.low.length], low: actions.low, high: actions.high };
}

const misuse = (what: string, hint: string): InputError => new InputError({ what, where: 'trading env', hint });
