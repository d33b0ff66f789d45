/** How many bars make a year in the calendars that are known by name. */

import { DAY_MS, HOUR_MS, YEAR_MS } from '../../core/units.ts';
import type { CalendarName } from './calendarConfig.ts';

/** What every annualized figure of an instrument rests on. */
export interface BarCalendar {
  readonly name: CalendarName | 'learned' | 'config' | 'mixed';
  readonly barsPerYear: number;
  /** One clause: "252 days of 6.5 hours". */
  readonly description: string;
}

export const WEEK_MS = 7 * DAY_MS;
export const WEEKS_OF_YEAR = YEAR_MS / WEEK_MS;
export const FX_HOURS = 120;
/** Christmas and New Year, of which five in seven fall on days that would be traded. */
const FX_HOLIDAYS = (2 * 5) / 7;
export const US_DAYS = 252;
const US_SESSION_MS = 6.5 * HOUR_MS;
export const usBarsOfDay = (timeframeMs: number): number => Math.ceil(US_SESSION_MS / timeframeMs);

const KNOWN: Readonly<Record<CalendarName, (timeframeMs: number) => Omit<BarCalendar, 'name'>>> = {
  always: (timeframeMs) => ({
    barsPerYear: YEAR_MS / timeframeMs,
    description: '24 hours a day, 7 days a week',
  }),
  fx: (timeframeMs) => ({
    barsPerYear: (FX_HOURS * HOUR_MS * WEEKS_OF_YEAR - FX_HOLIDAYS * DAY_MS) / timeframeMs,
    description: 'Sunday 22:00 to Friday 22:00 UTC, but for Christmas and New Year',
  }),
  'us-equity': (timeframeMs) => ({
    barsPerYear: US_DAYS * usBarsOfDay(timeframeMs),
    description:
      timeframeMs === DAY_MS
        ? `${US_DAYS} days`
        : `${US_DAYS} days of ${usBarsOfDay(timeframeMs)} bars (09:30 to 16:00 New York)`,
  }),
};

/** Bars of more than a day hold nights and weekends in them: a year has as many as fit into it. */
export const knownCalendar = (name: CalendarName, timeframeMs: number): BarCalendar =>
  timeframeMs <= DAY_MS
    ? { name, ...KNOWN[name](timeframeMs) }
    : { name, barsPerYear: YEAR_MS / timeframeMs, description: 'bars of more than a day' };

/** A market that is open without a break, such as a synthetic one. */
export const alwaysOpen = (timeframeMs: number): BarCalendar => knownCalendar('always', timeframeMs);

/** The year of a run that trades several instruments alike: the mean of theirs. */
export function averageCalendar(
  calendars: readonly { readonly instrument: string; readonly calendar: BarCalendar }[],
): BarCalendar {
  const [{ calendar: first }] = calendars;
  if (calendars.every(({ calendar }) => calendar.barsPerYear === first.barsPerYear)) return first;
  const sum = calendars.reduce((total, { calendar }) => total + calendar.barsPerYear, 0);
  const parts = calendars.map(
    ({ instrument, calendar }) => `${instrument} ${calendar.barsPerYear.toFixed(0)} (${calendar.name})`,
  );
  return { name: 'mixed', barsPerYear: sum / calendars.length, description: `the mean of ${parts.join(', ')}` };
}
