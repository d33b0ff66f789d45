/** One Parquet file of bars as a source of one series, queried in place. */

import { InputError } from '../../../core/errors.ts';
import { describeParquet, type ParquetColumn } from '../../../core/storage/parquetColumns.ts';
import { queryParquet, quoteName } from '../../../core/storage/parquet.ts';
import type { DurationMs } from '../../../core/units.ts';
import { BAR_COLUMNS, numBars, type Bars } from '../bars.ts';
import { findColumns, type ColumnNames } from '../csvHeader.ts';
import { checkBars } from '../parquetBars.ts';
import { epochToMs, epochUnitMs } from '../timeCells.ts';
import { detectTimeframeMs } from '../timeframe.ts';
import { ALL_TIME, type BarSource, type Series, type SeriesSpan, type TimeRange } from './barStore.ts';
import { readBarChunks, type BarFileColumns } from './parquetRead.ts';
import { planMemory, type MemoryPlan, type StoreConfig } from './storeConfig.ts';

/** Bars whose distances tell the timeframe. */
const TIMEFRAME_SAMPLE = 10_000;

export interface FileOptions {
  readonly instrument: string;
  readonly config: StoreConfig;
  readonly columns?: ColumnNames;
}

/** The file's bars must be in order of time; each is checked as it is read. */
export class ParquetFileSource implements BarSource {
  readonly name: string;
  readonly #path: string;
  readonly #series: Series;
  readonly #file: BarFileColumns;
  readonly #unitMs: number | null;
  readonly #memory: MemoryPlan;

  private constructor(path: string, series: Series, file: FileShape, config: StoreConfig) {
    this.name = `parquet:${path}`;
    this.#path = path;
    this.#series = series;
    this.#file = file;
    this.#unitMs = file.unitMs;
    this.#memory = planMemory(config);
  }

  /** @throws InputError when the file is missing, lacks a column, or holds fewer than two bars */
  static async open(path: string, { instrument, config, columns = {} }: FileOptions): Promise<ParquetFileSource> {
    const described = await describeParquet(path);
    const names = described.map(({ name }) => name);
    const index = findColumns(names, columns, path);
    const [time, open, high, low, close, volume] = BAR_COLUMNS.map((column) => described[index[column]]);
    const unitMs = await timeUnit(path, time);
    const shape: FileShape = {
      columns: [time, open, high, low, close, index.volume < 0 ? null : volume],
      toMs: unitMs === null || unitMs === 1 ? null : (times) => times.map((value) => epochToMs(value, unitMs)),
      unitMs,
    };
    const timeframeMs = await sampleTimeframe(path, shape);
    return new ParquetFileSource(path, { instrument, timeframeMs }, shape, config);
  }

  async list(): Promise<Series[]> {
    return [this.#series];
  }

  async span(series: Series): Promise<SeriesSpan | null> {
    if (!this.#holds(series)) return null;
    let count = 0;
    let firstMs = Infinity;
    let lastMs = -Infinity;
    // The ends of a file in order could be read alone; reading all of it also proves the order.
    for await (const bars of this.read(series)) {
      count += numBars(bars);
      firstMs = Math.min(firstMs, bars.openTimeMs[0]);
      lastMs = bars.openTimeMs[numBars(bars) - 1];
    }
    return { bars: count, firstMs, lastMs };
  }

  async *read(series: Series, range: TimeRange = ALL_TIME): AsyncGenerator<Bars> {
    if (!this.#holds(series)) return;
    let lastMs = -Infinity;
    let row = 0;
    const chunks = readBarChunks({ ...this.#file, path: this.#path, where: this.#within(range), memory: this.#memory });
    for await (const bars of chunks) {
      const first = row;
      checkBars(bars, (column, at) => `${this.#path}: bar ${first + at + 1}, column '${column}'`);
      if (!(bars.openTimeMs[0] > lastMs)) {
        const rule = `after the bar before, ${new Date(lastMs).toISOString()}`;
        const where = `${this.#path}: bar ${row + 1}`;
        throw new InputError({ what: 'timestamp out of order', where, rule, value: bars.openTimeMs[0] });
      }
      row += numBars(bars);
      lastMs = bars.openTimeMs[numBars(bars) - 1];
      yield bars;
    }
  }

  async close(): Promise<void> {
    // Nothing is held between calls.
  }

  #holds({ instrument, timeframeMs }: Series): boolean {
    return instrument === this.#series.instrument && timeframeMs === this.#series.timeframeMs;
  }

  /** In the file's own unit, so that DuckDB can hold it against the statistics of row groups. */
  #within({ fromMs, toMs }: TimeRange): string | null {
    const [{ name, type }] = this.#file.columns;
    const literal = (ms: number): string => {
      if (this.#unitMs !== null) return `${ms / this.#unitMs}`;
      return type === 'VARCHAR' ? `${ms}` : `epoch_ms(${ms})`;
    };
    const time = type === 'VARCHAR' ? `epoch_ms(try_cast(${quoteName(name)} AS TIMESTAMP))` : quoteName(name);
    const bounds = [
      ...(fromMs > -Infinity ? [`${time} >= ${literal(Math.ceil(fromMs))}`] : []),
      ...(toMs < Infinity ? [`${time} < ${literal(Math.ceil(toMs))}`] : []),
    ];
    return bounds.length === 0 ? null : bounds.join(' AND ');
  }
}

interface FileShape extends BarFileColumns {
  /** Of a column of epoch numbers; null for times of another type. */
  readonly unitMs: number | null;
}

async function timeUnit(path: string, { name, type }: ParquetColumn): Promise<number | null> {
  if (type.startsWith('TIMESTAMP') || type === 'DATE' || type === 'VARCHAR') return null;
  const [row] = await queryParquet(path, `SELECT ${quoteName(name)}::DOUBLE AS time FROM {path} LIMIT 1`);
  const unit = epochUnitMs(Number(row?.['time']));
  if (unit !== null) return unit;
  throw new InputError({ what: 'not an epoch time', where: `${path}: column '${name}'`, value: String(row?.['time']) });
}

async function sampleTimeframe(path: string, shape: FileShape): Promise<DurationMs> {
  const memory = { chunkBars: TIMEFRAME_SAMPLE, decoderMb: 64 };
  for await (const bars of readBarChunks({ ...shape, path, where: null, memory })) {
    const detected = detectTimeframeMs(bars.openTimeMs);
    if (detected !== null) return detected;
  }
  throw new InputError({ what: 'fewer than two bars have no timeframe', where: path, rule: 'at least two bars' });
}
