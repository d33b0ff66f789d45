/** Rows of a CSV file into columns of numbers; an unreadable cell is counted, not refused. */

import { cellText, parseNumber, splitCells } from './cells.ts';
import type { SourceColumn } from './dataKind.ts';
import type { RowSink } from './rowSink.ts';
import { detectTimeFormat, epochToMs, parseTime, type TimeFormat } from './timeCells.ts';

/** Takes the cells of one row after another. */
export interface CellTarget {
  set(column: number, value: number): void;
  setUnreadable(column: number, text: string, line: number): void;
  /** The row at hand is whole. */
  commit(line: number): void;
  /** A row is left out. */
  skip(what: string, text: string, line: number): void;
}

export interface CellSinkOptions<Target extends CellTarget> {
  readonly columns: readonly SourceColumn[];
  readonly target: Target;
  /** Cells of a whole row. */
  readonly numCells: number;
  readonly delimiter: number;
}

export class CellSink<Target extends CellTarget> implements RowSink {
  readonly target: Target;
  readonly #options: CellSinkOptions<Target>;
  readonly #edges: Int32Array;
  #timeFormat: TimeFormat | null = null;

  constructor(options: CellSinkOptions<Target>) {
    this.#options = options;
    this.target = options.target;
    this.#edges = new Int32Array(options.numCells + 1);
  }

  row(bytes: Uint8Array, from: number, to: number, line: number): void {
    const { columns, numCells, delimiter } = this.#options;
    const edges = this.#edges;
    const cells = splitCells(bytes, { from, to }, delimiter, edges);
    if (cells !== numCells) {
      this.target.skip(`row has ${cells} cells, the header ${numCells}`, cellText(bytes, from, to), line);
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
      if (value === value) this.target.set(i, value);
      else this.target.setUnreadable(i, cellText(bytes, first, end), line);
    }
    this.target.commit(line);
  }

  skip(what: string, text: string, line: number): void {
    this.target.skip(what, text, line);
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
