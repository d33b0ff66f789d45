/** Collects offending rows: all of them by number, the first few as examples. */

import type { Example, Finding, Inspected, Remedy, Severity } from './finding.ts';

const MAX_EXAMPLES = 5;

export interface Charge {
  readonly name: string;
  readonly severity: Severity;
  readonly meaning: string;
  readonly remedies?: readonly Remedy[];
}

export class Offences {
  readonly #data: Inspected;
  readonly #rows: number[] = [];
  readonly #examples: Example[] = [];
  #count = 0;

  constructor(data: Inspected) {
    this.#data = data;
  }

  get count(): number {
    return this.#count;
  }

  /** A row that is wrong; `drop` may leave it out. */
  add(row: number, value: string | number): void {
    if (this.#rows.at(-1) !== row) this.#rows.push(row);
    this.note(row, value);
  }

  /** Something beside the row, such as bars missing before it: counted `times`, dropped never. */
  note(row: number, value: string | number, times = 1): void {
    this.#count += times;
    if (this.#examples.length >= MAX_EXAMPLES) return;
    const timeMs = this.#data.timeMs?.[row] ?? NaN;
    // Beyond this no date exists.
    const time = Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : null;
    this.#examples.push({ row, line: this.#data.line[row] ?? row + 1, time, value });
  }

  /** Null where nothing was collected. */
  finding({ name, severity, meaning, remedies = [] }: Charge): Finding | null {
    if (this.#count === 0) return null;
    const share = this.#data.numRows === 0 ? 1 : this.#count / this.#data.numRows;
    const rows = Int32Array.from(this.#rows);
    return { name, severity, meaning, count: this.#count, share, examples: this.#examples, remedies, rows };
  }
}
