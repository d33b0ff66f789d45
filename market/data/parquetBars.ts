/** Bars from a Parquet file, each held to the rules that those of a text file are held to. */

import { InputError } from '../../core/errors.ts';
import { readParquetColumns, type ParquetColumn } from '../../core/storage/parquetColumns.ts';
import { BAR_COLUMNS, mapColumns, numBars, type BarColumn, type Bars } from './bars.ts';
import { barAt } from './bar.ts';
import { findBrokenRule } from './barChecks.ts';
import {
  FILE_COLUMNS,
  findColumns,
  namesOf,
  quotesOf,
  type ColumnIndex,
  type ColumnNames,
  type FileColumn,
  type FoundNames,
} from './csvHeader.ts';
import { findBrokenQuoteRule, mapQuotes } from './quotes.ts';
import { toMs } from './tables.ts';

export interface ReadBars {
  readonly bars: Bars;
  /** The file's name of each column. */
  readonly names: FoundNames;
}

/** @throws InputError with file, row (from 1), column, rule and value */
export async function readParquetBars(file: string, columnNames: ColumnNames): Promise<ReadBars> {
  const find = (described: readonly ParquetColumn[]) =>
    findColumns(
      described.map(({ name }) => name),
      columnNames,
      file,
    );
  const present = (index: ColumnIndex) => FILE_COLUMNS.filter((column) => index[column] >= 0);
  const { described, read } = await readParquetColumns(file, (all) => {
    const found = find(all);
    return present(found).map((column) => all[found[column]]);
  });
  const index = find(described);
  const names = present(index);
  const length = read[0].length;
  if (length === 0) throw new InputError({ what: 'no bars', where: file, rule: 'at least one row' });
  const columnOf = (column: BarColumn): Float64Array => {
    const at = names.indexOf(column);
    if (at < 0) return new Float64Array(length);
    return column === 'openTimeMs' ? toMs(read[at]) : read[at];
  };
  const quotes = Object.fromEntries(quotesOf(index).map((column) => [column, read[names.indexOf(column)]]));
  const bars: Bars = { ...mapColumns(columnOf), ...(Object.keys(quotes).length > 0 && { quotes }) };
  checkBars(bars, (column, row) => `${file}:${row + 1} column '${described[index[column]]?.name ?? column}'`);
  const header = described.map(({ name }) => name);
  return { bars, names: namesOf(header, index) };
}

/** @throws InputError at the first bar that breaks a rule */
export function checkBars(bars: Bars, where: (column: FileColumn, row: number) => string): void {
  const length = numBars(bars);
  for (let row = 0; row < length; row++) {
    if (keepsAllRules(bars, row) && keepsQuoteRules(bars, row)) continue;
    const unreadable = BAR_COLUMNS.find((column) => bars[column][row] !== bars[column][row]);
    if (unreadable !== undefined) {
      throw new InputError({
        what: 'no value',
        where: where(unreadable, row),
        rule: 'a number, or a time in the column of times',
      });
    }
    const broken = findBrokenRule(barAt(bars, row), row === 0 ? -Infinity : bars.openTimeMs[row - 1]);
    if (broken === null) continue;
    const { column, what, rule, value } = broken;
    throw new InputError({
      what,
      where: where(column, row),
      rule,
      value: column === 'openTimeMs' ? new Date(value).toISOString() : value,
    });
  }
}

function keepsQuoteRules({ quotes }: Bars, row: number): boolean {
  return quotes === undefined || findBrokenQuoteRule(mapQuotes(quotes, (values) => values[row]) ?? {}) === null;
}

/** Whether a bar is sound, in comparisons that a missing value fails; what it broke is asked of {@link findBrokenRule}. */
function keepsAllRules({ openTimeMs, open, high, low, close, volume }: Bars, row: number): boolean {
  return (
    openTimeMs[row] > (row === 0 ? -Infinity : openTimeMs[row - 1]) &&
    low[row] > 0 &&
    open[row] >= low[row] &&
    open[row] <= high[row] &&
    close[row] >= low[row] &&
    close[row] <= high[row] &&
    volume[row] >= 0
  );
}
