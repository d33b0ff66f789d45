/** Queries over the Postgres wire. The package `pg` is an optional peer. */

import type { Client } from 'pg';
import { InputError } from '../../../../core/errors.ts';
import type { QuestDbAddress } from './questDbAddress.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 120_000;
const MODULE_MISSING = 'ERR_MODULE_NOT_FOUND';

/** One row's cells as the server writes them. */
export type Cells = readonly (string | null)[];

export class PgQueries {
  readonly #client: Client;
  readonly #name: string;

  private constructor(client: Client, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** @throws InputError when the package is missing or the server cannot be reached */
  static async connect({ host, pgPort, user, password }: QuestDbAddress): Promise<PgQueries> {
    const { default: pg } = await importPg();
    const client = new pg.Client({
      host: host.replace(/^\[|\]$/g, ''),
      port: pgPort,
      user,
      password,
      database: 'qdb',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
    });
    const name = `questdb ${host}:${pgPort}`;
    // Without a listener a connection that breaks while idle would end the process; the next query reports it.
    client.on('error', () => {});
    try {
      await client.connect();
    } catch (error) {
      throw new InputError({ what: `cannot be reached: ${messageOf(error)}`, where: name });
    }
    return new PgQueries(client, name);
  }

  /** Runs one statement. */
  async rows(text: string): Promise<Cells[]> {
    try {
      const { rows } = await this.#client.query<(string | null)[]>({ text, rowMode: 'array', types: AS_TEXT });
      return rows;
    } catch (error) {
      throw new Error(`${this.#name}: ${messageOf(error)}, in: ${text.slice(0, 200)}`, { cause: error });
    }
  }

  /** Null where the table that is asked does not exist. */
  async rowsIfThere(text: string): Promise<Cells[] | null> {
    try {
      return await this.rows(text);
    } catch (error) {
      if (messageOf(error).includes('table does not exist')) return null;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** Every cell stays the text it came as. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Loaded when first needed: most users have no QuestDB, and need not have the package. */
const importPg = () =>
  import('pg').catch((error: unknown) => {
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== MODULE_MISSING) throw error;
    throw new InputError({ what: "the package 'pg' is not installed", where: 'questdb', hint: 'npm install pg@8' });
  });
