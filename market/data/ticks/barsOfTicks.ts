/** Bars with quotes out of recordings of quotes, books and trades. */

import { InputError } from '../../../core/errors.ts';
import { numBars, takeRows, type Bars } from '../bars.ts';
import type { DataKind } from '../dataKind.ts';
import { resampleBars } from '../resampleBars.ts';
import { detectTimeframeMs } from '../timeframe.ts';
import type { DayStart, HigherTimeframe } from '../timeBuckets.ts';
import { QuoteAggregator, type CrossedPolicy } from './quoteAggregator.ts';
import { QuoteCandles } from './quoteCandles.ts';
import { readTicks, type TickHead } from './readTicks.ts';
import type { Coverage } from './stretches.ts';
import { TradeAggregator } from './tradeAggregator.ts';

export interface TickBarOptions {
  readonly to: HigherTimeframe;
  readonly dayStart?: DayStart;
  readonly crossed: CrossedPolicy;
}

export interface TickBars {
  /** Of stretches that the recording has all of. */
  readonly bars: Bars;
  readonly kind: DataKind;
  readonly ticks: number;
  readonly droppedCrossed: number;
  readonly coverage: Coverage;
}

/**
 * Reads a recording once, row by row.
 *
 * The stretch in which it begins is left out unless it begins with it, and so is the one in which it ends.
 *
 * @throws InputError for other kinds of files, rows that cannot be read, and recordings without one whole stretch
 */
export async function barsOfTicks(file: string, options: TickBarOptions): Promise<TickBars> {
  let finish: (() => TickBars) | null = null;
  await readTicks(file, (head) => {
    const reader = openReader(file, head, options);
    ({ finish } = reader);
    return reader.take;
  });
  const made = (finish as (() => TickBars) | null)?.();
  if (made !== undefined && numBars(made.bars) > 0) return made;
  throw new InputError({ what: 'no whole bar', where: file, rule: 'ticks before its open and after its close' });
}

interface Reader {
  readonly take: (values: Float64Array, line: number) => void;
  readonly finish: () => TickBars;
}

function openReader(file: string, { kind, columns }: TickHead, options: TickBarOptions): Reader {
  const at = (name: string) => columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  switch (kind) {
    case 'quoteTicks':
      return readQuotes(file, { kind, cells: ['timeMs', 'bid', 'ask', 'bidSize', 'askSize'].map(at) }, options);
    case 'books':
      return readQuotes(file, { kind, cells: ['timeMs', 'b1p', 'a1p', 'b1q', 'a1q'].map(at) }, options);
    case 'trades':
      return readTrades(file, ['timeMs', 'price', 'quantity', 'side'].map(at), options);
    case 'quoteBars':
      return readCandles(file, at, options);
    default:
      throw new InputError({
        what: `not ticks but ${kind}`,
        where: file,
        rule: 'quotes (bid, ask), books (b1p, b1q, a1p, a1q), bars of quotes (bid_open, ..), or trades (price, qty)',
      });
  }
}

interface QuoteCells {
  readonly kind: DataKind;
  /** Of time, bid, ask, bid size and ask size; -1 where there is none. */
  readonly cells: readonly number[];
}

function readQuotes(file: string, { kind, cells }: QuoteCells, options: TickBarOptions): Reader {
  const [time, bid, ask, bidSize, askSize] = cells;
  const hasSizes = bidSize >= 0 && askSize >= 0;
  const made = new QuoteAggregator({ ...options, file, hasSizes });
  return {
    take: (values, line) =>
      made.push(
        {
          timeMs: values[time],
          bid: values[bid],
          ask: values[ask],
          sizes: hasSizes ? { bid: values[bidSize], ask: values[askSize] } : null,
        },
        line,
      ),
    finish: () => ({ ...made.finish(), kind, ticks: made.quotes, droppedCrossed: made.droppedCrossed }),
  };
}

function readTrades(file: string, cells: readonly number[], options: TickBarOptions): Reader {
  const [time, price, quantity, side] = cells;
  const made = new TradeAggregator({ ...options, file, hasSides: side >= 0 });
  return {
    take: (values, line) =>
      made.push(
        {
          timeMs: values[time],
          price: values[price],
          quantity: values[quantity],
          side: side < 0 ? null : values[side],
        },
        line,
      ),
    finish: () => ({ ...made.finish(), kind: 'trades', ticks: made.trades, droppedCrossed: 0 }),
  };
}

function readCandles(file: string, at: (name: string) => number, options: TickBarOptions): Reader {
  const cells = new Map<string, number>();
  let row: Float64Array = new Float64Array(0);
  const read = (name: string): number => {
    let cell = cells.get(name);
    if (cell === undefined) cells.set(name, (cell = at(name)));
    return row[cell] ?? NaN;
  };
  const hasSizes = at('bidSize') >= 0 && at('askSize') >= 0;
  const made = new QuoteCandles({ file, crossed: options.crossed, hasSizes, read });
  return {
    take: (values, line) => {
      row = values;
      made.push(line);
    },
    finish: () => {
      const candles = made.finish();
      const timeframeMs = detectTimeframeMs(candles.openTimeMs);
      if (timeframeMs === null) throw new InputError({ what: 'fewer than two bars have no timeframe', where: file });
      const { bars, closeTimeMs } = resampleBars(candles, { ...options, timeframeMs });
      const coverage = { fromMs: bars.openTimeMs[0] ?? 0, toMs: closeTimeMs[closeTimeMs.length - 1] ?? 0 };
      return { bars, coverage, kind: 'quoteBars', ticks: made.quotes, droppedCrossed: made.droppedCrossed };
    },
  };
}

/** Whose open, high, low and close the bars have. */
export const TICK_PRICES = ['mid', 'trades'] as const;
export type TickPrice = (typeof TICK_PRICES)[number];

/**
 * Quotes and trades of one instrument in the same bars, joined by time where both recordings have the whole stretch. One
 * without trades has a volume of zero, or is left out where prices are those of trades.
 *
 * @throws InputError where the recordings have no stretch in common
 */
export function joinTrades(quotes: TickBars, trades: TickBars, price: TickPrice): Bars {
  const rowOf = new Map(Array.from(trades.bars.openTimeMs, (timeMs, row) => [timeMs, row]));
  const { fromMs, toMs } = trades.coverage;
  const rows = Array.from(quotes.bars.openTimeMs.keys()).filter((row) => {
    const timeMs = quotes.bars.openTimeMs[row];
    return timeMs >= fromMs && timeMs < toMs && (price === 'mid' || rowOf.has(timeMs));
  });
  if (rows.length === 0) {
    throw new InputError({ what: 'quotes and trades have no whole bar in common', where: '--trades' });
  }
  const bars = takeRows(quotes.bars, Int32Array.from(rows));
  const traded = Int32Array.from(bars.openTimeMs, (timeMs) => rowOf.get(timeMs) ?? -1);
  const column = (values: Float64Array) => Float64Array.from(traded, (row) => (row < 0 ? 0 : values[row]));
  const source = trades.bars;
  const signed = source.quotes?.signedVolume;
  return {
    ...bars,
    ...(price === 'trades' && {
      open: column(source.open),
      high: column(source.high),
      low: column(source.low),
      close: column(source.close),
    }),
    volume: column(source.volume),
    quotes: { ...bars.quotes, ...(signed !== undefined && { signedVolume: column(signed) }) },
  };
}
