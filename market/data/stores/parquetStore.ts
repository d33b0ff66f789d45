/** The embedded store: a folder of Parquet files a series, queried in place. */

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  copyToParquet,
  DUCKDB_MEMORY_MB,
  openConnection,
  quoteText,
  writeParquet,
} from '../../../core/storage/parquet.ts';
import { BAR_COLUMNS, barTable, numBars, type Bars } from '../bars.ts';
import { ALL_TIME, type BarStore, type Series, type SeriesSpan, type TimeRange } from './barStore.ts';
import { listParts, partName, type Part } from './parquetParts.ts';
import { readBarChunks } from './parquetRead.ts';
import { checkAppend } from './series.ts';
import { planMemory, type MemoryPlan, type StoreConfig } from './storeConfig.ts';
import { labelTimeframe, parseTimeframe } from './timeframeLabel.ts';

/** Parts grow to this by being joined, so that a part can still be rewritten in about a second. */
const MAX_PART_BARS = 4_000_000;
/** A part may vanish between listing and reading, when a writer joins it with its neighbor. */
const MAX_LISTINGS = 5;

const COLUMNS = BAR_COLUMNS.map((name) => ({ name, type: 'DOUBLE' }));
const [OPEN_TIME, OPEN, HIGH, LOW, CLOSE, VOLUME] = COLUMNS;
const FILE_COLUMNS = { columns: [OPEN_TIME, OPEN, HIGH, LOW, CLOSE, VOLUME], toMs: null } as const;

/** `ROOT/<instrument>/<timeframe>/<first>-<last>-<bars>.parquet`. A series has one writer at a time and any readers. */
export class ParquetStore implements BarStore {
  readonly name: string;
  readonly #root: string;
  readonly #memory: MemoryPlan;

  constructor(root: string, config: StoreConfig) {
    this.name = `parquet:${root}`;
    this.#root = root;
    this.#memory = planMemory(config);
  }

  async list(): Promise<Series[]> {
    const found: Series[] = [];
    for (const folder of foldersIn(this.#root)) {
      for (const label of foldersIn(join(this.#root, folder))) {
        const timeframeMs = parseTimeframe(label);
        const instrument = decodeName(folder);
        if (timeframeMs === null || instrument === null) continue;
        const series = { instrument, timeframeMs };
        if (listParts(this.#folder(series)).parts.length > 0) found.push(series);
      }
    }
    return found.sort((a, b) => compare(a.instrument, b.instrument) || a.timeframeMs - b.timeframeMs);
  }

  async span(series: Series): Promise<SeriesSpan | null> {
    return spanOf(listParts(this.#folder(series)).parts);
  }

  async *read(series: Series, range: TimeRange = ALL_TIME): AsyncGenerator<Bars> {
    let fromMs = range.fromMs;
    for (let listing = 1; ;) {
      const part = listParts(this.#folder(series)).parts.find(({ lastMs }) => lastMs >= fromMs);
      if (part === undefined || part.firstMs >= range.toMs) return;
      try {
        for await (const bars of this.#readPart(part, { fromMs, toMs: range.toMs })) {
          fromMs = bars.openTimeMs[numBars(bars) - 1] + 1;
          yield bars;
        }
        fromMs = part.lastMs + 1;
        listing = 1;
      } catch (error) {
        if (existsSync(part.path) || ++listing > MAX_LISTINGS) throw error;
      }
    }
  }

  async append(series: Series, bars: Bars): Promise<void> {
    const folder = this.#folder(series);
    checkAppend(series, bars, spanOf(listParts(folder).parts)?.lastMs ?? -Infinity);
    const count = numBars(bars);
    if (count === 0) return;
    const span = { firstMs: bars.openTimeMs[0], lastMs: bars.openTimeMs[count - 1], bars: count };
    await writeParquet(join(folder, partName(span)), barTable(bars));
    await this.#joinParts(folder);
  }

  async close(): Promise<void> {
    // Nothing is held between calls.
  }

  #readPart(part: Part, { fromMs, toMs }: TimeRange): AsyncGenerator<Bars> {
    const bounds = [
      ...(fromMs > part.firstMs ? [`openTimeMs >= ${fromMs}`] : []),
      ...(toMs <= part.lastMs ? [`openTimeMs < ${toMs}`] : []),
    ];
    const where = bounds.length === 0 ? null : bounds.join(' AND ');
    return readBarChunks({ ...FILE_COLUMNS, path: part.path, where, memory: this.#memory });
  }

  /** Joins the last part with those before it that are no longer than twice it: n appends leave about log n parts. */
  async #joinParts(folder: string): Promise<void> {
    const { parts, covered } = listParts(folder);
    let from = parts.length - 1;
    let bars = parts[from].bars;
    while (from > 0 && parts[from - 1].bars <= 2 * bars && parts[from - 1].bars + bars <= MAX_PART_BARS) {
      bars += parts[--from].bars;
    }
    const joined = parts.slice(from);
    if (joined.length > 1) {
      const span = { firstMs: joined[0].firstMs, lastMs: joined[joined.length - 1].lastMs, bars };
      const sources = joined.map(({ path }) => quoteText(path)).join(', ');
      const { connection, close } = await openConnection(DUCKDB_MEMORY_MB);
      try {
        await copyToParquet(connection, `SELECT * FROM read_parquet([${sources}])`, join(folder, partName(span)));
      } finally {
        close();
      }
    }
    for (const { path } of [...covered, ...(joined.length > 1 ? joined : [])]) rmSync(path, { force: true });
  }

  #folder({ instrument, timeframeMs }: Series): string {
    return join(this.#root, encodeName(instrument), labelTimeframe(timeframeMs));
  }
}

function spanOf(parts: readonly Part[]): SeriesSpan | null {
  if (parts.length === 0) return null;
  const bars = parts.reduce((sum, part) => sum + part.bars, 0);
  return { bars, firstMs: parts[0].firstMs, lastMs: parts[parts.length - 1].lastMs };
}

const foldersIn = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    : [];

/** Dots too, so that no instrument is `..`. */
const encodeName = (instrument: string): string => encodeURIComponent(instrument).replaceAll('.', '%2E');

function decodeName(folder: string): string | null {
  try {
    return decodeURIComponent(folder);
  } catch {
    return null;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
