/** Stores by address: `parquet[:FOLDER]`, `parquet:FILE.parquet`, `questdb[:HOST[:HTTP_PORT[:PG_PORT]]]`. */

import { statSync } from 'node:fs';
import { InputError } from '../../../core/errors.ts';
import type { BarSource, BarStore } from './barStore.ts';
import { ParquetFileSource } from './parquetFileSource.ts';
import { ParquetStore } from './parquetStore.ts';
import { parseQuestDbAddress } from './questDb/questDbAddress.ts';
import { QuestDbStore } from './questDb/questDbStore.ts';
import type { StoreConfig } from './storeConfig.ts';

const RULE = 'parquet[:FOLDER], parquet:FILE.parquet or questdb[:HOST[:HTTP_PORT[:PG_PORT]]]';

/** What a store is that is named without a place. */
const USUAL_PLACES: Readonly<Record<string, string>> = { parquet: 'parquet:bars', questdb: 'questdb:127.0.0.1' };

export interface OpenOptions {
  readonly config: StoreConfig;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What was read: `--from`. */
  readonly where: string;
}

/** @throws InputError when the address is none, or nothing answers there */
export async function openStore(address: string, { config, environment, where }: OpenOptions): Promise<BarStore> {
  const [, kind, rest] = /^(parquet|questdb):(.+)$/.exec(USUAL_PLACES[address] ?? address) ?? [];
  if (kind === 'questdb') return QuestDbStore.connect(parseQuestDbAddress(rest, environment, where), config);
  if (kind !== 'parquet') throw new InputError({ what: 'not a store', where, rule: RULE, value: address });
  const found = statSync(rest, { throwIfNoEntry: false });
  if (found === undefined ? !/\.parquet$/i.test(rest) : found.isDirectory()) return new ParquetStore(rest, config);
  throw new InputError({ what: 'one file is no store to write to', where, rule: 'parquet:FOLDER', value: address });
}

export interface OpenSourceOptions extends OpenOptions {
  /** Of a single file, which does not say; null elsewhere. */
  readonly instrument: string | null;
}

/** A store, or a single Parquet file. @throws InputError */
export async function openSource(address: string, options: OpenSourceOptions): Promise<BarSource> {
  const path = /^parquet:(.+)$/.exec(USUAL_PLACES[address] ?? address)?.[1];
  const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (path !== undefined && found === undefined) {
    throw new InputError({ what: 'no such file or folder', where: options.where, value: path });
  }
  if (path === undefined || found?.isDirectory() === true) return openStore(address, options);
  if (options.instrument === null) {
    const hint = 'say which with --instrument';
    throw new InputError({ what: 'one file does not name its instrument', where: options.where, value: address, hint });
  }
  return ParquetFileSource.open(path, { instrument: options.instrument, config: options.config });
}
