/** A Parquet file of rows that come table by table, larger than memory where need be. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyToParquet, quoteName, quoteText, withConnection, writeParquet } from './parquet.ts';

/** What the numbers of a column become: a value that is NaN is null. */
export type StreamedType =
  | 'DOUBLE'
  | 'INTEGER'
  | 'BIGINT'
  | 'BOOLEAN'
  /** Index into these texts, which may grow until the file is closed; -1 is null. */
  | { readonly labels: readonly string[] };

export type StreamedTypes = Readonly<Record<string, StreamedType>>;

/**
 * Each table is written at once, as a part of its own in a folder beside the file; closing makes one file of them, in the order they
 * came. The file appears whole when it is closed, or not at all; parts that a killed process left are cleared by the next.
 */
export class ParquetStream {
  readonly #path: string;
  readonly #types: StreamedTypes;
  readonly #folder: string;
  #numParts = 0;

  constructor(path: string, types: StreamedTypes) {
    this.#path = path;
    this.#types = types;
    this.#folder = `${path}.parts`;
    this.discard();
  }

  /** @param table every column of the file, of equal length */
  async append(table: Readonly<Record<string, Float64Array>>): Promise<void> {
    const names = Object.keys(this.#types);
    const missing = names.find((name) => table[name] === undefined);
    if (missing !== undefined) throw new RangeError(`column '${missing}' is missing`);
    const part = join(this.#folder, `${this.#numParts}.parquet`);
    await writeParquet(part, Object.fromEntries(names.map((name) => [name, table[name]])));
    this.#numParts += 1;
  }

  /** Writes the file; one without rows where nothing was appended. */
  async close(): Promise<void> {
    if (this.#numParts === 0) {
      await this.append(Object.fromEntries(Object.keys(this.#types).map((name) => [name, new Float64Array(0)])));
    }
    const columns = Object.entries(this.#types).map(([name, type]) => `${cast(name, type)} AS ${quoteName(name)}`);
    const parts = Array.from({ length: this.#numParts }, (_, part) => quoteText(join(this.#folder, `${part}.parquet`)));
    const query = `SELECT ${columns.join(', ')} FROM read_parquet([${parts.join(', ')}])`;
    try {
      await withConnection((connection) => copyToParquet(connection, query, this.#path));
    } finally {
      this.discard();
    }
  }

  /** Takes back what was written so far. */
  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#numParts = 0;
  }
}

function cast(name: string, type: StreamedType): string {
  const column = quoteName(name);
  if (typeof type === 'object')
    return `list_extract(CAST([${type.labels.map(quoteText).join(', ')}] AS VARCHAR[]), ${column}::INTEGER + 1)`;
  return `CASE WHEN isnan(${column}) THEN NULL ELSE ${column}::${type} END`;
}
