/** One bar by itself, as a feed delivers it. Inside the framework bars are columns. */

import type { Bars } from './bars.ts';

export interface Bar {
  /** UTC epoch milliseconds of the bar's open. */
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Base units. */
  readonly volume: number;
}

export const barAt = (bars: Bars, row: number): Bar => ({
  openTimeMs: bars.openTimeMs[row],
  open: bars.open[row],
  high: bars.high[row],
  low: bars.low[row],
  close: bars.close[row],
  volume: bars.volume[row],
});

/** Overwrites one row. */
export function setBar(bars: Bars, row: number, bar: Bar): void {
  bars.openTimeMs[row] = bar.openTimeMs;
  bars.open[row] = bar.open;
  bars.high[row] = bar.high;
  bars.low[row] = bar.low;
  bars.close[row] = bar.close;
  bars.volume[row] = bar.volume;
}
