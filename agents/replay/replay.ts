/** What a learner has lived through, by address: a million transitions of a 60 x 32 window in tens of megabytes. */

import { InputError } from '../../core/errors.ts';
import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import type { Observations, StepBatch } from '../../core/spec.ts';
import { FinalObservations } from './finalObservations.ts';
import type { Transitions } from './transitions.ts';

export interface ReplayOptions {
  /** Slots, of which the newest `nStep` per env are still being lived. */
  readonly capacity: number;
  readonly numEnvs: number;
  readonly stateSize: number;
  readonly numActions: number;
  /** True where observations say which actions they allow. */
  readonly masked?: boolean;
  readonly nStep: number;
  readonly gamma: number;
  /** Told of every slot that can be sampled from now on, and of every one that no longer can. */
  readonly index: { add(slot: number): void; remove(slot: number): void };
}

/**
 * A ring of slots, time-major: `numEnvs` slots a vector step, the newest row holding the observations to act on next.
 *
 * An observation is stored once: a transition names the slot of the observation that follows. Only the observation an
 * episode was *cut* at is acted on by nobody; it is kept aside. A transition is open until `nStep` steps have been lived
 * or its episode ended: it never reaches into another episode. An end bootstraps nothing, a cut from its final observation.
 */
export class Replay implements Resumable {
  readonly #options: ReplayOptions;
  readonly #rows: number;
  readonly #row: Int32Array;
  readonly #state: Float32Array;
  readonly #action: Uint8Array | Int32Array;
  readonly #reward: Float32Array;
  readonly #bootstrap: Float32Array;
  /** Slot of the observation that follows; below zero, -1 - id of a final observation. */
  readonly #successor: Int32Array;
  /** (slots, numActions) what each observation allows; empty without masks. */
  readonly #mask: Uint8Array;
  readonly #maskSize: number;
  readonly #finals: FinalObservations;
  /** (numEnvs) transitions that wait for more steps. */
  readonly #open: Int32Array;
  /** Time rows begun so far; the newest is acted on next. */
  #begun = 0;

  constructor(options: ReplayOptions) {
    const { capacity, numEnvs, stateSize, numActions, masked = false, nStep } = options;
    this.#options = options;
    this.#rows = Math.floor(capacity / numEnvs);
    if (this.#rows < nStep + 2) {
      throw new InputError({
        what: 'replay too small',
        where: 'replayCapacity',
        rule: `at least numEnvs * (nStep + 2) = ${numEnvs * (nStep + 2)}`,
        value: capacity,
      });
    }
    const slots = this.#rows * numEnvs;
    this.#row = new Int32Array(slots);
    this.#state = new Float32Array(slots * stateSize);
    this.#action = numActions <= 256 ? new Uint8Array(slots) : new Int32Array(slots);
    this.#reward = new Float32Array(slots);
    this.#bootstrap = new Float32Array(slots);
    this.#successor = new Int32Array(slots);
    this.#maskSize = masked ? numActions : 0;
    this.#mask = new Uint8Array(slots * this.#maskSize);
    this.#finals = new FinalObservations(stateSize, this.#maskSize);
    this.#open = new Int32Array(numEnvs);
  }

  get byteLength(): number {
    return this.#columns().reduce((sum, [, column]) => sum + column.byteLength, this.#finals.byteLength);
  }

