/** Rows of a CSV file into columns of numbers; an unreadable cell is counted, not refused. */

import { cellText, parseNumber, splitCells } from './cells.ts';
import type { SourceColumn } from './dataKind.ts';
import type { RowSink } from './rowSink.ts';
import { TableBuilder, type NumericTable } from './tableBuilder.ts';
import { detectTimeFormat, epochToMs, parseTime, type TimeFormat } from './timeCells.ts';

export interface TableSinkOptions {
  readonly columns: readonly SourceColumn[];
  /** Cells of a whole row. */
  readonly numCells: number;
  readonly delimiter: number;
}

export class TableSink implements RowSink {
  readonly #options: TableSinkOptions;
  readonly #builder: TableBuilder;
  readonly #edges: Int32Array;
  #timeFormat: TimeFormat | null = null;

  constructor(options: TableSinkOptions) {
    this.#options = options;
    this.#builder = new TableBuilder(options.columns.map(({ name }) => name));
    this.#edges = new Int32Array(options.numCells + 1);
  }

  row(bytes: Uint8Array, from: number, to: number, line: number): void {
    const { columns, numCells, delimiter } = this.#options;
    const edges = this.#edges;
    const cells = splitCells(bytes, { from, to }, delimiter, edges);
    if (cells !== numCells) {
      this.#builder.skip(`row has ${cells} cells, the header ${numCells}`, cellText(bytes, from, to), line);
      return;
    }
    for (let i = 0; i < columns.length; i++) {
      const { cell, kind } = columns[i];
      const [first, end] = [edges[cell], edges[cell + 1] - 1];
      const value =
        kind === 'number'
          ? parseNumber(bytes, first, end)
          : kind === 'time'
            ? this.#time(bytes, first, end)
            : parseSide(cellText(bytes, first, end));
      if (value === value) this.#builder.set(i, value);
      else this.#builder.setUnreadable(i, cellText(bytes, first, end), line);
    }
    this.#builder.commit(line);
  }

  skip(what: string, text: string, line: number): void {
    this.#builder.skip(what, text, line);
  }

  finish(): NumericTable {
    return this.#builder.finish();
  }

  #time(bytes: Uint8Array, from: number, to: number): number {
    const format = (this.#timeFormat ??= detectTimeFormat(cellText(bytes, from, to)));
    if (format === null) return NaN;
    return format.kind === 'epoch'
      ? epochToMs(parseNumber(bytes, from, to), format.unitMs)
      : parseTime(cellText(bytes, from, to), format);
  }
}

/** Buy 1, sell -1, as the taker did. */
export function parseSide(text: string): number {
  const side = text.trim().toLowerCase();
  if (side === 'buy' || side === 'b') return 1;
  return side === 'sell' || side === 's' ? -1 : NaN;
}
