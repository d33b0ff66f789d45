/** The steps that one round of policy optimization learns from. */

import { SavedReader, type Resumable, type Saved, type SavedArray } from '../../core/saved.ts';
import type { Actions, Observations, StepBatch } from '../../core/spec.ts';
import { computeGae, type GaeOptions, type RewardedSteps } from './advantage.ts';
import { createKept, type Minibatch, type StepSize } from './minibatch.ts';

export interface RolloutSize extends StepSize {
  readonly numSteps: number;
  readonly numEnvs: number;
}

/** What an explorer knew when it acted. */
export interface Acted {
  /** (numEnvs, size of an action) what is kept of the actions chosen. */
  readonly kept: Actions;
  /** (numEnvs) of the actions chosen. */
  readonly logProb: Float32Array;
  /** (numEnvs) */
  readonly value: ArrayLike<number>;
  /** (numEnvs, memory) carried into the step, and on from it; empty without memory. */
  readonly memory: Float32Array;
  readonly nextMemory: ArrayLike<number>;
  /** (numEnvs) 1 where an episode begins. */
  readonly begins: Float32Array;
}

/** Critic's values of observations. @param memory (batch, memory) carried into them @returns (batch), reused by the next call */
export type Critic = (observations: Observations, memory: Float32Array) => ArrayLike<number>;

/** `numSteps` steps of `numEnvs` envs, time-major; all columns are (numSteps, numEnvs, width). */
export class Rollout implements RewardedSteps, Resumable {
  readonly numEnvs: number;
  readonly length: number;
  readonly #size: RolloutSize;
  readonly row: Int32Array;
  readonly state: Float32Array;
  readonly action: Actions;
  readonly actionMask: Uint8Array;
  readonly logProb: Float32Array;
  readonly value: Float32Array;
  readonly reward: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly finalRow: Int32Array;
  readonly finalState: Float32Array;
  readonly finalMask: Uint8Array;
  readonly begins: Float32Array;
  /** (numEnvs, memory) carried into the first step. */
  readonly memory: Float32Array;
  /** Carried on from each step. */
  readonly nextMemory: Float32Array;
  readonly nextValue: Float32Array;
  readonly advantage: Float32Array;
  readonly returnTarget: Float32Array;
  /** Steps taken so far, over all envs. */
  #filled = 0;

  constructor(size: RolloutSize) {
    const { numSteps, numEnvs, stateSize, maskSize, memorySize } = size;
    const length = numSteps * numEnvs;
    this.#size = size;
    this.numEnvs = numEnvs;
    this.length = length;
    this.row = new Int32Array(length);
    this.state = new Float32Array(length * stateSize);
    this.action = createKept(size, length);
    this.actionMask = new Uint8Array(length * maskSize);
    this.logProb = new Float32Array(length);
    this.value = new Float32Array(length);
    this.reward = new Float32Array(length);
    this.terminated = new Uint8Array(length);
    this.truncated = new Uint8Array(length);
    this.finalRow = new Int32Array(length);
    this.finalState = new Float32Array(length * stateSize);
    this.finalMask = new Uint8Array(length * maskSize);
    this.begins = new Float32Array(length);
    this.memory = new Float32Array(numEnvs * memorySize);
    this.nextMemory = new Float32Array(length * memorySize);
    this.nextValue = new Float32Array(length);
    this.advantage = new Float32Array(length);
    this.returnTarget = new Float32Array(length);
  }

  get isEmpty(): boolean {
    return this.#filled === 0;
  }

  get isFull(): boolean {
    return this.#filled === this.length;
  }

  /** Keeps what was seen and chosen. */
  begin({ row, state, actionMask }: Observations, acted: Acted): void {
    const at = this.#filled;
    const { stateSize, actionSize, maskSize, memorySize } = this.#size;
    this.row.set(row, at);
    this.state.set(state, at * stateSize);
    this.action.set(acted.kept, at * actionSize);
    if (maskSize > 0 && actionMask !== undefined) this.actionMask.set(actionMask, at * maskSize);
    this.logProb.set(acted.logProb, at);
    this.value.set(acted.value, at);
    this.begins.set(acted.begins, at);
    if (memorySize === 0) return;
    if (at === 0) this.memory.set(acted.memory);
    this.nextMemory.set(acted.nextMemory, at * memorySize);
  }

