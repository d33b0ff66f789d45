/** Columns of a Parquet file as typed arrays, without a detour over rows. */

import { existsSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { InputError } from '../errors.ts';
import { openConnection, quoteName, quoteText, withConnection } from './parquet.ts';
import { copyVector } from './vectors.ts';

export interface ParquetColumn {
  readonly name: string;
  /** DuckDB's name of the type: DOUBLE, BIGINT, TIMESTAMP, VARCHAR, ... */
  readonly type: string;
}

/** Names and types of a file's columns. @throws InputError when it is missing or no Parquet */
export function describeParquet(path: string): Promise<ParquetColumn[]> {
  return withConnection((connection) => describe(connection, path));
}

/**
 * Columns in file order: times as UTC epoch milliseconds, all else as numbers, NaN where a value is none.
 *
 * @param choose which of the file's columns to read
 * @returns the numbers of the chosen columns, and all that the file has
 * @throws InputError when the file is missing, no Parquet, or damaged
 */
export async function readParquetColumns(
  path: string,
  choose: (described: readonly ParquetColumn[]) => readonly ParquetColumn[],
): Promise<{ readonly described: readonly ParquetColumn[]; readonly read: Float64Array[] }> {
  return withConnection(async (connection) => {
    const described = await describe(connection, path);
    const columns = choose(described);
    const source = `read_parquet(${quoteText(path)})`;
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE AS n FROM ${source}`);
    const numRows = Number(counted.getRowObjects()[0]['n']);
    const read = columns.map(() => new Float64Array(numRows));
    const result = await connection.stream(`SELECT ${columns.map(asDouble).join(', ')} FROM ${source}`);
    let offset = 0;
    for await (const chunk of result) {
      read.forEach((column, i) => copyVector(chunk.getColumnVector(i), column, offset));
      offset += chunk.rowCount;
    }
    return { described, read };
  });
}

async function describe(connection: DuckDBConnection, path: string): Promise<ParquetColumn[]> {
  if (!existsSync(path)) throw new InputError({ what: 'no such file', where: path });
  try {
    const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${quoteText(path)})`);
    return reader
      .getRowObjects()
      .map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
  } catch (error) {
    throw new InputError({ what: 'not a Parquet file', where: path, rule: String(error).split('\n')[0] });
  }
}

export interface ColumnStreamOptions {
  /** Read one after another. */
  readonly paths: readonly string[];
  readonly columns: readonly ParquetColumn[];
  /** SQL over the files' own columns; row groups whose statistics rule them out are not read. Null: all rows. */
  readonly where: string | null;
  /** Most rows of a chunk. */
  readonly chunkRows: number;
  /** For DuckDB's own buffers. */
  readonly memoryMb: number;
}

/** The columns of {@link readParquetColumns} chunk by chunk; each chunk is new memory and stays valid. */
export async function* streamParquetColumns(options: ColumnStreamOptions): AsyncGenerator<Float64Array[]> {
  const { paths, columns, where, chunkRows, memoryMb } = options;
  if (paths.length === 0) return;
  const { connection, close } = await openConnection(memoryMb);
  try {
    const source = `read_parquet([${paths.map(quoteText).join(', ')}])`;
    const filter = where === null ? '' : ` WHERE ${where}`;
    const result = await connection.stream(`SELECT ${columns.map(asDouble).join(', ')} FROM ${source}${filter}`);
    const make = () => columns.map(() => new Float64Array(chunkRows));
    let chunk = make();
    let filled = 0;
    for await (const vectors of result) {
      for (let from = 0; from < vectors.rowCount;) {
        const rows = Math.min(vectors.rowCount - from, chunkRows - filled);
        chunk.forEach((column, i) => copyVector(vectors.getColumnVector(i), column, filled, { from, rows }));
        from += rows;
        filled += rows;
        if (filled < chunkRows) continue;
        yield chunk;
        chunk = make();
        filled = 0;
      }
    }
    if (filled > 0) yield chunk.map((column) => column.slice(0, filled));
  } finally {
    close();
  }
}

function asDouble({ name, type }: ParquetColumn): string {
  const column = quoteName(name);
  if (type === 'DATE') return `epoch_ms(${column}::TIMESTAMP)::DOUBLE`;
  if (type.startsWith('TIMESTAMP')) return `epoch_ms(${column})::DOUBLE`;
  if (type === 'DOUBLE') return column;
  if (type !== 'VARCHAR') return `try_cast(${column} AS DOUBLE)`;
  return `coalesce(try_cast(${column} AS DOUBLE), epoch_ms(try_cast(${column} AS TIMESTAMP))::DOUBLE)`;
}
