/** Observations that episodes were cut off at: the few that no later step acts on, kept as long as a transition needs them. */

import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';

/**
 * A queue of final observations, each owned by the replay slot whose step ended there.
 *
 * Slots are overwritten in the order they were written, so owners leave in the order they came. Ids count up for ever.
 */
export class FinalObservations implements Resumable {
  readonly #stateSize: number;
  #oldest = 0;
  #next = 0;
  #owner = new Int32Array(64);
  #row = new Int32Array(64);
  #state: Float32Array;

  constructor(stateSize: number) {
    this.#stateSize = stateSize;
    this.#state = new Float32Array(64 * stateSize);
  }

  get byteLength(): number {
    return this.#owner.byteLength + this.#row.byteLength + this.#state.byteLength;
  }

  /** Keeps observation `env` of a batch. @returns its id */
  push(owner: number, rows: Int32Array, states: Float32Array, env: number): number {
    if (this.#next - this.#oldest === this.#owner.length) this.#resize(this.#owner.length * 2);
    const size = this.#stateSize;
    const at = this.#next % this.#owner.length;
    this.#owner[at] = owner;
    this.#row[at] = rows[env];
    for (let k = 0; k < size; k++) this.#state[at * size + k] = states[env * size + k];
    return this.#next++;
  }

  /** Lets go of the observation that `slot` owns, if it owns one. Called for slots in the order they were written. */
  release(slot: number): void {
    if (this.#oldest < this.#next && this.#owner[this.#oldest % this.#owner.length] === slot) this.#oldest += 1;
  }

  row(id: number): number {
    return this.#row[id % this.#owner.length];
  }

  /** Copies the state of `id` into row `index` of `states`. */
  copyState(id: number, states: Float32Array, index: number): void {
    const size = this.#stateSize;
    const from = (id % this.#owner.length) * size;
    for (let k = 0; k < size; k++) states[index * size + k] = this.#state[from + k];
  }

  save(): Saved {
    return {
      oldest: this.#oldest,
      next: this.#next,
      owner: this.#owner.slice(),
      row: this.#row.slice(),
      state: this.#state.slice(),
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'final observations');
    const capacity = reader.array('owner', Int32Array).length;
    this.#owner = new Int32Array(capacity);
    this.#row = new Int32Array(capacity);
    this.#state = new Float32Array(capacity * this.#stateSize);
    reader.into('owner', this.#owner);
    reader.into('row', this.#row);
    reader.into('state', this.#state);
    this.#oldest = reader.number('oldest');
    this.#next = reader.number('next');
  }

  #resize(capacity: number): void {
    const size = this.#stateSize;
    const [owner, row, state] = [this.#owner, this.#row, this.#state];
    this.#owner = new Int32Array(capacity);
    this.#row = new Int32Array(capacity);
    this.#state = new Float32Array(capacity * size);
    for (let id = this.#oldest; id < this.#next; id++) {
      const from = id % owner.length;
      const to = id % capacity;
      this.#owner[to] = owner[from];
      this.#row[to] = row[from];
      this.#state.set(state.subarray(from * size, (from + 1) * size), to * size);
    }
  }
}
