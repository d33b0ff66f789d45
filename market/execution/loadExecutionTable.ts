/** Reads a cost table from disk and trusts nothing in it until its hash and its schema agree. */

import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkConfig, renderPath } from '../../core/config.ts';
import { InputError, nearestName } from '../../core/errors.ts';
import { executionTableSchema, hashTable, tablePointerSchema } from './table.ts';
import type { ExecutionTable, InstrumentEntry } from './table.ts';
import { isEarlierTable, upgradeTable } from './upgradeTable.ts';

/**
 * Loads a table, or the one that a pointer names.
 *
 * @param path `execution_metrics_YYYY-MM-DD.json`, or `execution_metrics.json`, which points to one in its folder
 * @throws InputError for a missing or torn file, an unknown key, a missing session, a negative cost, a hash that does not match
 */
export function loadExecutionTable(path: string): ExecutionTable {
  const raw = readJson(path);
  if (typeof raw === 'object' && raw !== null && 'current' in raw) {
    const { current } = checkConfig(tablePointerSchema, raw, at(path));
    return checkTable(readJson(join(dirname(path), current)), join(dirname(path), current));
  }
  return checkTable(raw, path);
}

/** The entry of an instrument. @throws InputError naming the known ones and the nearest */
export function findInstrument(table: ExecutionTable, instrument: string): InstrumentEntry {
  if (Object.hasOwn(table.instruments, instrument)) return table.instruments[instrument];
  const known = Object.keys(table.instruments);
  const nearest = nearestName(instrument, known);
  throw new InputError({
    what: 'unknown instrument',
    where: `cost table of ${table.created}`,
    rule: `measured instruments are ${known.join(', ')}`,
    value: instrument,
    hint: nearest === null ? 'measure it with `regimen calibrate`' : `did you mean '${nearest}'?`,
  });
}

const at = (path: string) => (field: readonly PropertyKey[]) =>
  field.length === 0 ? basename(path) : `${basename(path)}: ${renderPath(field)}`;

function checkTable(raw: unknown, path: string): ExecutionTable {
  const isEarlier = isEarlierTable(raw);
  const table = checkConfig(executionTableSchema, isEarlier ? upgradeTable(raw) : raw, at(path));
  const expected = hashTable(isEarlier ? raw : table);
  if (table.hash === expected) return isEarlier ? { ...table, hash: hashTable(table) } : table;
  throw new InputError({
    what: 'the content hash does not match',
    where: `${basename(path)}: hash`,
    rule: `SHA-256 of the content is ${expected}`,
    value: table.hash,
    hint: 'the table was edited or torn; measure it anew with `regimen calibrate`, or roll back to an older date',
  });
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new InputError({ what: 'no such cost table', where: path, hint: 'measure one with `regimen calibrate`' });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError({ what: 'not JSON: torn or edited', where: path, rule: String(error) });
  }
}
