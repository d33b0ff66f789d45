/** Which columns of a kind of data mean what. */

import type { DataKind } from '../dataKind.ts';
import type { Inspected } from './finding.ts';

const PRICES: Readonly<Record<DataKind, readonly string[]>> = {
  bars: ['open', 'high', 'low', 'close'],
  quoteBars: ['bid', 'ask'].flatMap((side) => ['Open', 'High', 'Low', 'Close'].map((part) => side + part)),
  quoteTicks: ['bid', 'ask'],
  trades: ['price'],
  books: [],
  factors: ['priceFactor', 'splitFactor'],
  series: [],
};

const QUANTITIES: Readonly<Record<DataKind, readonly string[]>> = {
  bars: ['volume'],
  quoteBars: ['bidSize', 'askSize'],
  quoteTicks: ['bidSize', 'askSize'],
  trades: ['quantity'],
  books: [],
  factors: [],
  series: [],
};

type Named = readonly (readonly [string, Float64Array])[];

/** Columns that hold prices; in a book every level's. */
export const priceColumns = (data: Inspected): Named =>
  data.kind === 'books' ? matching(data, /^[ab]\d+p$/i) : named(data, PRICES[data.kind]);

/** Columns that hold quantities; in a book every level's. */
export const quantityColumns = (data: Inspected): Named =>
  data.kind === 'books' ? matching(data, /^[ab]\d+q$/i) : named(data, QUANTITIES[data.kind]);

/** What a row is worth in one number: a close, a price, a middle. Null for data without prices. */
export function referencePrice(data: Inspected): Float64Array | null {
  const { columns } = data;
  const single = columns.get('close') ?? columns.get('price');
  if (single !== undefined) return single;
  const bid = columns.get('bidClose') ?? columns.get('bid') ?? columns.get('b1p');
  const ask = columns.get('askClose') ?? columns.get('ask') ?? columns.get('a1p');
  return bid === undefined || ask === undefined ? null : bid.map((price, row) => (price + ask[row]) / 2);
}

/** The open, high, low and close of bars, once, or of each side of bars of quotes. */
export function candles(data: Inspected): { readonly side: string; readonly ohlc: readonly Float64Array[] }[] {
  const sides = data.kind === 'bars' ? [''] : data.kind === 'quoteBars' ? ['bid', 'ask'] : [];
  return sides.map((side) => {
    const names = ['open', 'high', 'low', 'close'].map((part) =>
      side === '' ? part : side + part[0].toUpperCase() + part.slice(1),
    );
    return { side, ohlc: named(data, names).map(([, column]) => column) };
  });
}

function named({ columns }: Inspected, names: readonly string[]): Named {
  return names.flatMap((name) => {
    const column = columns.get(name);
    return column === undefined ? [] : [[name, column] as const];
  });
}

const matching = ({ columns }: Inspected, pattern: RegExp): Named =>
  [...columns].filter(([name]) => pattern.test(name));
