/** One bar by itself, as a feed delivers it. Inside the framework bars are columns. */

import { BAR_COLUMNS, createBars, type Bars } from './bars.ts';
import { newlyKnown } from './companion.ts';
import { mapQuotes, QUOTE_COLUMNS, quoteColumnsOf, type BarQuotes } from './quotes.ts';

/** Without companions. */
export interface PlainBar {
  /** UTC epoch milliseconds of the bar's open. */
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Base units. */
  readonly volume: number;
  /** Where the feed gives them. */
  readonly quotes?: BarQuotes;
}

export interface Bar extends PlainBar {
  /** Where there are companions: their bars that became known since the bar before. */
  readonly companions?: readonly CompanionBar[];
}

/** What a bar brings of a companion. */
export interface CompanionBar {
  readonly name: string;
  readonly timeframeMs: number;
  /** In order of time; often one, or none. */
  readonly bars: readonly PlainBar[];
}

export function barAt(bars: Bars, row: number): Bar {
  const bar = {
    openTimeMs: bars.openTimeMs[row],
    open: bars.open[row],
    high: bars.high[row],
    low: bars.low[row],
    close: bars.close[row],
    volume: bars.volume[row],
  };
  if (bars.quotes === undefined && bars.companions === undefined) return bar;
  const quotes = mapQuotes(bars.quotes, (values) => values[row]);
  const companions = bars.companions?.map((companion): CompanionBar => {
    const { from, to } = newlyKnown(companion, row);
    const { name, timeframeMs } = companion;
    return { name, timeframeMs, bars: Array.from({ length: to - from }, (_, i) => barAt(companion.bars, from + i)) };
  });
  return { ...bar, ...(quotes !== null && { quotes }), ...(companions !== undefined && { companions }) };
}

/** Overwrites what all bars have in one row. */
export function setBar(bars: Bars, row: number, bar: Bar): void {
  for (const column of BAR_COLUMNS) bars[column][row] = bar[column];
}

/** One bar as columns, with all that it brings. */
export function toBars(bar: Bar): Bars {
  const { companions } = bar;
  const bars = stackBars([bar]);
  if (companions === undefined) return bars;
  return {
    ...bars,
    companions: companions.map(({ name, timeframeMs, bars: own }) => ({
      name,
      timeframeMs,
      bars: stackBars(own),
      known: Int32Array.of(own.length),
      before: 0,
    })),
  };
}

/** Bars as columns, with the quotes that all of them have. */
function stackBars(list: readonly PlainBar[]): Bars {
  const [first] = list;
  const columns = first === undefined ? [] : quoteColumnsOf(first);
  const bars = createBars(list.length, columns);
  list.forEach((bar, row) => {
    setBar(bars, row, bar);
    for (const column of QUOTE_COLUMNS) {
      const values = bars.quotes?.[column];
      if (values !== undefined) values[row] = bar.quotes?.[column] ?? NaN;
    }
  });
  return bars;
}
