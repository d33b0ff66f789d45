/** Market data of any kind as columns of numbers, read without refusing what is in it. */

import { describeParquet, readParquetColumns, type ParquetColumn } from '../../core/storage/parquetColumns.ts';
import type { ColumnNames } from './csvHeader.ts';
import { recognizeTable, type DataKind, type SourceColumn } from './dataKind.ts';
import type { NumericTable } from './tableBuilder.ts';
import { TableSink } from './tableSink.ts';
import { isJsonLines, readTextRows } from './textRows.ts';
import { consumeFile } from './fileBytes.ts';
import { readHead } from './csvRows.ts';
import { jsonHeader } from './jsonRows.ts';
import { epochToMs, epochUnitMs } from './timeCells.ts';

export interface DataTable extends NumericTable {
  readonly kind: DataKind;
  /** Which column of the file each of ours is. */
  readonly sources: readonly SourceColumn[];
}

export const isParquet = (path: string): boolean => /\.parquet$/i.test(path);

/**
 * Reads CSV, JSON lines (both plain or gzipped) or Parquet.
 *
 * @param told the file's names of the columns of bars, where a guess would not find them
 * @throws InputError when the file cannot be read as a table
 */
export async function readTable(path: string, told: ColumnNames = {}): Promise<DataTable> {
  if (isParquet(path)) return readParquetTable(path, told);
  let kind: DataKind = 'series';
  let sources: readonly SourceColumn[] = [];
  const sink = await readTextRows(path, ({ header, text, delimiter }) => {
    ({ kind, columns: sources } = recognizeTable(header, told));
    const made = new TableSink({ columns: sources, numCells: header.length, delimiter });
    if (kind === 'factors') made.row(Buffer.from(text), 0, Buffer.byteLength(text), 1);
    return made;
  });
  return { ...sink.finish(), kind, sources };
}

/** What a file is, told by the names of its columns alone. @throws InputError when it has none */
export async function peekKind(path: string, told: ColumnNames = {}): Promise<DataKind> {
  if (isParquet(path)) {
    const names = (await describeParquet(path)).map(({ name }) => name);
    return recognizeTable(names, told).kind;
  }
  let line = '';
  await consumeFile(path, async (chunks) => {
    for await (const chunk of chunks) {
      [line] = Buffer.from(chunk).toString('utf8').trimStart().split(/\r?\n/, 1);
      return;
    }
  });
  return recognizeTable(isJsonLines(path) ? jsonHeader(line) : readHead(line).header, told).kind;
}

/** What a Parquet file is, and which of its columns are read. */
export function recognizeParquet(
  described: readonly ParquetColumn[],
  told: ColumnNames = {},
): { readonly kind: DataKind; readonly sources: readonly SourceColumn[] } {
  const { kind, columns } = recognizeTable(
    described.map(({ name }) => name),
    told,
  );
  // Text such as 'buy' is read from text files only.
  const sources = columns.filter(({ kind, cell }) => kind !== 'side' || described[cell].type !== 'VARCHAR');
  return { kind, sources };
}

async function readParquetTable(path: string, told: ColumnNames): Promise<DataTable> {
  const { described, read } = await readParquetColumns(path, (all) =>
    recognizeParquet(all, told).sources.map(({ cell }) => all[cell]),
  );
  const { kind, sources } = recognizeParquet(described, told);
  const named = sources.map(
    ({ name, kind: cellKind }, i) => [name, cellKind === 'time' ? toMs(read[i]) : read[i]] as const,
  );
  const numRows = read[0]?.length ?? 0;
  const unreadable = (column: Float64Array) => column.reduce((count, value) => count + Number(value !== value), 0);
  return {
    kind,
    sources,
    columns: new Map(named),
    numRows,
    line: Int32Array.from({ length: numRows }, (_, row) => row + 1),
    unreadableCells: read.reduce((sum, column) => sum + unreadable(column), 0),
    unreadableRows: 0,
    problems: [],
  };
}

/** Epoch numbers in the unit that the first of them shows. */
export function toMs(times: Float64Array): Float64Array {
  const unitMs = epochUnitMs(times[0]);
  return unitMs === null || unitMs === 1 ? times : times.map((time) => epochToMs(time, unitMs));
}
