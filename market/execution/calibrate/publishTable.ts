/** Puts a table where runs find it: the file first, whole, then the pointer. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../../core/errors.ts';
import { writeFileAtomic, writeJsonAtomic } from '../../../core/storage/atomicFile.ts';
import { loadExecutionTable } from '../loadExecutionTable.ts';
import type { ExecutionTable } from '../table.ts';
import { whilePublishing } from './publishLock.ts';

const POINTER_NAME = 'execution_metrics.json';
const TABLE_NAME = /^execution_metrics_(\d{4}-\d{2}-\d{2})\.json$/;

const tableName = (date: string): string => `execution_metrics_${date}.json`;

/** Writes the table of its date and points to it. @returns its path */
export function publishTable(dir: string, table: ExecutionTable): string {
  const path = join(dir, tableName(table.created));
  writeFileAtomic(path, renderTable(table));
  pointTo(dir, table.created);
  return path;
}

/** The table that the pointer of a folder names; null where there is no pointer yet. */
export function currentTable(dir: string): ExecutionTable | null {
  const pointer = join(dir, POINTER_NAME);
  return existsSync(pointer) ? loadExecutionTable(pointer) : null;
}

/**
 * Points back to the table of a date.
 *
 * @throws InputError naming the dates there are, or what is wrong with that table
 */
export function rollbackTable(dir: string, date: string): string {
  const dates = listTableDates(dir);
  if (!dates.includes(date)) {
    throw new InputError({
      what: 'no cost table of that date',
      where: dir,
      rule: dates.length === 0 ? 'the folder holds no table' : `tables are of ${dates.join(', ')}`,
      value: date,
    });
  }
  const path = join(dir, tableName(date));
  whilePublishing(dir, () => {
    loadExecutionTable(path);
    pointTo(dir, date);
  });
  return path;
}

/** Dates of the tables in a folder, oldest first. */
export function listTableDates(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .flatMap((name) => TABLE_NAME.exec(name)?.[1] ?? [])
    .sort();
}

function pointTo(dir: string, date: string): void {
  writeJsonAtomic(join(dir, POINTER_NAME), { current: tableName(date) });
}

/** Indented, but with every list of numbers on one line. */
function renderTable(table: ExecutionTable): string {
  const indented = JSON.stringify(table, null, 1);
  const compact = indented.replace(/\[[\d\s.,e+-]+\]/g, (list) => list.replace(/\s+/g, ''));
  return `${compact}\n`;
}
