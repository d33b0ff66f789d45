/** One CSV row after another into bars: the only place where a cell becomes a number and a bad one is refused. */

import { InputError } from '../../core/errors.ts';
import type { Bars } from './bars.ts';
import { BarColumns } from './barColumns.ts';
import { cellText, parseNumber, splitCells } from './cells.ts';
import {
  findColumns,
  namesOf,
  quotesOf,
  type ColumnIndex,
  type ColumnNames,
  type FileColumn,
  type FoundNames,
} from './csvHeader.ts';
import type { QuoteColumn } from './quotes.ts';
import type { RowSink } from './rowSink.ts';
import { detectTimeFormat, epochToMs, parseTime, type TimeFormat } from './timeCells.ts';

const PRICES_AND_VOLUME = ['open', 'high', 'low', 'close', 'volume'] as const;

export interface RowParserOptions {
  readonly file: string;
  readonly header: readonly string[];
  readonly columns: ColumnNames;
  /** Byte between two cells of a row. */
  readonly delimiter: number;
}

export class BarRowParser implements RowSink {
  /** Header name of each column. */
  readonly names: FoundNames;
  readonly #options: RowParserOptions;
  readonly #index: ColumnIndex;
  readonly #quotes: readonly QuoteColumn[];
  readonly #rows: BarColumns;
  /** Cell i of the row at hand is bytes `[edges[i], edges[i + 1] - 1)`. */
  readonly #edges: Int32Array;
  #timeFormat: TimeFormat | null = null;

  constructor(options: RowParserOptions) {
    this.#options = options;
    this.#index = findColumns(options.header, options.columns, options.file);
    this.#quotes = quotesOf(this.#index);
    this.names = namesOf(options.header, this.#index);
    const shown = Object.fromEntries(Object.entries(this.names).map(([column, name]) => [column, name ?? column]));
    this.#rows = new BarColumns({ file: options.file, names: shown, quotes: this.#quotes });
    this.#edges = new Int32Array(options.header.length + 1);
  }

  /** @throws InputError when `bytes[from, to)` is no sound bar; `line` is its line in the file, from 1 */
  row(bytes: Uint8Array, from: number, to: number, line: number): void {
    this.#split(bytes, from, to, line);
    const bars = this.#rows.bars;
    const at = this.#rows.length;
    bars.openTimeMs[at] = this.#time(bytes, line);
    for (const column of PRICES_AND_VOLUME) {
      if (this.#index[column] >= 0) bars[column][at] = this.#number(bytes, column, line);
    }
    for (const column of this.#quotes) {
      const values = bars.quotes?.[column];
      if (values !== undefined) values[at] = this.#number(bytes, column, line);
    }
    this.#rows.commit(line);
  }

  skip(what: string, text: string, line: number): never {
    throw new InputError({ what, where: `${this.#options.file}:${line}`, value: text });
  }

  /** @throws InputError when there was no row at all */
  finish(): Bars {
    const bars = this.#rows.finish();
    if (bars.close.length > 0) return bars;
    throw new InputError({ what: 'no bars', where: this.#options.file, rule: 'at least one row after the header' });
  }

  #split(bytes: Uint8Array, from: number, to: number, line: number): void {
    const { delimiter, header } = this.#options;
    const cells = splitCells(bytes, { from, to }, delimiter, this.#edges);
    if (cells === header.length) return;
    throw new InputError({
      what: `row has ${cells} cells`,
      where: `${this.#options.file}:${line}`,
      rule: `as many cells as the header, ${header.length}`,
      value: cellText(bytes, from, to),
    });
  }

  #number(bytes: Uint8Array, column: FileColumn, line: number): number {
    const cell = this.#index[column];
    const from = this.#edges[cell];
    const to = this.#edges[cell + 1] - 1;
    const value = parseNumber(bytes, from, to);
    if (value !== value) this.#refuseCell(column, cellText(bytes, from, to), line);
    return value;
  }

  #time(bytes: Uint8Array, line: number): number {
    const cell = this.#index.openTimeMs;
    const from = this.#edges[cell];
    const to = this.#edges[cell + 1] - 1;
    const format = (this.#timeFormat ??= detectTimeFormat(cellText(bytes, from, to)));
    let value = NaN;
    if (format?.kind === 'epoch') value = epochToMs(parseNumber(bytes, from, to), format.unitMs);
    else if (format?.kind === 'iso') value = parseTime(cellText(bytes, from, to), format);
    if (value !== value) this.#refuseCell('openTimeMs', cellText(bytes, from, to), line);
    return value;
  }

  #refuseCell(column: FileColumn, text: string, line: number): never {
    const isTime = column === 'openTimeMs';
    const format = this.#timeFormat;
    const rule = !isTime
      ? 'a finite number'
      : format === null
        ? 'epoch seconds or milliseconds, or an ISO time such as 2020-01-31T12:00:00Z'
        : format.kind === 'iso'
          ? 'an ISO time, like the first row'
          : 'an epoch number, like the first row';
    throw new InputError({
      what: text.trim() === '' ? 'empty cell' : isTime ? 'not a time' : 'not a number',
      where: `${this.#options.file}:${line} column '${this.names[column] ?? column}'`,
      rule,
      value: text,
    });
  }
}
