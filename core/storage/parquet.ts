/** Columnar tables as Parquet files, written and queried in place through an in-memory DuckDB. */

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { InputError } from '../errors.ts';
import { flushFile, temporaryNeighbor } from './atomicFile.ts';
import { fillVector } from './vectors.ts';

/** Version 2 encodings make doubles a fifth smaller than version 1, and quicker to write. */
const PARQUET_FORMAT = 'FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2';

export type Column = Float64Array | Int32Array | readonly string[];
export type Table = Readonly<Record<string, Column>>;

/** Rows that one call of the table function hands over: the length of DuckDB's vectors. */
const VECTOR_ROWS = 2048;

/**
 * Writes columns of equal length; the file appears whole or not at all.
 *
 * DuckDB pulls the columns vector by vector, so that a table needs no second copy in memory.
 */
export async function writeParquet(path: string, table: Table): Promise<void> {
  const names = Object.keys(table);
  const length = names.length === 0 ? 0 : table[names[0]].length;
  const uneven = names.find((name) => table[name].length !== length);
  if (uneven !== undefined) {
    throw new RangeError(`column '${uneven}' has ${table[uneven].length} rows, '${names[0]}' has ${length}`);
  }
  await withConnection(async (connection) => {
    const { DuckDBTableFunction, DOUBLE, INTEGER, VARCHAR } = await import('@duckdb/node-api');
    const typeOf = (column: Column) =>
      column instanceof Float64Array ? DOUBLE : column instanceof Int32Array ? INTEGER : VARCHAR;
    let from = 0;
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: 'regimen_columns',
        bindFunction: (bind) => names.forEach((name) => bind.addResultColumn(name, typeOf(table[name]))),
        initFunction: (init) => init.setMaxThreads(1),
        mainFunction: (_info, chunk) => {
          const to = Math.min(from + VECTOR_ROWS, length);
          chunk.rowCount = to - from;
          if (to > from) names.forEach((name, i) => fillVector(chunk.getColumnVector(i), table[name], from));
          from = to;
        },
      }),
    );
    await copyToParquet(connection, 'SELECT * FROM regimen_columns()', path);
  });
}

/** Writes what a query gives; the file appears whole or not at all. */
export async function copyToParquet(connection: DuckDBConnection, query: string, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryNeighbor(path);
  try {
    await connection.run(`COPY (${query}) TO ${quoteText(temporary)} (${PARQUET_FORMAT})`);
    flushFile(temporary);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
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

/** Memory of one in-memory DuckDB: it streams, so that little is enough for files of any size. */
export const DUCKDB_MEMORY_MB = 256;

/** Runs `use` on a fresh in-memory DuckDB. */
export async function withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { connection, close } = await openConnection(DUCKDB_MEMORY_MB);
  try {
    return await use(connection);
  } finally {
    close();
  }
}

export interface OpenConnection {
  readonly connection: DuckDBConnection;
  close(): void;
}

/** A fresh in-memory DuckDB, to be closed by the caller. */
export async function openConnection(memoryMb: number): Promise<OpenConnection> {
  // Loaded when first needed: the native library costs memory that most commands never use.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryMb}MB`,
    // DuckDB would download what it lacks by itself.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close };
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
