/** Times in CSV cells: epoch numbers whose unit is told by their size, or ISO text. */

import { parseIsoTime } from './isoTime.ts';
import { parseText } from './cells.ts';

/** Milliseconds in one unit of the numbers; `iso` for text. */
export type TimeFormat = { readonly kind: 'epoch'; readonly unitMs: number } | { readonly kind: 'iso' };

/** Smaller numbers are no epoch of 1973 or later in any unit, but a year or a day written as 20210506. */
const SMALLEST_EPOCH = 1e8;
/** An epoch number below the limit counts in units of `unitMs`: seconds until the year 5138, and so on. */
const EPOCH_UNITS = [
  { limit: 1e11, unitMs: 1000 },
  { limit: 1e14, unitMs: 1 },
  { limit: 1e17, unitMs: 1e-3 },
  { limit: Infinity, unitMs: 1e-6 },
] as const;

/** The format of the first time in a file, which the rest must share; null where it is neither. */
export function detectTimeFormat(text: string): TimeFormat | null {
  const unitMs = epochUnitMs(parseText(text));
  if (unitMs !== null) return { kind: 'epoch', unitMs };
  return parseIsoTime(text.trim()) === null ? null : { kind: 'iso' };
}

/** Milliseconds in one unit of an epoch number, told by its size; null for a number that is no such time. */
export function epochUnitMs(value: number): number | null {
  if (!(value >= SMALLEST_EPOCH)) return null;
  return EPOCH_UNITS.find(({ limit }) => value < limit)?.unitMs ?? null;
}

/** UTC epoch milliseconds; NaN where the text is no such time. */
export function parseTime(text: string, format: TimeFormat): number {
  if (format.kind === 'iso') return parseIsoTime(text.trim()) ?? NaN;
  return epochToMs(parseText(text), format.unitMs);
}

/** Whole milliseconds, so that a count of microseconds leaves no fraction behind. */
export const epochToMs = (value: number, unitMs: number): number =>
  unitMs === 1 ? value : unitMs > 1 ? value * unitMs : Math.floor(value / (1 / unitMs));
