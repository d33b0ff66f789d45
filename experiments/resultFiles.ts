/** What every judged policy did, bar by bar, fill by fill and trade by trade, as Parquet in the run folder. */

import { ParquetStream, type StreamedTypes } from '../core/storage/parquetStream.ts';
import type { RunFolder } from '../core/storage/runFolder.ts';
import type { Ledger } from '../envs/ledger.ts';
import type { JudgeConfig } from '../evaluation/judgeConfig.ts';
import type { LedgerSink, Walk } from '../evaluation/ledgerSink.ts';
import { pool } from '../evaluation/returns.ts';
import { COST_MODES } from '../market/execution/executionModel.ts';
import { fillsTable, ledgersTable, tradesTable } from './resultTables.ts';
import { Labels } from './labels.ts';

const TABLES = { ledgers: ledgersTable, fills: fillsTable, trades: tradesTable } as const;

const joined = (tables: readonly Readonly<Record<string, Float64Array>>[]) =>
  Object.fromEntries(Object.keys(tables[0]).map((name) => [name, pool(tables.map((table) => table[name]))]));

/** Walk after walk is written as it is judged, so that memory holds the ledgers of one. */
export class ResultFiles implements LedgerSink {
  readonly #kept: JudgeConfig['ledgers'];
  readonly #names = new Labels();
  readonly #paths = new Labels();
  readonly #streams: readonly {
    readonly table: (typeof TABLES)[keyof typeof TABLES];
    readonly stream: ParquetStream;
  }[];

  constructor(run: RunFolder, kept: JudgeConfig['ledgers']) {
    this.#kept = kept;
    this.#streams = Object.entries(TABLES)
      .filter(([name]) => kept !== 'none' || name === 'trades')
      .map(([name, table]) => ({
        table,
        stream: new ParquetStream(run.file(`${name}.parquet`), { ...this.#walkTypes(), ...table.types }),
      }));
  }

  async keep(walk: Walk, ledgers: readonly Ledger[]): Promise<void> {
    if (this.#kept !== 'all' && walk.matchedTo !== null) return;
    const names = {
      policy: this.#names.indexOf(walk.policy),
      matchedTo: walk.matchedTo === null ? -1 : this.#names.indexOf(walk.matchedTo),
      costs: COST_MODES.indexOf(walk.costs),
      replica: walk.replica,
    };
    for (const { table, stream } of this.#streams) {
      const parts = ledgers.map((ledger) => {
        const rows = table.rows(ledger);
        const { length } = rows[Object.keys(rows)[0]];
        const keys = { ...names, path: this.#paths.indexOf(ledger.path) };
        const walkColumns = Object.entries(keys).map(([name, key]) => [name, new Float64Array(length).fill(key)]);
        return { ...Object.fromEntries(walkColumns), ...rows } as Record<string, Float64Array>;
      });
      await stream.append(parts.length === 1 ? parts[0] : joined(parts));
    }
  }

  /** Makes the files. */
  async close(): Promise<void> {
    for (const { stream } of this.#streams) await stream.close();
  }

  /** Takes back what was written so far. */
  discard(): void {
    for (const { stream } of this.#streams) stream.discard();
  }

  #walkTypes(): StreamedTypes {
    return {
      policy: { labels: this.#names.texts },
      matchedTo: { labels: this.#names.texts },
      costs: { labels: COST_MODES },
      replica: 'INTEGER',
      path: { labels: this.#paths.texts },
    };
  }
}
