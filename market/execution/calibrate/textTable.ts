/** A small recording as rows of text cells: CSV, or one JSON object a line. Who asks for a cell names its column. */

import { InputError } from '../../../core/errors.ts';
import { cellText, splitCells } from '../../data/cells.ts';
import { parseCsvRows } from '../../data/csvRows.ts';
import { isJsonLines } from '../../data/textRows.ts';
import type { Recording } from './numericCsv.ts';

export interface TextRow {
  /** Line in the file, from 1. */
  readonly line: number;
  /** Column name to trimmed text; empty where the file has none. */
  readonly cells: ReadonlyMap<string, string>;
}

/**
 * Reads a whole file, once its columns are known to be there.
 *
 * @throws InputError for no rows, rows of another length than the header, lines that are no JSON object, missing columns
 */
export function parseTextTable({ name, text }: Recording, required: readonly string[]): TextRow[] {
  const rows = isJsonLines(name) ? jsonRows(name, text) : csvRows(name, text);
  if (rows.length === 0) throw new InputError({ what: 'recording has no rows', where: name });
  const header = [...rows[0].cells.keys()];
  for (const column of required) {
    if (header.includes(column)) continue;
    throw new InputError({
      what: `column '${column}' is missing`,
      where: name,
      rule: `needs ${required.join(', ')}`,
      value: header,
    });
  }
  return rows;
}

function csvRows(name: string, text: string): TextRow[] {
  const rows: TextRow[] = [];
  if (text.trim() === '') return rows;
  const refuse = (what: string, value: string, line: number): never => {
    throw new InputError({ what: 'row of another length', where: `${name}:${line}`, rule: what, value });
  };
  parseCsvRows(name, Buffer.from(text), ({ header, delimiter }) => {
    const edges = new Int32Array(header.length + 1);
    return {
      row(bytes, from, to, line) {
        const found = splitCells(bytes, { from, to }, delimiter, edges);
        if (found !== header.length) {
          refuse(`row has ${found} cells, the header ${header.length}`, cellText(bytes, from, to), line);
        }
        const cells = header.map((column, i) => [column, cellText(bytes, edges[i], edges[i + 1] - 1).trim()] as const);
        rows.push({ line, cells: new Map(cells) });
      },
      skip: refuse,
    };
  });
  return rows;
}

function jsonRows(name: string, text: string): TextRow[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const cells = Object.entries(parseObject(line, `${name}:${i + 1}`)).map(
      ([key, value]) =>
        [key, value === null ? '' : typeof value === 'string' ? value.trim() : JSON.stringify(value)] as const,
    );
    return [{ line: i + 1, cells: new Map(cells) }];
  });
}

function parseObject(line: string, where: string): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new InputError({ what: 'line is not JSON', where, rule: String(error) });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new InputError({ what: 'line is no JSON object', where, value: line });
}