  /** Tells the observations about to be acted on: those of the last step, unless the envs were reset since. */
  begin(observations: Observations): void {
    if (this.#begun > 0 && this.#isNewest(observations)) return;
    // After a reset nothing follows from what was lived before: open transitions are dropped, the old newest row stays unacted.
    this.#open.fill(0);
    this.#beginRow(observations);
  }

  /** Takes in one vector step from the observations of the newest row. */
  record(actions: Int32Array, step: StepBatch): void {
    const { numEnvs, nStep, gamma, index } = this.#options;
    const slots = this.#rows * numEnvs;
    const first = this.#newest() * numEnvs;
    const following = (first + numEnvs) % slots;
    this.#beginRow(step);
    const finals = { row: step.finalRow, state: step.finalState, actionMask: step.finalActionMask };
    for (let env = 0; env < numEnvs; env++) {
      const slot = first + env;
      this.#action[slot] = actions[env];
      this.#reward[slot] = 0;
      const open = ++this.#open[env];
      const ended = step.terminated[env] === 1 || step.truncated[env] === 1;
      let successor = following + env;
      if (step.terminated[env] === 1) successor = slot;
      else if (ended) successor = -1 - this.#finals.push(slot, finals, env);
      let discount = 1;
      for (let back = 0; back < open; back++) {
        const past = (slot - back * numEnvs + slots) % slots;
        this.#reward[past] += discount * step.reward[env];
        discount *= gamma;
        if (!ended && back + 1 < nStep) continue;
        this.#successor[past] = successor;
        this.#bootstrap[past] = step.terminated[env] === 1 ? 0 : discount;
        index.add(past);
      }
      if (ended) this.#open[env] = 0;
      else if (open === nStep) this.#open[env] = nStep - 1;
    }
  }

  /** Fills `batch` with the transitions in `slots`. */
  gather(slots: Int32Array, batch: Transitions): void {
    const size = this.#options.stateSize;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      batch.row[i] = this.#row[slot];
      for (let k = 0; k < size; k++) batch.state[i * size + k] = this.#state[slot * size + k];
      batch.action[i] = this.#action[slot];
      batch.reward[i] = this.#reward[slot];
      batch.bootstrap[i] = this.#bootstrap[slot];
      const successor = this.#successor[slot];
      if (successor < 0) {
        batch.nextRow[i] = this.#finals.row(-1 - successor);
        this.#finals.copyState(-1 - successor, batch.nextState, i);
        if (batch.nextActionMask !== undefined) this.#finals.copyMask(-1 - successor, batch.nextActionMask, i);
      } else {
        batch.nextRow[i] = this.#row[successor];
        for (let k = 0; k < size; k++) batch.nextState[i * size + k] = this.#state[successor * size + k];
        if (batch.nextActionMask !== undefined) this.#copyMask(successor, batch.nextActionMask, i);
      }
    }
  }

  /** Forgets all that was lived; whoever samples slots must forget them too. */
  clear(): void {
    this.#begun = 0;
    this.#open.fill(0);
    this.#finals.clear();
  }

  save(): Saved {
    const filled = Math.min(this.#begun, this.#rows);
    const columns = this.#columns().map(
      ([name, column]) => [name, column.slice(0, (column.length / this.#rows) * filled)] as const,
    );
    return {
      ...Object.fromEntries(columns),
      begun: this.#begun,
      rows: this.#rows,
      open: this.#open.slice(),
      finals: this.#finals.save(),
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'replay');
    const begun = reader.number('begun');
    if (reader.number('rows') !== this.#rows) {
      throw new InputError({
        what: 'saved replay has another size',
        where: 'replay',
        rule: `${this.#rows} time rows`,
        value: reader.number('rows'),
      });
    }
    const filled = Math.min(begun, this.#rows);
    for (const [name, column] of this.#columns()) {
      reader.into(name, column.subarray(0, (column.length / this.#rows) * filled));
    }
    reader.into('open', this.#open);
    this.#finals.restore(reader.any('finals'));
    this.#begun = begun;
  }

  #copyMask(slot: number, masks: Uint8Array, index: number): void {
    const size = this.#maskSize;
    for (let k = 0; k < size; k++) masks[index * size + k] = this.#mask[slot * size + k];
  }

  #newest(): number {
    return (this.#begun - 1) % this.#rows;
  }

  #beginRow({ row, state, actionMask }: Observations): void {
    const { numEnvs, stateSize, index } = this.#options;
    this.#begun += 1;
    const first = this.#newest() * numEnvs;
    if (this.#begun > this.#rows) {
      for (let slot = first; slot < first + numEnvs; slot++) {
        index.remove(slot);
        this.#finals.release(slot);
      }
    }
    for (let env = 0; env < numEnvs; env++) this.#row[first + env] = row[env];
    for (let k = 0; k < numEnvs * stateSize; k++) this.#state[first * stateSize + k] = state[k];
    const size = this.#maskSize;
    for (let k = 0; k < numEnvs * size; k++) this.#mask[first * size + k] = actionMask?.[k] ?? 1;
  }

  #isNewest({ row, state }: Observations): boolean {
    const { numEnvs, stateSize } = this.#options;
    const first = this.#newest() * numEnvs;
    for (let env = 0; env < numEnvs; env++) if (this.#row[first + env] !== row[env]) return false;
    for (let k = 0; k < numEnvs * stateSize; k++) {
      if (!Object.is(this.#state[first * stateSize + k], state[k])) return false;
    }
    return true;
  }

  #columns(): readonly (readonly [string, Uint8Array | Int32Array | Float32Array])[] {
    return [
      ['row', this.#row],
      ['state', this.#state],
      ['action', this.#action],
      ['reward', this.#reward],
      ['bootstrap', this.#bootstrap],
      ['successor', this.#successor],
      ['mask', this.#mask],
    ];
  }
}
