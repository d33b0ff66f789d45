/** The bar lengths that can be asked of a provider, and arithmetic on their open times, calendar months included. */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';

/** Bars of fixed length and their milliseconds; weeks start on Monday, months on the first, both at 00:00 UTC. */
const SPANS_MS = {
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '45m': 45 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '6h': 6 * HOUR_MS,
  '8h': 8 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '1w': 7 * DAY_MS,
  /** Of the longest month; only for bounds. */
  '1M': 31 * DAY_MS,
} as const;

export type BarInterval = keyof typeof SPANS_MS;

export const BAR_INTERVALS = Object.keys(SPANS_MS).filter(isBarInterval);

export function isBarInterval(text: string): text is BarInterval {
  return Object.hasOwn(SPANS_MS, text);
}

/** Milliseconds of one bar; of the longest month for `1M`. */
export const longestSpanMs = (interval: BarInterval): number => SPANS_MS[interval];

/** Bars of a day or longer carry the midnight of their first day rather than the hour at which an exchange opens. */
export const isCalendarBar = (interval: BarInterval): boolean => SPANS_MS[interval] >= DAY_MS;

/** Monday 1970-01-05: the epoch was a Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Open time of the grid's bar that holds `timeMs`: the Monday of its week, the first of its month. */
export function floorToBar(timeMs: number, interval: BarInterval): number {
  if (interval === '1M') return monthStart(monthIndex(timeMs));
  const span = SPANS_MS[interval];
  const offset = interval === '1w' ? FIRST_MONDAY_MS : 0;
  return Math.floor((timeMs - offset) / span) * span + offset;
}

/** The first open time of the grid that is not before `timeMs`. */
export function ceilToBar(timeMs: number, interval: BarInterval): number {
  const floor = floorToBar(timeMs, interval);
  return floor === timeMs ? floor : addBars(floor, interval, 1);
}

/** Open time of the bar `count` bars after the one that opens at `openMs`. */
export function addBars(openMs: number, interval: BarInterval, count: number): number {
  if (interval !== '1M') return openMs + count * SPANS_MS[interval];
  return monthStart(monthIndex(openMs) + count);
}

function monthIndex(timeMs: number): number {
  const date = new Date(timeMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

const monthStart = (index: number): number => Date.UTC(Math.floor(index / 12), index % 12, 1);
