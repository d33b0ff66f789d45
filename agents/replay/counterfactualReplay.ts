/** What a learner has lived through, with what every other action would have led to. */

import { InputError } from '../../core/errors.ts';
import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import type { Observations, StepBatch } from '../../core/spec.ts';

/** A batch of one-step transitions, one for each action from each state; a state is a start of an observation. */
export type CounterfactualTransitions = {
  /** (states) context row acted on, (states, stateSize). */
  readonly row: Int32Array;
  readonly state: Float32Array;
  /** (states * numActions) */
  readonly reward: Float32Array;
  /** (states * numActions) context row reached: the same for every action. */
  readonly nextRow: Int32Array;
  /** (states * numActions, stateSize) */
  readonly nextState: Float32Array;
  /** (states * numActions) gamma, 0 where the action ends the episode. */
  readonly bootstrap: Float32Array;
};

/** How much is told of one observation. */
export interface CounterfactualSizes {
  readonly stateSize: number;
  readonly numActions: number;
  /** States that the observation is learned from: 1, the lived one, or as many as actions. */
  readonly numStarts: number;
}

export function createCounterfactualTransitions(
  batchSize: number,
  { stateSize, numActions, numStarts }: CounterfactualSizes,
): CounterfactualTransitions {
  const states = batchSize * numStarts;
  const outcomes = states * numActions;
  return {
    row: new Int32Array(states),
    state: new Float32Array(states * stateSize),
    reward: new Float32Array(outcomes),
    nextRow: new Int32Array(outcomes),
    nextState: new Float32Array(outcomes * stateSize),
    bootstrap: new Float32Array(outcomes),
  };
}

export interface CounterfactualReplayOptions extends CounterfactualSizes {
  readonly capacity: number;
  readonly numEnvs: number;
  readonly gamma: number;
  /** Told of every slot that can be sampled from now on. */
  readonly index: { add(slot: number): void };
}

/** A ring of slots, `numEnvs` a vector step; a slot holds one observation and the outcomes of all actions from all its starts. */
export class CounterfactualReplay implements Resumable {
  readonly #options: CounterfactualReplayOptions;
  readonly #slots: number;
  /** Of one slot: each action from each start. */
  readonly #outcomes: number;
  readonly #row: Int32Array;
  readonly #state: Float32Array;
  readonly #nextRow: Int32Array;
  readonly #reward: Float32Array;
  readonly #nextState: Float32Array;
  readonly #terminated: Uint8Array;
  /** Vector steps recorded so far. */
  #recorded = 0;

  constructor(options: CounterfactualReplayOptions) {
    const { capacity, numEnvs, stateSize, numActions, numStarts } = options;
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
    this.#outcomes = numStarts * numActions;
    this.#row = new Int32Array(this.#slots);
    this.#state = new Float32Array(this.#slots * numStarts * stateSize);
    this.#nextRow = new Int32Array(this.#slots);
    this.#reward = new Float32Array(this.#slots * this.#outcomes);
    this.#nextState = new Float32Array(this.#slots * this.#outcomes * stateSize);
    this.#terminated = new Uint8Array(this.#slots * this.#outcomes);
  }

  get byteLength(): number {
    return this.#columns().reduce((sum, [, column]) => sum + column.byteLength, 0);
  }

  /** Keeps where the observations about to be acted on are; the states are told with the outcomes. */
  begin({ row }: Observations): void {
    this.#row.set(row, this.#first());
  }

  /** Takes in one vector step from the observations last begun. @throws InputError when it does not tell of every outcome */
  record(_actions: Int32Array, { finalRow, counterfactuals }: StepBatch): void {
    const { numEnvs, stateSize, numStarts, index } = this.#options;
    if (counterfactuals?.numStarts !== numStarts) {
      throw new InputError({
        what: 'the environment does not say what other actions would have led to',
        where: 'counterfactual',
        rule: `an environment made with counterfactuals from ${numStarts === 1 ? 'the state lived' : 'every position'}`,
      });
    }
    const first = this.#first();
    this.#state.set(counterfactuals.start, first * numStarts * stateSize);
    this.#nextRow.set(finalRow, first);
    this.#reward.set(counterfactuals.reward, first * this.#outcomes);
    this.#nextState.set(counterfactuals.state, first * this.#outcomes * stateSize);
    this.#terminated.set(counterfactuals.terminated, first * this.#outcomes);
    for (let env = 0; env < numEnvs; env++) index.add(first + env);
    this.#recorded += 1;
  }

  /** Fills `batch` with the transitions in `slots`. */
  gather(slots: Int32Array, batch: CounterfactualTransitions): void {
    const { stateSize, numStarts, gamma } = this.#options;
    const outcomes = this.#outcomes;
    const startSize = numStarts * stateSize;
    const outcomeSize = outcomes * stateSize;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      for (let start = 0; start < numStarts; start++) batch.row[i * numStarts + start] = this.#row[slot];
      for (let k = 0; k < startSize; k++) batch.state[i * startSize + k] = this.#state[slot * startSize + k];
      for (let k = 0; k < outcomeSize; k++)
        batch.nextState[i * outcomeSize + k] = this.#nextState[slot * outcomeSize + k];
      for (let k = 0; k < outcomes; k++) {
        const outcome = i * outcomes + k;
        batch.nextRow[outcome] = this.#nextRow[slot];
        batch.reward[outcome] = this.#reward[slot * outcomes + k];
        batch.bootstrap[outcome] = this.#terminated[slot * outcomes + k] === 1 ? 0 : gamma;
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
