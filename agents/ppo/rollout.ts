/** The steps that one round of policy optimization learns from. */

import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import type { Observations, StepBatch } from '../../core/spec.ts';
import { computeGae, type GaeOptions, type RewardedSteps } from './advantage.ts';

/** One minibatch, as columns that are filled anew for each update. */
export type Minibatch = {
  readonly row: Int32Array;
  readonly state: Float32Array;
  readonly action: Int32Array;
  readonly oldLogProb: Float32Array;
  readonly oldValue: Float32Array;
  readonly advantage: Float32Array;
  readonly returnTarget: Float32Array;
};

export const createMinibatch = (batchSize: number, stateSize: number): Minibatch => ({
  row: new Int32Array(batchSize),
  state: new Float32Array(batchSize * stateSize),
  action: new Int32Array(batchSize),
  oldLogProb: new Float32Array(batchSize),
  oldValue: new Float32Array(batchSize),
  advantage: new Float32Array(batchSize),
  returnTarget: new Float32Array(batchSize),
});

export interface RolloutSize {
  readonly numSteps: number;
  readonly numEnvs: number;
  readonly stateSize: number;
}

/** Critic's values of observations. @returns (batch), reused by the next call */
export type Critic = (observations: Observations) => ArrayLike<number>;

/** `numSteps` steps of `numEnvs` envs, time-major; all columns are (numSteps, numEnvs). */
export class Rollout implements RewardedSteps, Resumable {
  readonly numEnvs: number;
  readonly length: number;
  readonly #stateSize: number;
  readonly row: Int32Array;
  readonly state: Float32Array;
  readonly action: Int32Array;
  readonly logProb: Float32Array;
  readonly value: Float32Array;
  readonly reward: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly finalRow: Int32Array;
  readonly finalState: Float32Array;
  readonly nextValue: Float32Array;
  readonly advantage: Float32Array;
  readonly returnTarget: Float32Array;
  /** Steps taken so far, over all envs. */
  #filled = 0;

  constructor({ numSteps, numEnvs, stateSize }: RolloutSize) {
    const length = numSteps * numEnvs;
    this.numEnvs = numEnvs;
    this.length = length;
    this.#stateSize = stateSize;
    this.row = new Int32Array(length);
    this.state = new Float32Array(length * stateSize);
    this.action = new Int32Array(length);
    this.logProb = new Float32Array(length);
    this.value = new Float32Array(length);
    this.reward = new Float32Array(length);
    this.terminated = new Uint8Array(length);
    this.truncated = new Uint8Array(length);
    this.finalRow = new Int32Array(length);
    this.finalState = new Float32Array(length * stateSize);
    this.nextValue = new Float32Array(length);
    this.advantage = new Float32Array(length);
    this.returnTarget = new Float32Array(length);
  }

  get isFull(): boolean {
    return this.#filled === this.length;
  }

  /** Keeps what was seen and chosen. @param logProb (numEnvs) of the chosen actions @param value (numEnvs) */
  begin({ row, state }: Observations, logProb: Float32Array, value: ArrayLike<number>): void {
    const at = this.#filled;
    this.row.set(row, at);
    this.state.set(state, at * this.#stateSize);
    this.logProb.set(logProb, at);
    this.value.set(value, at);
  }

  /** Keeps what came of it. */
  record(actions: Int32Array, step: StepBatch): void {
    const at = this.#filled;
    this.action.set(actions, at);
    this.reward.set(step.reward, at);
    this.terminated.set(step.terminated, at);
    this.truncated.set(step.truncated, at);
    this.finalRow.set(step.finalRow, at);
    this.finalState.set(step.finalState, at * this.#stateSize);
    this.#filled += this.numEnvs;
  }

  /** Advantages and return targets of a full rollout. @param next the observations to act on next */
  finish(next: Observations, critic: Critic, gae: GaeOptions): void {
    this.#valueNext(next, critic);
    computeGae(this, gae, this.advantage);
    for (let i = 0; i < this.length; i++) this.returnTarget[i] = this.advantage[i] + this.value[i];
  }

  /** Fills `batch` with the steps `order[from ..]`. */
  gather(order: Int32Array, from: number, batch: Minibatch): void {
    const size = this.#stateSize;
    for (let i = 0; i < batch.row.length; i++) {
      const at = order[from + i];
      batch.row[i] = this.row[at];
      for (let k = 0; k < size; k++) batch.state[i * size + k] = this.state[at * size + k];
      batch.action[i] = this.action[at];
      batch.oldLogProb[i] = this.logProb[at];
      batch.oldValue[i] = this.value[at];
      batch.advantage[i] = this.advantage[at];
      batch.returnTarget[i] = this.returnTarget[at];
    }
  }

  /** Makes room for the next rollout. */
  clear(): void {
    this.#filled = 0;
  }

  save(): Saved {
    return {
      ...Object.fromEntries(this.#lived().map(([name, column]) => [name, column.slice()] as const)),
      filled: this.#filled,
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'rollout');
    for (const [name, column] of this.#lived()) reader.into(name, column);
    this.#filled = reader.number('filled');
  }

  /** The observation after a step is the next step's, except where an episode was cut: there the critic is asked. */
  #valueNext(next: Observations, critic: Critic): void {
    const { numEnvs, length, nextValue } = this;
    nextValue.set(this.value.subarray(numEnvs));
    nextValue.set(critic(next), length - numEnvs);
    const cuts = [...this.truncated.keys()].filter((i) => this.truncated[i] === 1);
    if (cuts.length === 0) return;
    const size = this.#stateSize;
    const row = Int32Array.from(cuts, (i) => this.finalRow[i]);
    const state = new Float32Array(cuts.length * size);
    cuts.forEach((i, k) => state.set(this.finalState.subarray(i * size, (i + 1) * size), k * size));
    const values = critic({ row, state });
    cuts.forEach((i, k) => (nextValue[i] = values[k]));
  }

  /** What was lived; the rest is computed from it. */
  #lived(): readonly (readonly [string, Uint8Array | Int32Array | Float32Array])[] {
    const { row, state, action, logProb, value, reward, terminated, truncated, finalRow, finalState } = this;
    return Object.entries({ row, state, action, logProb, value, reward, terminated, truncated, finalRow, finalState });
  }
}
