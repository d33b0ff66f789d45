/** What a table of market data is, told by the names of its columns. */

import { simplifyName, USUAL_NAMES, type ColumnNames, type FileColumn } from './csvHeader.ts';
import { QUOTE_COLUMNS } from './quotes.ts';

export const DATA_KINDS = ['bars', 'quoteBars', 'quoteTicks', 'trades', 'books', 'factors', 'series'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** How a cell becomes a number: as it is, as a moment in UTC epoch milliseconds, or as buy 1 and sell -1. */
type CellKind = 'number' | 'time' | 'side';

export interface SourceColumn {
  /** Our name. */
  readonly name: string;
  /** The file's name. */
  readonly source: string;
  /** Index of the cell in a row. */
  readonly cell: number;
  readonly kind: CellKind;
}

export interface RecognizedTable {
  readonly kind: DataKind;
  readonly columns: readonly SourceColumn[];
}

interface Wanted {
  readonly name: string;
  readonly names: readonly string[];
  readonly kind?: CellKind;
  readonly optional?: boolean;
}

const TIME: Wanted = { name: 'timeMs', names: USUAL_NAMES.openTimeMs, kind: 'time' };
const OHLC: readonly Wanted[] = (['open', 'high', 'low', 'close'] as const).map((name) => ({
  name,
  names: USUAL_NAMES[name],
}));
const QUANTITY_NAMES = ['qty', 'quantity', 'size', 'amount', 'volume', 'basevolume'];

/** In this order: the first whose columns are all there. */
const SHAPES: readonly { readonly kind: DataKind; readonly wanted: readonly Wanted[] }[] = [
  {
    kind: 'quoteBars',
    wanted: [
      TIME,
      ...['bid', 'ask'].flatMap((side) =>
        ['Open', 'High', 'Low', 'Close'].map((part) => ({
          name: `${side}${part}`,
          names: [`${side}${part.toLowerCase()}`],
        })),
      ),
      { name: 'bidSize', names: ['bidsize', 'bidqty'], optional: true },
      { name: 'askSize', names: ['asksize', 'askqty'], optional: true },
    ],
  },
  {
    kind: 'bars',
    wanted: [
      TIME,
      ...OHLC,
      ...(['volume', ...QUOTE_COLUMNS] as const).map((name) => ({ name, names: USUAL_NAMES[name], optional: true })),
    ],
  },
  {
    kind: 'quoteTicks',
    wanted: [
      TIME,
      { name: 'bid', names: ['bid', 'bidprice'] },
      { name: 'ask', names: ['ask', 'askprice'] },
      { name: 'bidSize', names: ['bidqty', 'bidsize', 'bidvolume'], optional: true },
      { name: 'askSize', names: ['askqty', 'asksize', 'askvolume'], optional: true },
    ],
  },
  {
    kind: 'trades',
    wanted: [
      TIME,
      { name: 'price', names: ['price', 'tradeprice', 'p'] },
      { name: 'quantity', names: QUANTITY_NAMES },
      { name: 'side', names: ['takerside', 'side', 'aggressor'], kind: 'side', optional: true },
    ],
  },
];

/** Corporate-action factors have no header: day, price factor, split factor, reference price. */
const FACTOR_COLUMNS = ['day', 'priceFactor', 'splitFactor', 'referencePrice'] as const;

/**
 * Recognizes a table by its header; one that fits no shape is a series of numbers.
 *
 * @param told the file's names of the columns of bars, where they are not the usual ones
 */
export function recognizeTable(header: readonly string[], told: ColumnNames = {}): RecognizedTable {
  const simple = header.map((name) => simplifyName(usualName(name, told)));
  if (isFactorRow(header)) {
    const columns = FACTOR_COLUMNS.map((name, cell) => ({
      name,
      source: `cell ${cell + 1}`,
      cell,
      kind: 'number' as const,
    }));
    return { kind: 'factors', columns };
  }
  if (['b1p', 'b1q', 'a1p', 'a1q'].every((name) => simple.includes(name))) {
    const levels = numbered(header).filter(({ source }) => /^[ab]\d+[pq]$/.test(simplifyName(source)));
    return { kind: 'books', columns: [...timeColumn(header, simple), ...levels] };
  }
  for (const { kind, wanted } of SHAPES) {
    const found = wanted.map((column) => find(column, header, simple));
    if (wanted.every(({ optional }, i) => optional === true || found[i] !== null)) {
      return { kind, columns: found.filter((column) => column !== null) };
    }
  }
  const time = timeColumn(header, simple);
  return {
    kind: 'series',
    columns: [...time, ...numbered(header).filter(({ cell }) => time.every((c) => c.cell !== cell))],
  };
}

function find(
  { name, names, kind = 'number' }: Wanted,
  header: readonly string[],
  simple: readonly string[],
): SourceColumn | null {
  const cell = names.map((candidate) => simple.indexOf(candidate)).find((index) => index >= 0);
  return cell === undefined ? null : { name, source: header[cell], cell, kind };
}

/** The usual name in place of a told one; a column of that name that is not meant gets none. */
function usualName(name: string, told: ColumnNames): string {
  const entries = Object.entries(told) as [FileColumn, string][];
  const meant = entries.find(([, source]) => source === name);
  if (meant !== undefined) return USUAL_NAMES[meant[0]][0];
  return entries.some(([column]) => USUAL_NAMES[column].includes(simplifyName(name))) ? '' : name;
}

function timeColumn(header: readonly string[], simple: readonly string[]): SourceColumn[] {
  const found = find(TIME, header, simple);
  return found === null ? [] : [found];
}

/** Every column under the name it has; one without a name is called by its place. */
const numbered = (header: readonly string[]): SourceColumn[] =>
  header.map((source, cell) => ({ name: source === '' ? `column${cell + 1}` : source, source, cell, kind: 'number' }));

function isFactorRow(header: readonly string[]): boolean {
  return (
    header.length === 4 && /^(19|20|21)\d{6}$/.test(header[0]) && header.every((cell) => Number.isFinite(Number(cell)))
  );
}
