/** Recordings as columns of numbers: CSV, plain or gzipped, refused with line and column where a cell is no number. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../../../core/errors.ts';
import { digest } from '../../../core/hash.ts';

export interface Recording {
  /** File name without its folder. */
  readonly name: string;
  /** Of the file's bytes as they lie on disk. */
  readonly sha256: string;
  readonly text: string;
}

export interface NumericCsv {
  readonly header: readonly string[];
  /** One per header name, of equal length; row i stands in line i + 2 of the file. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly numRows: number;
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

/** @throws InputError for no rows, a row of another length than the header, a cell that is no finite number */
export function parseNumericCsv({ name, text }: Recording): NumericCsv {
  const headerEnd = text.indexOf('\n');
  const header = (headerEnd < 0 ? text : text.slice(0, headerEnd)).trim().split(',');
  const rows: Float64Array[] = [];
  let line = 2;
  for (let at = headerEnd + 1; headerEnd >= 0 && at < text.length; line++) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const row = text.slice(at, end).trim();
    if (row !== '') rows.push(parseRow(row, header, `${name}:${line}`));
    at = end + 1;
  }
  if (rows.length === 0) throw new InputError({ what: 'recording has no rows', where: name });
  const columns = header.map((column, c) => [column, Float64Array.from(rows, (row) => row[c])] as const);
  return { header, columns: new Map(columns), numRows: rows.length };
}

function parseRow(row: string, header: readonly string[], where: string): Float64Array {
  const cells = row.split(',');
  if (cells.length !== header.length) {
    throw new InputError({ what: 'row of another length', where, rule: `${header.length} cells`, value: cells.length });
  }
  return Float64Array.from(cells, (cell, c) => {
    const value = Number(cell);
    if (cell.trim() !== '' && Number.isFinite(value)) return value;
    throw new InputError({ what: 'not a number', where: `${where} ${header[c]}`, value: cell });
  });
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
