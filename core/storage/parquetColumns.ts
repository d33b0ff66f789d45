/** Columns of a Parquet file as typed arrays, without a detour over rows. */

import { existsSync } from 'node:fs';
import { InputError } from '../errors.ts';
import { quoteName, quoteText, withConnection } from './parquet.ts';

export interface ParquetColumn {
  readonly name: string;
  /** DuckDB's name of the type: DOUBLE, BIGINT, TIMESTAMP, VARCHAR, ... */
  readonly type: string;
}

/** Names and types of a file's columns. @throws InputError when it is missing or no Parquet */
export async function describeParquet(path: string): Promise<ParquetColumn[]> {
  if (!existsSync(path)) throw new InputError({ what: 'no such file', where: path });
  return withConnection(async (connection) => {
    try {
      const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${quoteText(path)})`);
      return reader
        .getRowObjects()
        .map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
    } catch (error) {
      throw new InputError({ what: 'not a Parquet file', where: path, rule: String(error).split('\n')[0] });
    }
  });
}

/**
 * The named columns in file order: times as UTC epoch milliseconds, all else as numbers, NaN where a value is none.
 *
 * @throws InputError when the file is damaged
 */
export async function readParquetColumns(path: string, columns: readonly ParquetColumn[]): Promise<Float64Array[]> {
  return withConnection(async (connection) => {
    const source = `read_parquet(${quoteText(path)})`;
    const counted = await connection.runAndReadAll(`SELECT count(*)::INTEGER AS n FROM ${source}`);
    const read = columns.map(() => new Float64Array(Number(counted.getRowObjects()[0]['n'])));
    const result = await connection.stream(`SELECT ${columns.map(asDouble).join(', ')} FROM ${source}`);
    let offset = 0;
    for await (const chunk of result) {
      read.forEach((column, i) => {
        const vector = chunk.getColumnVector(i);
        for (let row = 0; row < chunk.rowCount; row++) {
          const value = vector.getItem(row);
          column[offset + row] = typeof value === 'number' ? value : NaN;
        }
      });
      offset += chunk.rowCount;
    }
    return read;
  });
}

function asDouble({ name, type }: ParquetColumn): string {
  const column = quoteName(name);
  if (type === 'DATE') return `epoch_ms(${column}::TIMESTAMP)::DOUBLE`;
  if (type.startsWith('TIMESTAMP')) return `epoch_ms(${column})::DOUBLE`;
  if (type !== 'VARCHAR') return `try_cast(${column} AS DOUBLE)`;
  return `coalesce(try_cast(${column} AS DOUBLE), epoch_ms(try_cast(${column} AS TIMESTAMP))::DOUBLE)`;
}
