/** Columns of numbers that grow row by row; what cannot be read is counted and shown, never guessed. */

import type { CellTarget } from './cellSink.ts';

const FIRST_CAPACITY = 4096;
const MAX_EXAMPLES = 5;

/** A cell or a row that could not be read. */
export interface TableProblem {
  readonly what: string;
  /** Line in the file, from 1. */
  readonly line: number;
  /** Null where the whole row is meant. */
  readonly column: string | null;
  readonly text: string;
}

/** Columns of equal length. */
export interface NumericTable {
  /** NaN where a cell could not be read. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly numRows: number;
  /** (rows) line in the file that a row stands in, from 1. */
  readonly line: Int32Array;
  readonly unreadableCells: number;
  /** Rows that were left out because their cells could not be told apart. */
  readonly unreadableRows: number;
  /** The first few of both kinds. */
  readonly problems: readonly TableProblem[];
}

export class TableBuilder implements CellTarget {
  readonly #names: readonly string[];
  readonly #problems: TableProblem[] = [];
  #columns: Float64Array[];
  #line = new Int32Array(FIRST_CAPACITY);
  #length = 0;
  #unreadableCells = 0;
  #unreadableRows = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#columns = names.map(() => new Float64Array(FIRST_CAPACITY));
  }

  /** Writes one cell of the row at hand. */
  set(column: number, value: number): void {
    this.#columns[column][this.#length] = value;
  }

  /** Marks one cell of the row at hand as unreadable. */
  setUnreadable(column: number, text: string, line: number): void {
    this.set(column, NaN);
    this.#unreadableCells += 1;
    this.#remember({
      what: text.trim() === '' ? 'empty cell' : 'not a number',
      line,
      column: this.#names[column],
      text,
    });
  }

  /** Counts a row that is left out. */
  skip(what: string, text: string, line: number): void {
    this.#unreadableRows += 1;
    this.#remember({ what, line, column: null, text });
  }

  /** Keeps the row at hand. */
  commit(line: number): void {
    this.#line[this.#length] = line;
    if (++this.#length < this.#line.length) return;
    this.#columns = this.#columns.map((column) => grow(new Float64Array(column.length * 2), column));
    this.#line = grow(new Int32Array(this.#line.length * 2), this.#line);
  }

  finish(): NumericTable {
    const columns = this.#names.map((name, i) => [name, this.#columns[i].subarray(0, this.#length)] as const);
    return {
      columns: new Map(columns),
      numRows: this.#length,
      line: this.#line.subarray(0, this.#length),
      unreadableCells: this.#unreadableCells,
      unreadableRows: this.#unreadableRows,
      problems: this.#problems,
    };
  }

  #remember(problem: TableProblem): void {
    if (this.#problems.length < MAX_EXAMPLES) this.#problems.push(problem);
  }
}

function grow<A extends Float64Array | Int32Array>(larger: A, smaller: A): A {
  larger.set(smaller);
  return larger;
}
