/** Columnar tables as Parquet files, written and queried in place through an in-memory DuckDB. */

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { InputError } from '../errors.ts';
import { temporaryNeighbor } from './atomicFile.ts';

export type Column = Float64Array | Int32Array | readonly string[];
export type Table = Readonly<Record<string, Column>>;

/** Writes columns of equal length; the file appears whole or not at all. */
export async function writeParquet(path: string, table: Table): Promise<void> {
  const names = Object.keys(table);
  const length = names.length === 0 ? 0 : table[names[0]].length;
  const uneven = names.find((name) => table[name].length !== length);
  if (uneven !== undefined) {
    throw new RangeError(`column '${uneven}' has ${table[uneven].length} rows, '${names[0]}' has ${length}`);
  }
  mkdirSync(dirname(path), { recursive: true });
  await withConnection(async (connection) => {
    const definitions = names.map((name) => `${quoteName(name)} ${sqlType(table[name])}`);
    await connection.run(`CREATE TABLE t (${definitions.join(', ')})`);
    const appender = await connection.createAppender('t');
    for (let row = 0; row < length; row++) {
      for (const name of names) {
        const column = table[name];
        if (column instanceof Float64Array) appender.appendDouble(column[row]);
        else if (column instanceof Int32Array) appender.appendInteger(column[row]);
        else appender.appendVarchar(column[row]);
      }
      appender.endRow();
    }
    appender.closeSync();
    const temporary = temporaryNeighbor(path);
    try {
      await connection.run(`COPY t TO ${quoteText(temporary)} (FORMAT parquet, COMPRESSION zstd)`);
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

/**
 * Runs one query; `{path}` in the text stands for the quoted path, which may hold glob stars.
 *
 * @throws InputError when a path without stars does not exist
 */
export async function queryParquet(path: string, sql: string): Promise<Record<string, DuckDBValue>[]> {
  if (!path.includes('*') && !existsSync(path))
    throw new InputError({ what: 'Parquet file does not exist', where: path });
  return withConnection(async (connection) => {
    const reader = await connection.runAndReadAll(sql.replaceAll('{path}', quoteText(path)));
    return reader.getRowObjects();
  });
}

/** Runs `use` on a fresh in-memory DuckDB. */
export async function withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  // Loaded when first needed: the native library costs memory that most commands never use.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '256MB' });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function sqlType(column: Column): string {
  if (column instanceof Float64Array) return 'DOUBLE';
  return column instanceof Int32Array ? 'INTEGER' : 'VARCHAR';
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
