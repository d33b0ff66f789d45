/** ISO 8601 times; one without an offset is UTC, never the local time of the machine that reads it. */

import { z } from 'zod';
import { timeMs, type TimeMs } from '../../core/units.ts';

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;
const RULE = 'a UTC date or time such as 2020-01-31 or 2020-01-31T12:00:00Z';

/** UTC epoch milliseconds, or null where the text is no such time or names a day that does not exist. */
export function parseIsoTime(text: string): TimeMs | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, day, clock = '00:00', offset = 'Z'] = match;
  const parsed = Date.parse(`${day}T${clock}${offset}`);
  // Date.parse rolls February 30 over into March.
  const dayMs = Date.parse(`${day}T00:00:00Z`);
  const isRealDay = Number.isFinite(dayMs) && new Date(dayMs).toISOString().startsWith(day);
  return Number.isFinite(parsed) && isRealDay ? timeMs(parsed) : null;
}

/** For configs; stays a string, so that a resolved config reads as it was written. */
export const isoTime = z.string().refine((text) => parseIsoTime(text) !== null, RULE);

/** For text that {@link isoTime} has passed. */
export const isoTimeMs = (text: string): TimeMs => parseIsoTime(text) ?? timeMs(NaN);
