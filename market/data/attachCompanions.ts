/** Puts other instruments beside bars: by the times at which their bars close, never by row. */

import { numBars, sliceBars, type Bars } from './bars.ts';
import type { Companion } from './companion.ts';

export interface CompanionSeries {
  readonly name: string;
  /** Open times strictly increasing. */
  readonly bars: Bars;
  readonly timeframeMs: number;
}

/**
 * A companion's bar is known from the first row on that closes no earlier than it does. What had closed before the first
 * row opened is left out: what a path knows of a companion begins with the path, live as in training.
 *
 * @param timeframeMs of the bars
 */
export function attachCompanions(bars: Bars, timeframeMs: number, series: readonly CompanionSeries[]): Bars {
  return series.length === 0 ? bars : { ...bars, companions: series.map((one) => attach(bars, timeframeMs, one)) };
}

function attach(
  { openTimeMs }: Bars,
  timeframeMs: number,
  { name, bars, timeframeMs: ownMs }: CompanionSeries,
): Companion {
  const length = numBars(bars);
  const known = new Int32Array(openTimeMs.length);
  let closed = 0;
  const closeUntil = (timeMs: number) => {
    while (closed < length && bars.openTimeMs[closed] + ownMs <= timeMs) closed++;
    return closed;
  };
  const before = openTimeMs.length === 0 ? 0 : closeUntil(openTimeMs[0]);
  for (let row = 0; row < known.length; row++) known[row] = closeUntil(openTimeMs[row] + timeframeMs);
  return { name, timeframeMs: ownMs, bars: sliceBars(bars, before, closed), known, before };
}

/**
 * How old the last closed bar of a companion is when each row closes, in bars of the companion: 0 where the next one, or its
 * first, is still open, Infinity before it begins.
 */
export function companionAge(
  { openTimeMs }: Bars,
  timeframeMs: number,
  { bars, timeframeMs: ownMs }: CompanionSeries,
): Float64Array {
  let closed = 0;
  return openTimeMs.map((openMs) => {
    const closeMs = openMs + timeframeMs;
    while (closed < numBars(bars) && bars.openTimeMs[closed] + ownMs <= closeMs) closed++;
    if (closed === 0) return bars.openTimeMs[0] <= closeMs ? 0 : Infinity;
    return Math.floor((closeMs - bars.openTimeMs[closed - 1]) / ownMs) - 1;
  });
}
