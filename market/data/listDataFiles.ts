/** Which files of market data lie in a folder, and what is in each. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../core/errors.ts';
import { digest } from '../../core/hash.ts';
import { quoteParts } from './barsHash.ts';
import type { DataKind } from './dataKind.ts';
import { spanOf } from './quality/checkFile.ts';
import { inspect } from './quality/inspect.ts';
import { readTable, type DataTable } from './tables.ts';

const IS_DATA = /\.(csv|jsonl|ndjson)(\.gz)?$|\.parquet$/i;
/** A folder with more is no folder of data. */
const MAX_FILES = 10_000;
const SKIPPED = new Set(['node_modules', '.git', 'dist']);

export interface DataFileSummary {
  /** From the folder that was asked for. */
  readonly file: string;
  readonly bytes: number;
  readonly kind: DataKind;
  readonly rows: number;
  /** Null for ticks and tables without times. */
  readonly timeframeMs: number | null;
  /** First and last time, UTC; null where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  /** SHA-256 of the columns as they were read; for bars the data hash that a run records. */
  readonly hash: string;
}

export interface UnreadableFile {
  readonly file: string;
  readonly bytes: number;
  /** Why it could not be read. */
  readonly problem: string;
}

/** Every data file in a folder and those inside it, by name. @throws InputError when the folder is none, or holds too much */
export async function listDataFiles(folder: string): Promise<(DataFileSummary | UnreadableFile)[]> {
  const summaries: (DataFileSummary | UnreadableFile)[] = [];
  for (const file of findFiles(folder)) {
    const path = join(folder, file);
    const bytes = statSync(path).size;
    try {
      const table = await readTable(path);
      const { timeMs, timeframeMs } = inspect(table);
      summaries.push({
        file,
        bytes,
        kind: table.kind,
        rows: table.numRows,
        timeframeMs,
        ...spanOf(timeMs),
        hash: hashColumns(table),
      });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      summaries.push({ file, bytes, problem: error.problems[0].what });
    }
  }
  return summaries;
}

/** Of bars the same as that of the run that they are trained on: a volume that is missing counts as zeros there. */
function hashColumns({ kind, columns, numRows }: DataTable): string {
  if (kind !== 'bars') return digest(...columns.values());
  const base = ['timeMs', 'open', 'high', 'low', 'close', 'volume'];
  return digest(
    ...base.map((name) => columns.get(name) ?? new Float64Array(numRows)),
    ...quoteParts(Object.fromEntries(columns)),
  );
}

function findFiles(folder: string): string[] {
  const found: string[] = [];
  const visit = (inner: string) => {
    for (const entry of readEntries(join(folder, inner))) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) visit(path);
      else if (entry.isFile() && IS_DATA.test(entry.name)) found.push(path);
      if (found.length > MAX_FILES) {
        throw new InputError({ what: 'too many files', where: folder, rule: `at most ${MAX_FILES} files of data` });
      }
    }
  };
  visit('');
  return found.sort();
}

function readEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    throw new InputError({ what: 'no folder that can be read', where: folder });
  }
}
