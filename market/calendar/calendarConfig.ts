/** Which calendar an instrument keeps: how many of its bars make a year. */

import { z } from 'zod';
import { positive } from '../../core/schema.ts';

/** Calendars that a config can name; `auto` finds the one that the bars keep. */
export const CALENDARS = ['always', 'fx', 'us-equity'] as const;
export type CalendarName = (typeof CALENDARS)[number];

export const calendarConfig = z
  .union(
    [
      z.enum(['auto', ...CALENDARS]),
      z.strictObject({ barsPerYear: positive.describe('bars of this timeframe that a year has') }),
    ],
    { error: `one of auto, ${CALENDARS.join(', ')}, or { barsPerYear: N } with N above 0` },
  )
  .default('auto')
  .describe(
    'what a year of bars is, for every annualized figure. auto: learned from the whole file, a bar missing inside the usual hours is a gap and a closed market is not; always: 24 hours, 7 days; fx: Sunday 22:00 to Friday 22:00 UTC but for Christmas and New Year; us-equity: 252 days of 6.5 hours; or { barsPerYear: N }',
  );

export type CalendarConfig = z.output<typeof calendarConfig>;
