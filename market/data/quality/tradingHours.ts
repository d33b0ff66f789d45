/** When a market is open, learned from its own bars: no list of holidays, no list of exchanges. */

import { median } from '../../../core/statistics.ts';
import { DAY_MS, HOUR_MS } from '../../../core/units.ts';

const WEEK_MS = 7 * DAY_MS;
/** Longer holes are outages whatever the calendar says; no exchange has closed for longer since 1933. */
export const LONGEST_BREAK_MS = 8 * DAY_MS;
/** Weeks to either side that tell whether a slot of the week is usually traded: near enough for changes of clocks. */
const WEEKS_AROUND = 4;
/** Fewer neighbors cannot tell that a slot is not traded. */
const MIN_VOTES = 3;
/** An hour with fewer bars than this share of a usual hour's is a break of the market's. */
const RARE = 0.1;
/** Of fewer weeks an hour of the week is seen too seldom. */
const MIN_WEEKS = 4;
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 4;
const WEEKDAYS = 7;

export interface TradingHours {
  /** Whether the market takes regular breaks at all; one that trades around the clock does not. */
  readonly hasBreaks: boolean;
  /** Whether a bar that opens at this time would be usual. */
  isUsual(timeMs: number): boolean;
  /** Whether any bar opens on the UTC day of this time. */
  hasDay(timeMs: number): boolean;
}

/**
 * A slot is usual where most of the same slots of the weeks around have a bar; in files of few weeks, of the days around.
 *
 * @param timeMs (rows), ascending
 */
export function learnTradingHours(timeMs: Float64Array, timeframeMs: number): TradingHours {
  const first = timeMs[0];
  const last = timeMs[timeMs.length - 1];
  const days = new Set<number>();
  for (const time of timeMs) days.add(Math.floor(time / DAY_MS));
  const closedWeekdays = findClosedWeekdays(timeMs, days);
  const has = (time: number) => hasBarWithin(timeMs, time, timeframeMs);

  const isUsual = (time: number): boolean => {
    if (closedWeekdays[weekdayOf(time)]) return false;
    let votes = 0;
    let present = 0;
    const ask = (other: number) => {
      if (other < first || other > last || closedWeekdays[weekdayOf(other)]) return;
      votes += 1;
      present += Number(has(other));
    };
    for (let week = 1; week <= WEEKS_AROUND; week++) {
      ask(time - week * WEEK_MS);
      ask(time + week * WEEK_MS);
    }
    // Too few weeks to tell: ask the days around.
    for (let day = 1; votes < WEEKS_AROUND && day < WEEKDAYS; day++) {
      ask(time - day * DAY_MS);
      ask(time + day * DAY_MS);
    }
    return votes < MIN_VOTES || present > votes / 2;
  };

  return {
    hasBreaks: closedWeekdays.some(Boolean) || (timeframeMs < DAY_MS && hasQuietHours(timeMs)),
    isUsual,
    hasDay: (time) => days.has(Math.floor(time / DAY_MS)),
  };
}

const weekdayOf = (time: number): number => (Math.floor(time / DAY_MS) + EPOCH_WEEKDAY) % WEEKDAYS;

/** Weekdays that the file passes over and has no bar on; days inside long holes tell nothing. */
function findClosedWeekdays(timeMs: Float64Array, days: ReadonlySet<number>): boolean[] {
  const closed = new Array<boolean>(WEEKDAYS).fill(false);
  for (let row = 1; row < timeMs.length; row++) {
    if (timeMs[row] - timeMs[row - 1] > LONGEST_BREAK_MS) continue;
    const end = Math.floor(timeMs[row] / DAY_MS);
    for (let day = Math.floor(timeMs[row - 1] / DAY_MS) + 1; day < end; day++) closed[weekdayOf(day * DAY_MS)] = true;
  }
  for (const day of days) closed[weekdayOf(day * DAY_MS)] = false;
  return closed;
}

/** Whether there is an hour of the day, or of the week in files of weeks, in which bars are rare. */
function hasQuietHours(timeMs: Float64Array): boolean {
  const isQuiet = (hours: number) => {
    const counts = new Float64Array(hours);
    for (const time of timeMs) counts[Math.floor(time / HOUR_MS) % hours] += 1;
    const usual = median(counts.filter((count) => count > 0)) ?? 0;
    return counts.some((count) => count < RARE * usual);
  };
  return isQuiet(24) || (timeMs[timeMs.length - 1] - timeMs[0] > MIN_WEEKS * WEEK_MS && isQuiet(168));
}

/** Whether a bar opens in `[time, time + timeframe)`. */
function hasBarWithin(timeMs: Float64Array, time: number, timeframeMs: number): boolean {
  let low = 0;
  let high = timeMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeMs[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low < timeMs.length && timeMs[low] < time + timeframeMs;
}
