/** Full holidays of the New York Stock Exchange by their rules; special closures and half days are not told. */

import { DAY_MS } from '../../core/units.ts';

const THURSDAY = 4;
const MONDAY = 1;
const SATURDAY = 6;
const SUNDAY = 0;

/** UTC midnights of the holidays of a year that fall on weekdays. Rule 7.2 of the exchange, as it stood in that year (since 1971). */
export function usHolidays(year: number): readonly number[] {
  const days = [
    ...observed(year, 0, 1),
    ...(year >= 1998 ? [nthWeekday(year, 0, MONDAY, 3)] : []),
    nthWeekday(year, 1, MONDAY, 3),
    easterSunday(year) - 2 * DAY_MS,
    lastMonday(year, 4),
    ...(year >= 2022 ? observed(year, 5, 19) : []),
    ...observed(year, 6, 4),
    nthWeekday(year, 8, MONDAY, 1),
    nthWeekday(year, 10, THURSDAY, 4),
    ...observed(year, 11, 25),
  ];
  return days.toSorted((a, b) => a - b);
}

/** Good Fridays are holidays of exchanges nearly everywhere, and of no currency market. */
export const goodFriday = (year: number): number => easterSunday(year) - 2 * DAY_MS;

const weekdayOf = (timeMs: number): number => new Date(timeMs).getUTCDay();

/** A Sunday is made up for on Monday, a Saturday on Friday, but for that of New Year, which would fall into the year before. */
function observed(year: number, month: number, day: number): number[] {
  const date = Date.UTC(year, month, day);
  if (weekdayOf(date) === SUNDAY) return [date + DAY_MS];
  if (weekdayOf(date) === SATURDAY) return month === 0 ? [] : [date - DAY_MS];
  return [date];
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): number {
  const first = Date.UTC(year, month, 1);
  return first + (((7 + weekday - weekdayOf(first)) % 7) + 7 * (nth - 1)) * DAY_MS;
}

function lastMonday(year: number, month: number): number {
  const last = Date.UTC(year, month + 1, 0);
  return last - ((7 + weekdayOf(last) - MONDAY) % 7) * DAY_MS;
}

/** The Gregorian computus of Meeus, Jones and Butcher (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): number {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const [d, e] = [Math.floor(b / 4), b % 4];
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const [j, k] = [Math.floor(c / 4), c % 4];
  const l = (32 + 2 * e + 2 * j - h - k) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  const day = (h + l - 7 * m + 33 * month + 19) % 32;
  return Date.UTC(year, month - 1, day);
}
