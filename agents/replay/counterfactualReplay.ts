/** What a learner has lived through, with what every other action would have led to. */

import { InputError } from '../../core/errors.ts';
import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import type { Observations, StepBatch } from '../../core/spec.ts';

/** A batch of one-step transitions, one for each action of each observation; filled anew for each update. */
export type CounterfactualTransitions = {
  /** (batch) context row acted on, (batch, stateSize). */
  readonly row: Int32Array;
  readonly state: Float32Array;
  /** (batch * numActions) */
  readonly reward: Float32Array;
  /** (batch * numActions) context row reached: the same for every action. */
  readonly nextRow: Int32Array;
  /** (batch * numActions, stateSize) */
  readonly nextState: Float32Array;
  /** (batch * numActions) gamma, 0 where the action ends the episode. */
  readonly bootstrap: Float32Array;
};

export function createCounterfactualTransitions(
  batchSize: number,
  stateSize: number,
  numActions: number,
): CounterfactualTransitions {
  const outcomes = batchSize * numActions;
  return {
    row: new Int32Array(batchSize),
    state: new Float32Array(batchSize * stateSize),
    reward: new Float32Array(outcomes),
    nextRow: new Int32Array(outcomes),
    nextState: new Float32Array(outcomes * stateSize),
    bootstrap: new Float32Array(outcomes),
  };
}

export interface CounterfactualReplayOptions {
  readonly capacity: number;
  readonly numEnvs: number;
  readonly stateSize: number;
  readonly numActions: number;
  readonly gamma: number;
  /** Told of every slot that can be sampled from now on. */
  readonly index: { add(slot: number): void };
}

/** A ring of slots, `numEnvs` a vector step; a slot holds one observation and the outcomes of all actions. */
export class CounterfactualReplay implements Resumable {
  readonly #options: CounterfactualReplayOptions;
  readonly #slots: number;
  readonly #row: Int32Array;
  readonly #state: Float32Array;
  readonly #nextRow: Int32Array;
  readonly #reward: Float32Array;
  readonly #nextState: Float32Array;
  readonly #terminated: Uint8Array;
  /** Vector steps recorded so far. */
  #recorded = 0;

  constructor(options: CounterfactualReplayOptions) {
    const { capacity, numEnvs, stateSize, numActions } = options;
    this.#options = options;
    const rows = Math.floor(capacity / numEnvs);
    if (rows < 1) {
      throw new InputError({
        what: 'replay too small',
        where: 'replayCapacity',
        rule: `at least numEnvs = ${numEnvs}`,
        value: capacity,
      });
    }
    this.#slots = rows * numEnvs;
    this.#row = new Int32Array(this.#slots);
    this.#state = new Float32Array(this.#slots * stateSize);
    this.#nextRow = new Int32Array(this.#slots);
    this.#reward = new Float32Array(this.#slots * numActions);
    this.#nextState = new Float32Array(this.#slots * numActions * stateSize);
    this.#terminated = new Uint8Array(this.#slots * numActions);
  }

  get byteLength(): number {
    return this.#columns().reduce((sum, [, column]) => sum + column.byteLength, 0);
  }

  /** Keeps the observations about to be acted on. */
  begin({ row, state }: Observations): void {
    const first = this.#first();
    this.#row.set(row, first);
    this.#state.set(state, first * this.#options.stateSize);
  }

  /** Takes in one vector step from the observations last begun. @throws InputError when it tells of the lived action alone */
  record(_actions: Int32Array, { finalRow, counterfactuals }: StepBatch): void {
    if (counterfactuals === undefined) {
      throw new InputError({
        what: 'the environment does not say what other actions would have led to',
        where: 'counterfactual',
        rule: 'an environment made with counterfactuals',
      });
    }
    const { numEnvs, stateSize, numActions, index } = this.#options;
    const first = this.#first();
    this.#nextRow.set(finalRow, first);
    this.#reward.set(counterfactuals.reward, first * numActions);
    this.#nextState.set(counterfactuals.state, first * numActions * stateSize);
    this.#terminated.set(counterfactuals.terminated, first * numActions);
    for (let env = 0; env < numEnvs; env++) index.add(first + env);
    this.#recorded += 1;
  }

  /** Fills `batch` with the transitions in `slots`. */
  gather(slots: Int32Array, batch: CounterfactualTransitions): void {
    const { stateSize, numActions, gamma } = this.#options;
    const outcomeSize = numActions * stateSize;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      batch.row[i] = this.#row[slot];
      for (let k = 0; k < stateSize; k++) batch.state[i * stateSize + k] = this.#state[slot * stateSize + k];
      for (let k = 0; k < outcomeSize; k++)
        batch.nextState[i * outcomeSize + k] = this.#nextState[slot * outcomeSize + k];
      for (let a = 0; a < numActions; a++) {
        const outcome = i * numActions + a;
        batch.nextRow[outcome] = this.#nextRow[slot];
        batch.reward[outcome] = this.#reward[slot * numActions + a];
        batch.bootstrap[outcome] = this.#terminated[slot * numActions + a] === 1 ? 0 : gamma;
      }
    }
  }

  /** Forgets all that was lived; whoever samples slots must forget them too. */
  clear(): void {
    this.#recorded = 0;
  }

  save(): Saved {
    return {
      ...Object.fromEntries(this.#columns().map(([name, column]) => [name, column.slice()])),
      recorded: this.#recorded,
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'counterfactual replay');
    for (const [name, column] of this.#columns()) reader.into(name, column);
    this.#recorded = reader.number('recorded');
  }

  #first(): number {
    return (this.#recorded * this.#options.numEnvs) % this.#slots;
  }

  #columns(): readonly (readonly [string, Uint8Array | Int32Array | Float32Array])[] {
    return [
      ['row', this.#row],
      ['state', this.#state],
      ['nextRow', this.#nextRow],
      ['reward', this.#reward],
      ['nextState', this.#nextState],
      ['terminated', this.#terminated],
    ];
  }
}
