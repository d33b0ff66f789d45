/** Features kept for bars that have not changed: in memory within a byte budget, then as Parquet on disk. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../core/errors.ts';
import { hashOf } from '../../core/hash.ts';
import { appendLine } from '../../core/storage/atomicFile.ts';
import { writeParquet } from '../../core/storage/parquet.ts';
import { readParquetColumns } from '../../core/storage/parquetColumns.ts';
import { numBars, type Bars } from '../data/bars.ts';
import { hashBars } from '../data/barsHash.ts';
import type { RowRange } from '../data/rowRange.ts';
import { forEachChunk } from './featureRunner.ts';
import type { FeatureSet } from './featureSet.ts';

/** Part of every path: files of another layout are never looked at. */
const VERSION = 'v1';
const LOOKUPS = 'lookups.jsonl';

export type FeatureSource = 'memory' | 'disk' | 'computed';

export interface FeatureRequest {
  readonly bars: Bars;
  /** Features start anew at each path's start; rows outside all paths and in warm-up are zero. */
  readonly paths: readonly RowRange[];
  readonly featureSet: FeatureSet;
}

export interface StoredFeatures {
  /** One array of all rows a column, in the feature set's order; not to be written to. */
  readonly columns: readonly Float64Array[];
  readonly source: FeatureSource;
  readonly file: string;
}

export interface StoreStats {
  readonly lookups: Readonly<Record<FeatureSource, number>>;
  /** Share of lookups that nothing was computed for; null before the first. */
  readonly hitRatio: number | null;
}

/** Keyed by the hash of the bars and their paths and by the feature set's hash, which knows kinds, parameters and fits. */
export class FeatureStore {
  readonly #folder: string;
  readonly #memoryBytes: number;
  /** Least recently used first. */
  readonly #memory = new Map<string, readonly Float64Array[]>();
  #usedBytes = 0;

  /** @param memoryBytes most that is kept in memory; larger sets of columns are kept on disk only */
  constructor(folder: string, memoryBytes: number) {
    this.#folder = folder;
    this.#memoryBytes = memoryBytes;
  }

  /** Bytes of the columns in memory. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  async load(request: FeatureRequest): Promise<StoredFeatures> {
    const { bars, paths, featureSet } = request;
    const ranges = paths.map(({ from, to }) => [from, to]);
    const key = `${hashOf([hashBars(bars), ranges], 16)}-${featureSet.hash}`;
    const file = join(this.#folder, VERSION, `${key}.parquet`);
    const [columns, source] = await this.#find(key, file, request);
    this.#keep(key, columns);
    appendLine(join(this.#folder, LOOKUPS), JSON.stringify({ key, source }), 'buffered');
    return { columns, source, file };
  }

  async #find(key: string, file: string, request: FeatureRequest): Promise<[readonly Float64Array[], FeatureSource]> {
    const kept = this.#memory.get(key);
    if (kept !== undefined) return [kept, 'memory'];
    const read = existsSync(file) ? await readStored(file, request) : null;
    if (read !== null) return [read, 'disk'];
    const columns = computeColumns(request);
    const names = request.featureSet.columns.map(({ name }) => name);
    await writeParquet(file, Object.fromEntries(names.map((name, i) => [name, columns[i]])));
    return [columns, 'computed'];
  }

  /** As the most recently used, in the place of those that were not used for longest. */
  #keep(key: string, columns: readonly Float64Array[]): void {
    const bytes = bytesOf(columns);
    this.#drop(key);
    if (bytes > this.#memoryBytes) return;
    for (const oldest of this.#memory.keys()) {
      if (this.#usedBytes + bytes <= this.#memoryBytes) break;
      this.#drop(oldest);
    }
    this.#memory.set(key, columns);
    this.#usedBytes += bytes;
  }

  #drop(key: string): void {
    const columns = this.#memory.get(key);
    if (columns === undefined) return;
    this.#memory.delete(key);
    this.#usedBytes -= bytesOf(columns);
  }
}

/** All lookups that a store's folder has ever seen, of every process. */
export function readStoreStats(folder: string): StoreStats {
  const path = join(folder, LOOKUPS);
  const lookups: Record<FeatureSource, number> = { memory: 0, disk: 0, computed: 0 };
  // The last piece is empty, or torn by a kill.
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  for (const line of lines) lookups[(JSON.parse(line) as { readonly source: FeatureSource }).source]++;
  const hits = lookups.memory + lookups.disk;
  return { lookups, hitRatio: lines.length === 0 ? null : hits / lines.length };
}

const bytesOf = (columns: readonly Float64Array[]): number =>
  columns.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** Null where the file is damaged or holds something else: it is computed and written anew. */
async function readStored(file: string, { bars, featureSet }: FeatureRequest): Promise<Float64Array[] | null> {
  try {
    const { described, read } = await readParquetColumns(file, (columns) => columns);
    const names = featureSet.columns.map(({ name }) => name);
    const isWhole = described.map(({ name }) => name).join() === names.join() && read[0].length === numBars(bars);
    return isWhole ? read : null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function computeColumns({ bars, paths, featureSet }: FeatureRequest): Float64Array[] {
  const width = featureSet.columns.length;
  const columns = featureSet.columns.map(() => new Float64Array(numBars(bars)));
  for (const path of paths) {
    forEachChunk(featureSet, bars, path, (first, length, features) => {
      for (let c = 0; c < width; c++) {
        for (let row = 0; row < length; row++) columns[c][first + row] = features[row * width + c];
      }
    });
  }
  return columns;
}
