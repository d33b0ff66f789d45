/** One group of variables: named tensors that lie one after another in a flat buffer. */

import { InputError } from '../../core/errors.ts';
import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import type { Storage } from './storage.ts';
import { showShape, sizeOf } from './tensor.ts';

interface VariableLayout {
  readonly name: string;
  readonly shape: readonly number[];
}

interface Place {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/** A group's values kept elsewhere by an engine that computes there. */
export interface DeviceValues {
  /** Copies them into `out`. */
  read(out: Float32Array): void;
  /** target += tau (these - target), without leaving the device. False where the target is not kept there. */
  blendInto(target: VariableGroup, tau: number): boolean;
}

/**
 * Values have one place in memory for the life of the group, so that executables and kernels may keep views of it; an
 * engine may keep newer ones on a device, which are fetched when somebody asks.
 */
export class VariableGroup implements Resumable {
  readonly name: string;
  readonly layout: readonly VariableLayout[];
  readonly storage: Storage;
  /** Updates applied so far. */
  step = 0;
  #version = 0;
  #device: DeviceValues | null = null;
  #deviceIsAhead = false;
  readonly #places = new Map<string, Place>();

  /** @param storage as long as all variables together */
  constructor(name: string, layout: readonly VariableLayout[], storage: Storage) {
    this.name = name;
    this.layout = layout;
    this.storage = storage;
    let offset = 0;
    for (const { name: variable, shape } of layout) {
      const length = sizeOf(shape);
      this.#places.set(variable, { shape, offset, length });
      offset += length;
    }
  }

  /** All variables, in order of declaration. Who writes to them says so by {@link changed}. */
  get values(): Float32Array {
    if (this.#deviceIsAhead) this.#device?.read(this.storage.values);
    this.#deviceIsAhead = false;
    return this.storage.values;
  }

  /** Differs after every change, so that a copy knows when it is old. */
  get version(): number {
    return this.#version;
  }

  /** The values were written in place. */
  changed(): void {
    this.#version++;
  }

  /** A device keeps the values from now on. */
  keepOn(device: DeviceValues): void {
    void this.values;
    this.#device = device;
  }

  /** The device that keeps the values has newer ones. */
  changedOn(device: DeviceValues): void {
    this.#version++;
    this.#device = device;
    this.#deviceIsAhead = true;
  }

  /** The device forgets the values. */
  leave(device: DeviceValues): void {
    if (this.#device !== device) return;
    void this.values;
    this.#device = null;
  }

  /** values += tau (source - values), where both are kept. */
  blend(source: VariableGroup, tau: number): void {
    if (source.#device?.blendInto(this, tau)) return;
    const [from, to] = [source.values, this.values];
    if (tau === 1) to.set(from);
    else for (let i = 0; i < to.length; i++) to[i] += tau * (from[i] - to[i]);
    this.changed();
  }

  /** The part that holds a variable: no copy. */
  view(name: string): Float32Array {
    return this.#part(this.values, name);
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
      values: this.values.slice(),
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
    reader.into('values', this.values);
    this.changed();
    this.step = reader.number('step');
  }

  #part(whole: Float32Array, name: string): Float32Array {
    const { offset, length } = this.#place(name);
    return whole.subarray(offset, offset + length);
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
