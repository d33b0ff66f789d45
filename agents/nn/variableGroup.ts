/** One group of variables: named tensors that lie one after another in a flat buffer. */

import { InputError } from '../../core/errors.ts';
import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import { showShape, sizeOf } from './tensor.ts';

export interface VariableLayout {
  readonly name: string;
  readonly shape: readonly number[];
}

interface Place {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/**
 * Two buffers of which one is current: an update reads the current one, writes the other, and swaps them, so that nothing
 * is copied.
 */
export class VariableGroup implements Resumable {
  readonly name: string;
  readonly layout: readonly VariableLayout[];
  readonly length: number;
  /** Both buffers; the second is allocated when an update first needs it. */
  readonly buffers: [Float32Array, Float32Array | null];
  /** Which buffer is current. */
  phase: 0 | 1 = 0;
  /** Updates applied so far. */
  step = 0;
  readonly #places = new Map<string, Place>();

  constructor(name: string, layout: readonly VariableLayout[]) {
    this.name = name;
    this.layout = layout;
    let offset = 0;
    for (const { name: variable, shape } of layout) {
      const length = sizeOf(shape);
      this.#places.set(variable, { shape, offset, length });
      offset += length;
    }
    this.length = offset;
    this.buffers = [new Float32Array(offset), null];
  }

  get current(): Float32Array {
    return this.buffer(this.phase);
  }

  /** Buffer 0 or 1, allocated on first use. */
  buffer(phase: 0 | 1): Float32Array {
    return (this.buffers[phase] ??= new Float32Array(this.length));
  }

  swap(): void {
    this.phase = this.phase === 0 ? 1 : 0;
    this.step++;
  }

  /** The part of one buffer that holds a variable: no copy. */
  view(name: string, phase: 0 | 1): Float32Array {
    const { offset, length } = this.#place(name);
    return this.buffer(phase).subarray(offset, offset + length);
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  shapeOf(name: string): readonly number[] {
    return this.#place(name).shape;
  }

  /** Null when the group holds exactly these variables in this order, else what differs. */
  differenceFrom(layout: readonly VariableLayout[]): string | null {
    const show = ({ name, shape }: VariableLayout): string => `${name} ${showShape(shape)}`;
    for (let i = 0; i < Math.max(layout.length, this.layout.length); i++) {
      const mine = i < this.layout.length ? show(this.layout[i]) : 'nothing';
      const theirs = i < layout.length ? show(layout[i]) : 'nothing';
      if (mine !== theirs) return `${theirs} where ${mine} is held`;
    }
    return null;
  }

  save(): Saved {
    return {
      step: this.step,
      layout: this.layout.map(({ name, shape }) => ({ name, shape: [...shape] })),
      values: this.current.slice(),
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, `variables '${this.name}'`);
    const layout = reader.list('layout').map((entry) => {
      const record = new SavedReader(entry, `variables '${this.name}'`);
      return { name: record.string('name'), shape: record.list('shape').map(Number) };
    });
    const difference = this.differenceFrom(layout);
    if (difference !== null) {
      throw new InputError({
        what: `saved weights are of another network: ${difference}`,
        where: `variables '${this.name}'`,
        hint: 'the checkpoint belongs to another configuration',
      });
    }
    reader.into('values', this.current);
    this.step = reader.number('step');
  }

  #place(name: string): Place {
    const place = this.#places.get(name);
    if (place !== undefined) return place;
    throw new InputError({
      what: `unknown variable '${name}'`,
      where: `variables '${this.name}'`,
      rule: `held are ${[...this.#places.keys()].join(', ')}`,
    });
  }
}
