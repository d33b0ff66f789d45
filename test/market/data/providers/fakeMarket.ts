/** A market whose every bar can be computed from its time, so that any server and any test agree on it. */

import type { Bar } from '../../../../market/data/bar.ts';
import { addBars, ceilToBar, longestSpanMs, type BarInterval } from '../../../../market/data/providers/barInterval.ts';

/** Uniform in [0, 1), from whole numbers. */
function noise(a: number, b: number): number {
  const x = Math.sin(a * 12.9898 + b * 78.233) * 43758.5453;
  return x - Math.floor(x);
}

const cents = (price: number): number => Math.round(price * 100) / 100;

export function fakeBar(openTimeMs: number, interval: BarInterval): Bar {
  const step = Math.floor(openTimeMs / longestSpanMs(interval));
  const priceAt = (at: number) => cents(100 + 20 * Math.sin(at / 50) + noise(at, 1));
  const [open, close] = [priceAt(step), priceAt(step + 1)];
  return {
    openTimeMs,
    open,
    high: cents(Math.max(open, close) + noise(step, 2)),
    low: cents(Math.min(open, close) - noise(step, 3)),
    close,
    volume: cents(1000 * noise(step, 4)),
  };
}

/** All bars that open in `[fromMs, toMs)`: this market never closes. */
export function fakeBars(fromMs: number, toMs: number, interval: BarInterval): Bar[] {
  const bars: Bar[] = [];
  for (let at = ceilToBar(fromMs, interval); at < toMs; at = addBars(at, interval, 1)) bars.push(fakeBar(at, interval));
  return bars;
}
