/** Recordings as columns of numbers: CSV, plain or gzipped, refused with line and column where a cell is no number. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../../../core/errors.ts';
import { digest } from '../../../core/hash.ts';
import { parseCsvRows } from '../../data/csvRows.ts';
import { TableSink } from '../../data/tableSink.ts';

export interface Recording {
  /** File name without its folder. */
  readonly name: string;
  /** Of the file's bytes as they lie on disk. */
  readonly sha256: string;
  readonly text: string;
}

export interface NumericCsv {
  readonly header: readonly string[];
  /** One per header name, of equal length. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly numRows: number;
  /** (rows) line in the file, from 1. */
  readonly line: Int32Array;
}

/** @throws InputError for a missing file or a torn gzip */
export function readRecording(path: string): Recording {
  const name = basename(path);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new InputError({ what: 'no such recording', where: path });
  }
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return { name, sha256: digest(bytes), text: (isGzip ? gunzipSync(bytes) : bytes).toString('utf8') };
  } catch (error) {
    throw new InputError({ what: 'gzip is torn', where: path, rule: String(error) });
  }
}

/**
 * Reads with the one reader of market data; what that would count is refused here.
 *
 * @param sideColumn holds buy or sell, read as 1 and -1
 * @throws InputError for no rows, a row of another length than the header, a cell that is no finite number
 */
export function parseNumericCsv({ name, text }: Recording, sideColumn?: string): NumericCsv {
  if (text.trim() === '') throw new InputError({ what: 'recording has no rows', where: name });
  let header: readonly string[] = [];
  const sink = parseCsvRows(name, Buffer.from(text), (head) => {
    ({ header } = head);
    const kindOf = (source: string) => (source === sideColumn ? 'side' : 'number');
    const columns = header.map((source, cell) => ({ name: source, source, cell, kind: kindOf(source) }) as const);
    return new TableSink({ columns, numCells: header.length, delimiter: head.delimiter });
  });
  const { columns, numRows, line, problems } = sink.finish();
  if (problems.length > 0) {
    const [{ what: rule, line: at, column, text: value }] = problems;
    if (column === null) throw new InputError({ what: 'row of another length', where: `${name}:${at}`, rule, value });
    const what = column === sideColumn ? 'neither buy nor sell' : 'not a number';
    throw new InputError({ what, where: `${name}:${at} ${column}`, value });
  }
  if (numRows === 0) throw new InputError({ what: 'recording has no rows', where: name });
  return { header, columns, numRows, line };
}

/** The columns of these names. @throws InputError naming what is missing and what is there */
export function requireColumns(csv: NumericCsv, names: readonly string[], where: string): Float64Array[] {
  return names.map((column) => {
    const found = csv.columns.get(column);
    if (found !== undefined) return found;
    throw new InputError({
      what: `column '${column}' is missing`,
      where,
      rule: `needs ${names.join(', ')}`,
      value: csv.header,
    });
  });
}
