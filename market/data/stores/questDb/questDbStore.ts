/** The store on QuestDB: bars go in by its line protocol and come out over the Postgres wire. One table a series. */

import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../../../../core/errors.ts';
import { createBars, numBars, type Bars } from '../../bars.ts';
import { ALL_TIME, type BarStore, type Series, type SeriesSpan, type TimeRange } from '../barStore.ts';
import { checkAppend } from '../series.ts';
import { planMemory, type StoreConfig } from '../storeConfig.ts';
import { parseTimeframe } from '../timeframeLabel.ts';
import { encodeLines } from './lineBatch.ts';
import { LineSender } from './lineSender.ts';
import { PgQueries, type Cells } from './pgQueries.ts';
import type { QuestDbAddress } from './questDbAddress.ts';
import { createTable, tableName, TABLE_PREFIX, timeBounds } from './questDbTable.ts';

/** Bars of one request, and of one query's answer: `pg` holds an answer as text, some 700 bytes a bar. */
const BATCH_BARS = 20_000;
/** Waits for what was sent to become visible: 1 ms, then twice as long each time, up to 50 ms; a minute in all. */
const MAX_PAUSE_MS = 50;
const MAX_PAUSES = 1_200;

export class QuestDbStore implements BarStore {
  readonly name: string;
  readonly #queries: PgQueries;
  readonly #sender: LineSender;
  readonly #chunkBars: number;

  private constructor(queries: PgQueries, address: QuestDbAddress, config: StoreConfig) {
    this.name = `questdb:${address.host}:${address.httpPort}:${address.pgPort}`;
    this.#queries = queries;
    this.#sender = new LineSender(address);
    this.#chunkBars = Math.min(BATCH_BARS, planMemory(config).chunkBars);
  }

  /** @throws InputError when the server cannot be reached or the package `pg` is missing */
  static async connect(address: QuestDbAddress, config: StoreConfig): Promise<QuestDbStore> {
    return new QuestDbStore(await PgQueries.connect(address), address, config);
  }

  async list(): Promise<Series[]> {
    const found: Series[] = [];
    const tables = await this.#queries.rows(`SELECT table_name FROM tables() WHERE table_name LIKE '${TABLE_PREFIX}%'`);
    for (const [table] of tables) {
      const timeframeMs = parseTimeframe((table ?? '').slice(TABLE_PREFIX.length).split('_')[0]);
      if (table === null || timeframeMs === null) continue;
      const [row] = await this.#queries.rows(`SELECT instrument FROM "${table}" LIMIT 1`);
      if (typeof row?.[0] === 'string') found.push({ instrument: row[0], timeframeMs });
    }
    const byName = (a: Series, b: Series) => (a.instrument < b.instrument ? -1 : Number(a.instrument > b.instrument));
    return found.sort((a, b) => byName(a, b) || a.timeframeMs - b.timeframeMs);
  }

  async span(series: Series): Promise<SeriesSpan | null> {
    const table = tableName(series);
    if (!(await this.#settle(table))) return null;
    const [[count, first, last]] = await this.#queries.rows(
      `SELECT count(), cast(min(openTime) AS long), cast(max(openTime) AS long) FROM "${table}"`,
    );
    return Number(count) === 0
      ? null
      : { bars: Number(count), firstMs: Number(first) / 1000, lastMs: Number(last) / 1000 };
  }

  async *read(series: Series, range: TimeRange = ALL_TIME): AsyncGenerator<Bars> {
    const table = tableName(series);
    const columns = 'cast(openTime AS long), open, high, low, close, volume';
    for (let fromMs = range.fromMs; ;) {
      const where = timeBounds({ fromMs, toMs: range.toMs });
      const rows = await this.#queries.rowsIfThere(
        `SELECT ${columns} FROM "${table}"${where} LIMIT ${this.#chunkBars}`,
      );
      if (rows === null || rows.length === 0) return;
      const bars = toBars(rows);
      yield bars;
      if (rows.length < this.#chunkBars) return;
      fromMs = bars.openTimeMs[rows.length - 1] + 1;
    }
  }

  async append(series: Series, bars: Bars): Promise<void> {
    checkAppend(series, bars, (await this.span(series))?.lastMs ?? -Infinity);
    const table = tableName(series);
    const length = numBars(bars);
    if (length === 0) return;
    if (bars.openTimeMs[0] < 0) {
      const value = new Date(bars.openTimeMs[0]).toISOString();
      throw new InputError({ what: 'before 1970', where: this.name, rule: 'QuestDB keeps times since 1970', value });
    }
    await this.#queries.rows(createTable(series));
    const target = { table, instrument: series.instrument };
    for (let from = 0; from < length; from += BATCH_BARS) {
      await this.#sender.send(encodeLines(target, bars, from, Math.min(length, from + BATCH_BARS)));
    }
    await this.#settle(table);
  }

  async close(): Promise<void> {
    await this.#queries.close();
  }

  /**
   * Waits until queries see all that the server has taken: it answers a request before it applies it to the table.
   *
   * @returns whether there is such a table
   */
  async #settle(table: string): Promise<boolean> {
    for (let pause = 1, pauses = 0; pauses < MAX_PAUSES; pause = Math.min(MAX_PAUSE_MS, pause * 2), pauses++) {
      const [state] = await this.#queries.rows(
        `SELECT writerTxn = sequencerTxn, suspended FROM wal_tables() WHERE name = '${table}'`,
      );
      if (state === undefined) return false;
      if (state[0] === 't') return true;
      if (state[1] === 't') throw new Error(`${this.name}: table ${table} is suspended; see the server's log`);
      await sleep(pause);
    }
    throw new Error(`${this.name}: what was sent to table ${table} has not become visible within a minute`);
  }
}

function toBars(rows: readonly Cells[]): Bars {
  const bars = createBars(rows.length);
  const { openTimeMs, open, high, low, close, volume } = bars;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    openTimeMs[i] = Number(row[0]) / 1000;
    open[i] = Number(row[1]);
    high[i] = Number(row[2]);
    low[i] = Number(row[3]);
    close[i] = Number(row[4]);
    volume[i] = Number(row[5]);
  }
  return bars;
}
