/** Which cell of a row is which column of the bars: told by the config or guessed from the header's names. */

import { InputError, nearestName } from '../../core/errors.ts';
import { BAR_COLUMNS, type BarColumn } from './bars.ts';
import { QUOTE_COLUMNS, type QuoteColumn } from './quotes.ts';

/** What a file of bars may have. */
export const FILE_COLUMNS = [...BAR_COLUMNS, ...QUOTE_COLUMNS] as const;

export type FileColumn = BarColumn | QuoteColumn;

/** Header name of each column, where the guess would not find it. */
export type ColumnNames = Readonly<Partial<Record<FileColumn, string>>>;

/** Index of each column's cell in a row; volume and quotes are -1 where the file has none. */
export type ColumnIndex = Readonly<Record<FileColumn, number>>;

/** The file's name of each column: null where it has no such column of bars, absent where it has none of quotes. */
export type FoundNames = Readonly<Record<BarColumn, string | null> & Partial<Record<QuoteColumn, string>>>;

/** Names compared in lower case without spaces and punctuation, most telling first. */
export const USUAL_NAMES: Readonly<Record<FileColumn, readonly string[]>> = {
  openTimeMs: [
    'opentimems',
    'opentime',
    'timestamp',
    'timestampms',
    'timems',
    'unix',
    'unixtime',
    'datetime',
    'time',
    'ts',
    'date',
  ],
  open: ['open', 'o', 'openprice'],
  high: ['high', 'h', 'highprice', 'max'],
  low: ['low', 'l', 'lowprice', 'min'],
  close: ['close', 'c', 'closeprice', 'last'],
  volume: ['volume', 'v', 'vol', 'basevolume', 'volumebase'],
  bid: ['bid', 'closebid'],
  ask: ['ask', 'closeask'],
  spreadBps: ['spreadbps', 'meanspreadbps'],
  imbalance: ['imbalance', 'bookimbalance'],
  signedVolume: ['signedvolume', 'volumedelta'],
};

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** A column's name as it is compared: `Bid_Open` is `bidopen`. */
export const simplifyName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The delimiter that a header line uses most. */
export function guessDelimiter(headerLine: string): string {
  const counts = DELIMITERS.map((delimiter) => headerLine.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))];
}

/**
 * Finds every column of the bars in a header.
 *
 * @throws InputError naming each missing column and the names that the file has
 */
export function findColumns(header: readonly string[], names: ColumnNames, file: string): ColumnIndex {
  const simple = header.map(simplifyName);
  const find = (column: FileColumn): number => {
    const told = names[column];
    if (told !== undefined) return header.indexOf(told);
    return USUAL_NAMES[column].map((name) => simple.indexOf(name)).find((index) => index >= 0) ?? -1;
  };
  const entries = FILE_COLUMNS.map((column) => [column, find(column)] as const);
  const missing = entries.filter(([column, index]) => index < 0 && (isNeeded(column) || names[column] !== undefined));
  const problems = missing.map(([column]) => {
    const wanted = names[column] ?? column;
    const nearest = nearestName(wanted, header);
    return {
      what: `missing column '${wanted}'`,
      where: `${file}:1`,
      rule: `the header has ${header.join(', ')}`,
      hint: nearest === null ? `map it: columns.${column}` : `did you mean '${nearest}'? map it: columns.${column}`,
    };
  });
  const [first, ...rest] = problems;
  if (first !== undefined) throw new InputError(first, ...rest);
  return Object.fromEntries(entries) as ColumnIndex;
}

/** What a file of bars must have. */
const NEEDED: ReadonlySet<FileColumn> = new Set(BAR_COLUMNS.filter((column) => column !== 'volume'));
const isNeeded = (column: FileColumn): boolean => NEEDED.has(column);

/** The header's name of each column. */
export function namesOf(header: readonly string[], index: ColumnIndex): FoundNames {
  const nameOf = (column: FileColumn) => header[index[column]] ?? null;
  const bars = BAR_COLUMNS.map((column) => [column, nameOf(column)]);
  const quotes = quotesOf(index).map((column) => [column, nameOf(column)]);
  return Object.fromEntries([...bars, ...quotes]) as FoundNames;
}

/** Columns of quotes that a file has. */
export const quotesOf = (index: ColumnIndex): QuoteColumn[] => QUOTE_COLUMNS.filter((column) => index[column] >= 0);
