/** State that survives a process: plain trees of numbers, strings and typed arrays that a checkpoint writes byte for byte. */

import { InputError } from './errors.ts';

export type SavedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

export type Saved =
  null | boolean | number | string | SavedArray | readonly Saved[] | { readonly [key: string]: Saved };

/** A part whose whole state can be written out and taken up again, bit for bit. */
export interface Resumable {
  /** Copies the state out; later changes of the part do not reach the copy. */
  save(): Saved;
  /** @throws InputError when the state is of another shape than this part's */
  restore(saved: Saved): void;
}

/** Reads a saved record field by field, naming the field in every refusal. */
export class SavedReader {
  readonly #record: { readonly [key: string]: Saved };
  readonly #where: string;

  constructor(saved: Saved, where: string) {
    if (typeof saved !== 'object' || saved === null || Array.isArray(saved) || ArrayBuffer.isView(saved)) {
      throw new InputError({ what: 'saved state is not a record', where });
    }
    this.#record = saved as { readonly [key: string]: Saved };
    this.#where = where;
  }

  any(key: string): Saved {
    if (!(key in this.#record)) {
      throw new InputError({ what: `saved state lacks '${key}'`, where: this.#where });
    }
    return this.#record[key];
  }

  has(key: string): boolean {
    return key in this.#record;
  }

  number(key: string): number {
    return this.#expect(key, 'a number', (value): value is number => typeof value === 'number');
  }

  string(key: string): string {
    return this.#expect(key, 'a string', (value): value is string => typeof value === 'string');
  }

  boolean(key: string): boolean {
    return this.#expect(key, 'a boolean', (value): value is boolean => typeof value === 'boolean');
  }

  list(key: string): readonly Saved[] {
    return this.#expect(key, 'a list', (value): value is readonly Saved[] => Array.isArray(value));
  }

  record(key: string): SavedReader {
    return new SavedReader(this.any(key), `${this.#where}.${key}`);
  }

  /** The array under `key`, of the same type as `like`, any length. */
  array<A extends SavedArray>(key: string, like: new (length: number) => A): A {
    return this.#expect(key, `a ${like.name}`, (value): value is A => value instanceof like);
  }

  /** Copies the array under `key` into `target`, whose type and length it must have. */
  into(key: string, target: SavedArray): void {
    const value = this.any(key);
    if (!ArrayBuffer.isView(value) || value.constructor !== target.constructor || value.length !== target.length) {
      throw new InputError({
        what: `saved '${key}' does not fit`,
        where: this.#where,
        rule: `${target.constructor.name} of length ${target.length}`,
        value: ArrayBuffer.isView(value) ? `${value.constructor.name} of length ${value.length}` : typeof value,
        hint: 'the checkpoint belongs to another configuration',
      });
    }
    target.set(value);
  }

  #expect<T extends Saved>(key: string, rule: string, test: (value: Saved) => value is T): T {
    const value = this.any(key);
    if (test(value)) return value;
    throw new InputError({ what: `saved '${key}' has the wrong type`, where: this.#where, rule });
  }
}