  /** Keeps what came of it. @param reward (numEnvs) the step's, or scaled */
  record(step: StepBatch, reward: Float32Array): void {
    const at = this.#filled;
    const { stateSize, maskSize } = this.#size;
    this.reward.set(reward, at);
    this.terminated.set(step.terminated, at);
    this.truncated.set(step.truncated, at);
    this.finalRow.set(step.finalRow, at);
    this.finalState.set(step.finalState, at * stateSize);
    if (maskSize > 0 && step.finalActionMask !== undefined) this.finalMask.set(step.finalActionMask, at * maskSize);
    this.#filled += this.numEnvs;
  }

  /** Advantages and return targets of a full rollout. @param next the observations to act on next @param memory carried into them */
  finish({ next, memory }: { next: Observations; memory: Float32Array }, critic: Critic, gae: GaeOptions): void {
    const { numEnvs, length } = this;
    this.nextValue.set(this.value.subarray(numEnvs));
    this.nextValue.set(critic(next, memory), length - numEnvs);
    this.#valueCuts(critic);
    computeGae(this, gae, this.advantage);
    for (let i = 0; i < length; i++) this.returnTarget[i] = this.advantage[i] + this.value[i];
  }

  /** Fills `batch` with the steps `order[from ..]`; with memory these are whole rollouts of envs, time first. */
  gather(order: Int32Array, from: number, batch: Minibatch): void {
    const { stateSize, actionSize, maskSize, memorySize } = this.#size;
    const copy = (source: SavedArray, target: SavedArray, width: number) =>
      copyRows(source, target, { order, from, width });
    copy(this.row, batch.row, 1);
    copy(this.state, batch.state, stateSize);
    copy(this.action, batch.action, actionSize);
    copy(this.logProb, batch.oldLogProb, 1);
    copy(this.value, batch.oldValue, 1);
    copy(this.advantage, batch.advantage, 1);
    copy(this.returnTarget, batch.returnTarget, 1);
    if (batch.actionMask !== undefined) copy(this.actionMask, batch.actionMask, maskSize);
    if (batch.begins !== undefined) copy(this.begins, batch.begins, 1);
    // The first steps of the batch are at time 0, so their places are the numbers of the envs.
    if (batch.memory !== undefined) copy(this.memory, batch.memory, memorySize);
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
  #valueCuts(critic: Critic): void {
    const cuts = Int32Array.from([...this.truncated.keys()].filter((i) => this.truncated[i] === 1));
    if (cuts.length === 0) return;
    const { stateSize, maskSize, memorySize } = this.#size;
    const take = <Column extends SavedArray>(source: SavedArray, target: Column, width: number): Column => {
      copyRows(source, target, { order: cuts, from: 0, width });
      return target;
    };
    const count = cuts.length;
    const row = take(this.finalRow, new Int32Array(count), 1);
    const state = take(this.finalState, new Float32Array(count * stateSize), stateSize);
    const memory = take(this.nextMemory, new Float32Array(count * memorySize), memorySize);
    const actionMask = take(this.finalMask, new Uint8Array(count * maskSize), maskSize);
    const values = critic({ row, state, ...(maskSize > 0 && { actionMask }) }, memory);
    cuts.forEach((i, k) => (this.nextValue[i] = values[k]));
  }

  /** What was lived; the rest is computed from it. */
  #lived(): readonly (readonly [string, SavedArray])[] {
    const { row, state, action, actionMask, logProb, value, reward, terminated, truncated } = this;
    const { finalRow, finalState, finalMask, begins, memory, nextMemory } = this;
    const taken = { row, state, action, actionMask, logProb, value, reward, terminated, truncated };
    return Object.entries({ ...taken, finalRow, finalState, finalMask, begins, memory, nextMemory });
  }
}

interface Rows {
  readonly order: Int32Array;
  readonly from: number;
  /** Numbers in one row. */
  readonly width: number;
}

/** Row i of `target` becomes row `order[from + i]` of `source`. */
function copyRows(source: SavedArray, target: SavedArray, { order, from, width }: Rows): void {
  for (let i = 0, to = 0; to < target.length; i++) {
    const at = order[from + i] * width;
    for (let k = 0; k < width; k++, to++) target[to] = source[at + k];
  }
}
