/** Columnar OHLCV bars. A bar is an index; its time is its open time, and it is known only at its close. */

import type { Companion } from './companion.ts';
import { mapQuotes, quoteColumnsOf, type QuoteColumn, type Quotes } from './quotes.ts';

export interface Bars {
  /** UTC epoch milliseconds of each bar's open, strictly increasing within a path. */
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Base units; zero throughout where the source gives none. */
  readonly volume: Float64Array;
  /** Only what the source gives. */
  readonly quotes?: Quotes;
  /** Other instruments, each as it was known at the close of each bar. */
  readonly companions?: readonly Companion[];
}

/** What all bars have. */
export const BAR_COLUMNS = ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const;

export type BarColumn = (typeof BAR_COLUMNS)[number];

export const numBars = (bars: Bars): number => bars.close.length;

export function createBars(length: number, quotes: readonly QuoteColumn[] = []): Bars {
  const bars = mapColumns(() => new Float64Array(length));
  if (quotes.length === 0) return bars;
  return { ...bars, quotes: Object.fromEntries(quotes.map((column) => [column, new Float64Array(length)])) };
}

/** A view of bars `[from, to)`, with the bars of companions that became known with them; shares memory with the original. */
export function sliceBars(bars: Bars, from: number, to: number): Bars {
  const slice = mapColumns((column) => bars[column].subarray(from, to));
  if (bars.quotes === undefined && bars.companions === undefined) return slice;
  const quotes = mapQuotes(bars.quotes, (values) => values.subarray(from, to));
  const companions = bars.companions?.map((companion) => sliceCompanion(companion, from, to));
  return { ...slice, ...(quotes !== null && { quotes }), ...(companions !== undefined && { companions }) };
}

/** Paths one after another in the same columns. @throws RangeError when some have quotes or companions that others lack */
export function concatBars(parts: readonly Bars[]): Bars {
  const total = parts.reduce((sum, part) => sum + numBars(part), 0);
  const [first] = parts;
  if (first === undefined) return createBars(0);
  const extras = describeExtras(first);
  const joined = createBars(total, quoteColumnsOf(first));
  let at = 0;
  for (const part of parts) {
    if (describeExtras(part) !== extras) throw new RangeError(`bars with ${describeExtras(part)} beside ${extras}`);
    copyBars(part, joined, at);
    at += numBars(part);
  }
  if (first.companions === undefined) return joined;
  return { ...joined, companions: first.companions.map((_, i) => concatCompanions(parts, i, total)) };
}

/** Writes the columns of `from` into those of `to` from row `at` on; companions are left alone. */
export function copyBars(from: Bars, to: Bars, at: number): void {
  for (const column of BAR_COLUMNS) to[column].set(from[column], at);
  mapQuotes(to.quotes, (values, column) => {
    const source = from.quotes?.[column];
    if (source === undefined) throw new RangeError(`bars without ${column}`);
    values.set(source, at);
  });
}

/** The bars of some rows, in their order; without companions, whose bars would come late or twice. */
export function takeRows(bars: Bars, rows: Int32Array): Bars {
  const take = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]);
  const taken = mapColumns((column) => take(bars[column]));
  const quotes = mapQuotes(bars.quotes, take);
  return quotes === null ? taken : { ...taken, quotes };
}

/** What all bars have, without quotes and companions. */
export function mapColumns(make: (column: BarColumn) => Float64Array): Readonly<Record<BarColumn, Float64Array>> {
  return {
    openTimeMs: make('openTimeMs'),
    open: make('open'),
    high: make('high'),
    low: make('low'),
    close: make('close'),
    volume: make('volume'),
  };
}

type BarTable = Readonly<Record<BarColumn, Float64Array>> & Quotes;

/** Every column by its name, for tables and files. Companions have files of their own. */
export const barTable = (bars: Bars): BarTable => ({
  ...mapColumns((column) => bars[column]),
  ...bars.quotes,
});

function describeExtras(bars: Bars): string {
  const companions = bars.companions?.map(({ name }) => name) ?? [];
  return `quote columns [${quoteColumnsOf(bars).join()}] and companions [${companions.join()}]`;
}

function sliceCompanion(companion: Companion, from: number, to: number): Companion {
  const { known, before } = companion;
  const first = from === 0 ? before : known[from - 1];
  const last = to === 0 ? before : known[to - 1];
  return {
    ...companion,
    bars: sliceBars(companion.bars, first - before, Math.max(first, last) - before),
    known: known.subarray(from, to),
    before: first,
  };
}

/** The companion of each part one after another: a row brings the bars that it brought in its part. */
function concatCompanions(parts: readonly Bars[], index: number, rows: number): Companion {
  const known = new Int32Array(rows);
  const pieces: Bars[] = [];
  let row = 0;
  let count = 0;
  let companion: Companion | undefined;
  for (const part of parts) {
    companion = part.companions?.[index];
    if (companion === undefined) continue;
    for (const total of companion.known) known[row++] = count + total - companion.before;
    count += numBars(companion.bars);
    pieces.push(companion.bars);
  }
  if (companion === undefined) throw new RangeError('no companions');
  return { name: companion.name, timeframeMs: companion.timeframeMs, bars: concatBars(pieces), known, before: 0 };
}
