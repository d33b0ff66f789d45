/** Rows of a text file into a table. */

import { CellSink } from './cellSink.ts';
import type { SourceColumn } from './dataKind.ts';
import type { RowSink } from './rowSink.ts';
import { TableBuilder, type NumericTable } from './tableBuilder.ts';

export interface TableSinkOptions {
  readonly columns: readonly SourceColumn[];
  /** Cells of a whole row. */
  readonly numCells: number;
  readonly delimiter: number;
}

export class TableSink implements RowSink {
  readonly #cells: CellSink<TableBuilder>;

  constructor(options: TableSinkOptions) {
    const target = new TableBuilder(options.columns.map(({ name }) => name));
    this.#cells = new CellSink({ ...options, target });
  }

  row(bytes: Uint8Array, from: number, to: number, line: number): void {
    this.#cells.row(bytes, from, to, line);
  }

  skip(what: string, text: string, line: number): void {
    this.#cells.skip(what, text, line);
  }

  finish(): NumericTable {
    return this.#cells.target.finish();
  }
}
