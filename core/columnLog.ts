/** Columns of numbers that grow a row at a time. */

/** Columns of equal length by name, in the order that rows were appended. */
export type NumberColumns<Name extends string> = Readonly<Record<Name, Float64Array>>;

export class ColumnLog<Name extends string> {
  readonly #names: readonly Name[];
  #columns: Record<Name, Float64Array>;
  #capacity: number;
  #length = 0;

  constructor(names: readonly Name[], capacity = 256) {
    this.#names = names;
    this.#capacity = capacity;
    this.#columns = this.#make(() => new Float64Array(capacity));
  }

  get length(): number {
    return this.#length;
  }

  append(row: Readonly<Record<Name, number>>): void {
    if (this.#length === this.#capacity) this.#grow();
    for (const name of this.#names) this.#columns[name][this.#length] = row[name];
    this.#length += 1;
  }

  /** Adds to a value of the last row. */
  addToLast(name: Name, amount: number): void {
    this.#columns[name][this.#length - 1] += amount;
  }

  /** Views of the rows so far; rows appended later may not reach them. */
  columns(): NumberColumns<Name> {
    return this.#make((name) => this.#columns[name].subarray(0, this.#length));
  }

  #grow(): void {
    const old = this.#columns;
    this.#capacity = Math.max(1, 2 * this.#capacity);
    this.#columns = this.#make((name) => {
      const larger = new Float64Array(this.#capacity);
      larger.set(old[name]);
      return larger;
    });
  }

  #make(make: (name: Name) => Float64Array): Record<Name, Float64Array> {
    return Object.fromEntries(this.#names.map((name) => [name, make(name)] as const)) as Record<Name, Float64Array>;
  }
}
