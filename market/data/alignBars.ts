/** Several instruments on one clock: by time, never by row. */

import { InputError } from '../../core/errors.ts';
import { BAR_COLUMNS, createBars, numBars, type Bars } from './bars.ts';
import { mapQuotes, quoteColumnsOf } from './quotes.ts';

export interface NamedBars {
  readonly name: string;
  /** Open times strictly increasing. */
  readonly bars: Bars;
}

export interface AlignedInstrument extends NamedBars {
  /** (rows) 1 where the instrument has no bar of this time; its prices and volume are NaN there. */
  readonly missing: Uint8Array;
  readonly missingBars: number;
}

export interface AlignedBars {
  /** (rows) UTC epoch milliseconds, strictly increasing; the open times of every instrument. */
  readonly openTimeMs: Float64Array;
  readonly instruments: readonly AlignedInstrument[];
}

/** union: every time at which any instrument has a bar; intersection: only those at which all have one. */
export type AlignMode = 'union' | 'intersection';

/**
 * Row r of every instrument is the same moment afterwards. A missing bar is NaN and masked: nothing is carried over, because
 * a price that stood still and one that nobody knows are different things.
 *
 * @throws InputError for no instruments, times out of order, names that repeat, an empty intersection
 */
export function alignBars(series: readonly NamedBars[], mode: AlignMode): AlignedBars {
  checkSeries(series);
  const openTimeMs = mergeTimes(series, mode);
  if (openTimeMs.length === 0) {
    throw new InputError({
      what: 'no common time',
      where: series.map(({ name }) => name).join(', '),
      rule: 'at least one bar of each opens at the same moment',
      hint: "align by 'union', or resample to the same timeframe",
    });
  }
  return { openTimeMs, instruments: series.map((one) => placeOn(openTimeMs, one)) };
}

function mergeTimes(series: readonly NamedBars[], mode: AlignMode): Float64Array {
  const wanted = mode === 'union' ? 1 : series.length;
  const at = new Int32Array(series.length);
  const times: number[] = [];
  for (;;) {
    let next = Infinity;
    series.forEach(({ bars }, i) => {
      if (at[i] < numBars(bars)) next = Math.min(next, bars.openTimeMs[at[i]]);
    });
    if (next === Infinity) return Float64Array.from(times);
    let having = 0;
    series.forEach(({ bars }, i) => {
      if (at[i] >= numBars(bars) || bars.openTimeMs[at[i]] !== next) return;
      having += 1;
      at[i] += 1;
    });
    if (having >= wanted) times.push(next);
  }
}

function placeOn(openTimeMs: Float64Array, { name, bars }: NamedBars): AlignedInstrument {
  const placed = createBars(openTimeMs.length, quoteColumnsOf(bars));
  const missing = new Uint8Array(openTimeMs.length);
  let from = 0;
  for (let row = 0; row < openTimeMs.length; row++) {
    while (from < numBars(bars) && bars.openTimeMs[from] < openTimeMs[row]) from++;
    const isThere = from < numBars(bars) && bars.openTimeMs[from] === openTimeMs[row];
    for (const column of BAR_COLUMNS) placed[column][row] = isThere ? bars[column][from] : NaN;
    mapQuotes(placed.quotes, (values, column) => {
      values[row] = isThere ? (bars.quotes?.[column]?.[from] ?? NaN) : NaN;
    });
    placed.openTimeMs[row] = openTimeMs[row];
    missing[row] = isThere ? 0 : 1;
  }
  return { name, bars: placed, missing, missingBars: missing.reduce((sum, flag) => sum + flag, 0) };
}

function checkSeries(series: readonly NamedBars[]): void {
  if (series.length === 0) throw new InputError({ what: 'no instruments', where: 'align', rule: 'at least one' });
  const names = new Set<string>();
  for (const { name, bars } of series) {
    if (names.has(name))
      throw new InputError({ what: `instrument '${name}' twice`, where: 'align', rule: 'names differ' });
    names.add(name);
    for (let row = 1; row < numBars(bars); row++) {
      if (bars.openTimeMs[row] > bars.openTimeMs[row - 1]) continue;
      throw new InputError({
        what: 'times out of order',
        where: `${name} row ${row}`,
        rule: 'open times strictly increase',
        value: new Date(bars.openTimeMs[row]).toISOString(),
      });
    }
  }
}
