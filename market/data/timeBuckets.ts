/** The higher bars that a moment belongs to: fixed stretches of a day, days, weeks from Monday, months. */

import { InputError } from '../../core/errors.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';

/** Where days begin: at an hour of a zone's local clock. */
export interface DayStart {
  /** "UTC", or a name of the IANA database such as "America/New_York". */
  readonly zone: string;
  /** 0 to 23; with 17 in New York a day is that of the currency market. */
  readonly hour: number;
}

export const UTC_DAY: DayStart = { zone: 'UTC', hour: 0 };

/** A number of milliseconds, up to a day, that divides a day; or days of the calendar. */
export type HigherTimeframe = number | 'week' | 'month';

export interface TimeBucket {
  /** UTC epoch milliseconds, `[openMs, closeMs)`. */
  readonly openMs: number;
  readonly closeMs: number;
}

/** 1970-01-01 was a Thursday: three days after a Monday. */
const EPOCH_DAYS_FROM_MONDAY = 3;
const WEEK_DAYS = 7;

/**
 * Finds the bucket of each moment; moments that come in order are quick.
 *
 * @throws InputError for a timeframe that does not divide a day, and for an unknown zone
 */
export function makeBuckets(timeframe: HigherTimeframe, dayStart: DayStart = UTC_DAY): (timeMs: number) => TimeBucket {
  if (typeof timeframe === 'number' && !(timeframe > 0 && DAY_MS % timeframe === 0)) {
    throw new InputError({
      what: 'no timeframe to resample to',
      where: 'resample',
      rule: "a divisor of a day in milliseconds, 'week' or 'month'",
      value: timeframe,
    });
  }
  const shiftAt = makeShift(dayStart);
  /** A local time, counted from the start of days, as UTC: the clock may change in between. */
  const toUtc = (localMs: number): number => {
    const guess = localMs - shiftAt(localMs);
    return localMs - shiftAt(guess);
  };
  const days = (from: number, to: number): TimeBucket => ({
    openMs: toUtc(from * DAY_MS),
    closeMs: toUtc(to * DAY_MS),
  });
  const find = (timeMs: number): TimeBucket => {
    const day = Math.floor((timeMs + shiftAt(timeMs)) / DAY_MS);
    if (typeof timeframe === 'number') {
      // Counted from the start of the day, which has 23 or 25 hours when clocks change.
      const { openMs, closeMs } = days(day, day + 1);
      const from = openMs + Math.floor((timeMs - openMs) / timeframe) * timeframe;
      return { openMs: from, closeMs: Math.min(from + timeframe, closeMs) };
    }
    if (timeframe === 'week') {
      const monday = day - ((((day + EPOCH_DAYS_FROM_MONDAY) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS);
      return days(monday, monday + WEEK_DAYS);
    }
    const date = new Date(day * DAY_MS);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return days(Date.UTC(year, month) / DAY_MS, Date.UTC(year, month + 1) / DAY_MS);
  };
  let current: TimeBucket = { openMs: Infinity, closeMs: -Infinity };
  return (timeMs) => {
    if (timeMs >= current.openMs && timeMs < current.closeMs) return current;
    current = find(timeMs);
    return current;
  };
}

/** What to add to a UTC time so that local days begin at multiples of a day. */
function makeShift({ zone, hour }: DayStart): (timeMs: number) => number {
  // A day that begins in the evening is named after the next one: 17:00 belongs to the day to come.
  const hourShift = hour === 0 ? 0 : hour >= 12 ? DAY_MS - hour * HOUR_MS : -hour * HOUR_MS;
  if (zone === 'UTC') return () => hourShift;
  const clock = zoneClock(zone);
  const offsets = new Map<number, number>();
  return (timeMs) => {
    const utcHour = Math.floor(timeMs / HOUR_MS);
    let offset = offsets.get(utcHour);
    if (offset === undefined) offsets.set(utcHour, (offset = offsetAt(clock, utcHour * HOUR_MS)));
    return offset + hourShift;
  };
}

function zoneClock(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch {
    throw new InputError({
      what: 'unknown time zone',
      where: 'resample',
      rule: 'UTC or a name such as America/New_York',
      value: zone,
    });
  }
}

/** Local clock minus UTC. */
function offsetAt(clock: Intl.DateTimeFormat, timeMs: number): number {
  const parts = new Map(clock.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) - timeMs;
}
