/** Observations that episodes were cut off at: the few that no later step acts on, kept as long as a transition needs them. */

import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';

/** Batches that hold the observation to keep. */
interface Finals {
  readonly row: Int32Array;
  readonly state: Float32Array;
  readonly actionMask?: Uint8Array | undefined;
}

/**
 * A queue of final observations, each owned by the replay slot whose step ended there.
 *
 * Slots are overwritten in the order they were written, so owners leave in the order they came. Ids count up for ever.
 */
export class FinalObservations implements Resumable {
  readonly #stateSize: number;
  readonly #maskSize: number;
  #oldest = 0;
  #next = 0;
  #owner = new Int32Array(64);
  #row = new Int32Array(64);
  #state: Float32Array;
  #mask: Uint8Array;

  /** @param maskSize number of actions that masks speak of; 0: there are none */
  constructor(stateSize: number, maskSize = 0) {
    this.#stateSize = stateSize;
    this.#maskSize = maskSize;
    this.#state = new Float32Array(64 * stateSize);
    this.#mask = new Uint8Array(64 * maskSize);
  }

  get byteLength(): number {
    return this.#owner.byteLength + this.#row.byteLength + this.#state.byteLength + this.#mask.byteLength;
  }

  /** Keeps observation `env` of a batch. @returns its id */
  push(owner: number, { row, state, actionMask }: Finals, env: number): number {
    if (this.#next - this.#oldest === this.#owner.length) this.#resize(this.#owner.length * 2);
    const [size, maskSize] = [this.#stateSize, this.#maskSize];
    const at = this.#next % this.#owner.length;
    this.#owner[at] = owner;
    this.#row[at] = row[env];
    for (let k = 0; k < size; k++) this.#state[at * size + k] = state[env * size + k];
    for (let k = 0; k < maskSize; k++) this.#mask[at * maskSize + k] = actionMask?.[env * maskSize + k] ?? 1;
    return this.#next++;
  }

  /** Lets go of the observation that `slot` owns, if it owns one. Called for slots in the order they were written. */
  release(slot: number): void {
    if (this.#oldest < this.#next && this.#owner[this.#oldest % this.#owner.length] === slot) this.#oldest += 1;
  }

  /** Lets go of all. */
  clear(): void {
    this.#oldest = this.#next;
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

  /** Copies what observation `id` allows into row `index` of `masks`. */
  copyMask(id: number, masks: Uint8Array, index: number): void {
    const size = this.#maskSize;
    const from = (id % this.#owner.length) * size;
    for (let k = 0; k < size; k++) masks[index * size + k] = this.#mask[from + k];
  }

  save(): Saved {
    return {
      oldest: this.#oldest,
      next: this.#next,
      owner: this.#owner.slice(),
      row: this.#row.slice(),
      state: this.#state.slice(),
      mask: this.#mask.slice(),
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'final observations');
    const capacity = reader.array('owner', Int32Array).length;
    this.#owner = new Int32Array(capacity);
    this.#row = new Int32Array(capacity);
    this.#state = new Float32Array(capacity * this.#stateSize);
    this.#mask = new Uint8Array(capacity * this.#maskSize);
    reader.into('owner', this.#owner);
    reader.into('row', this.#row);
    reader.into('state', this.#state);
    reader.into('mask', this.#mask);
    this.#oldest = reader.number('oldest');
    this.#next = reader.number('next');
  }

  #resize(capacity: number): void {
    const [size, maskSize] = [this.#stateSize, this.#maskSize];
    const [owner, row, state, mask] = [this.#owner, this.#row, this.#state, this.#mask];
    this.#owner = new Int32Array(capacity);
    this.#row = new Int32Array(capacity);
    this.#state = new Float32Array(capacity * size);
    this.#mask = new Uint8Array(capacity * maskSize);
    for (let id = this.#oldest; id < this.#next; id++) {
      const from = id % owner.length;
      const to = id % capacity;
      this.#owner[to] = owner[from];
      this.#row[to] = row[from];
      this.#state.set(state.subarray(from * size, (from + 1) * size), to * size);
      this.#mask.set(mask.subarray(from * maskSize, (from + 1) * maskSize), to * maskSize);
    }
  }
}
