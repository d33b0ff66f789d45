/** Columnar OHLCV bars. A bar is an index; its time is its open time, and it is known only at its close. */

export interface Bars {
  /** UTC epoch milliseconds of each bar's open, strictly increasing within a path. */
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Base units; zero throughout where the source gives none. */
  readonly volume: Float64Array;
}

export const BAR_COLUMNS = ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const;

export const numBars = (bars: Bars): number => bars.close.length;

export function createBars(length: number): Bars {
  return mapColumns(() => new Float64Array(length));
}

/** A view of bars `[from, to)`; shares memory with the original. */
export function sliceBars(bars: Bars, from: number, to: number): Bars {
  return mapColumns((column) => bars[column].subarray(from, to));
}

/** Paths one after another in the same columns. */
export function concatBars(parts: readonly Bars[]): Bars {
  const total = parts.reduce((sum, part) => sum + numBars(part), 0);
  const joined = createBars(total);
  let at = 0;
  for (const part of parts) {
    for (const column of BAR_COLUMNS) joined[column].set(part[column], at);
    at += numBars(part);
  }
  return joined;
}

export function mapColumns(make: (column: (typeof BAR_COLUMNS)[number]) => Float64Array): Bars {
  return {
    openTimeMs: make('openTimeMs'),
    open: make('open'),
    high: make('high'),
    low: make('low'),
    close: make('close'),
    volume: make('volume'),
  };
}
