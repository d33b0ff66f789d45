/** Bars from a file (CSV, lines of JSON, Parquet), checked cell by cell. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import { durationMs, type DurationMs } from '../../core/units.ts';
import { BarRowParser } from './barRowParser.ts';
import type { Bars } from './bars.ts';
import { hashBars } from './barsHash.ts';
import type { ColumnNames, FoundNames } from './csvHeader.ts';
import { readParquetBars, type ReadBars } from './parquetBars.ts';
import { isParquet } from './tables.ts';
import { readTextRows } from './textRows.ts';
import { detectTimeframeMs, findGaps, type Gap } from './timeframe.ts';

const columnName = z.string().min(1).describe('header name of the column').optional();

/** For configs: the header name of each column that a guess would not find. */
export const columnNamesConfig = z
  .strictObject({
    openTimeMs: columnName.describe('open time: epoch seconds or milliseconds, or ISO'),
    open: columnName,
    high: columnName,
    low: columnName,
    close: columnName,
    volume: columnName,
    bid: columnName.describe('bid of the last quote in the bar'),
    ask: columnName.describe('ask of the last quote in the bar'),
    spreadBps: columnName.describe('mean spread over the bar, basis points'),
    imbalance: columnName.describe('(bid size - ask size) / their sum, of the last quote in the bar'),
    signedVolume: columnName.describe('base units bought by takers less those sold'),
  })
  .describe("header names of columns, where they are not the usual ones such as 'timestamp' or 'open'");

export interface ImportOptions {
  readonly columns?: ColumnNames | z.infer<typeof columnNamesConfig>;
  /** What the file must hold; detected where absent. */
  readonly timeframeMs?: DurationMs;
}

/** A file's bars and what was found about them. */
export interface BarFile {
  readonly bars: Bars;
  /** SHA-256 of the bars. */
  readonly dataHash: string;
  /** Header name of each column, told or guessed. */
  readonly columns: FoundNames;
  readonly timeframeMs: DurationMs;
  readonly gaps: readonly Gap[];
}

/** @throws InputError with file, line, column, rule and value; nothing is repaired or left out */
export async function readBarFile(path: string, options: ImportOptions = {}): Promise<BarFile> {
  const { bars, names } = await readBars(path, definedNames(options.columns ?? {}));
  const timeframeMs = checkTimeframe(path, detectTimeframeMs(bars.openTimeMs), options.timeframeMs);
  const gaps = findGaps(bars.openTimeMs, timeframeMs);
  return { bars, dataHash: hashBars(bars), columns: names, timeframeMs, gaps };
}

async function readBars(file: string, columns: ColumnNames): Promise<ReadBars> {
  if (isParquet(file)) return readParquetBars(file, columns);
  const parser = await readTextRows(
    file,
    ({ header, delimiter }) => new BarRowParser({ file, header, columns, delimiter }),
  );
  return { bars: parser.finish(), names: parser.names };
}

/** Only the bars of {@link readBarFile}. */
export async function importBars(path: string, options: ImportOptions = {}): Promise<Bars> {
  return (await readBarFile(path, options)).bars;
}

/** The timeframe told, where the bars do not speak against it. */
export function checkTimeframe(path: string, detected: DurationMs | null, told: DurationMs | undefined): DurationMs {
  if (told !== undefined && (detected === null || detected === told)) return told;
  if (told === undefined && detected !== null) return detected;
  if (detected === null) {
    throw new InputError({ what: 'one bar has no timeframe', where: path, rule: 'at least two bars, or timeframeMs' });
  }
  throw new InputError({
    what: `bars are ${detected / 1000} s apart`,
    where: path,
    rule: 'most neighbors are as far apart as timeframeMs says',
    value: told ?? durationMs(0),
  });
}

/** Without names that a config left open. */
export const definedNames = (names: Readonly<Record<string, string | undefined>>): ColumnNames =>
  Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
