/** When in the week, and on which days, a series has bars: one pass over its times, in little memory. */

import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import { goodFriday, usHolidays } from './usHolidays.ts';

/** Bars are counted by the half hours that they cover: fine enough for every exchange's opening, coarse enough for thin minutes. */
const SLOT_MS = HOUR_MS / 2;
const SLOTS_OF_DAY = DAY_MS / SLOT_MS;
const SLOTS_OF_WEEK = 7 * SLOTS_OF_DAY;
/** 1970-01-01 was a Thursday; weeks here begin on Monday. */
const EPOCH_SLOT = 3 * SLOTS_OF_DAY;
/** A longer hole is one of the recording and tells nothing; the new year of the lunar calendar closes exchanges for up to 13 days. */
const LONGEST_BREAK_MS = 14 * DAY_MS;
/** A daily bar that opens later than this stands for the day after: that of a currency market opens at 22:00. */
const EVENING_MS = 18 * HOUR_MS;
/** A weekday is traded where it has at least this share of the bars of the fullest one. */
const USUAL_DAY = 0.5;
/** Times of the day that are this near to the usual presence are open all year, whatever the clocks do. */
const CORE = 0.9;
/** A slot that is present more seldom than this is a stray bar, no trading hour. */
const STRAY = 0.1;
/** Of less the share of closed days is not told. */
const A_YEAR_OF_DAYS = 360;

/** What the times of a series tell of its market. */
export interface LearnedWeek {
  /** Milliseconds of a week in which the market is open, bars that are missing inside its hours included. */
  readonly openMs: number;
  /** Share of the week's slots that the series spans at all; below 1 only in files shorter than a week. */
  readonly observedShare: number;
  /** Weekdays that are traded, 1 to 7. */
  readonly daysOfWeek: number;
  /** Share of such days that have no bar at all: holidays, and outages of whole days; null for less than a year. */
  readonly closedShare: number | null;
  /** Share of US stock exchange holidays inside the series that have a bar; null where there are fewer than three. */
  readonly openOnUsHolidays: number | null;
  /** Likewise of Good Fridays; null without any. */
  readonly openOnGoodFridays: number | null;
}

/** Takes in times in their order, then tells what they have in common. */
export class WeekProfile {
  readonly #timeframeMs: number;
  readonly #covered = new Float64Array(SLOTS_OF_WEEK);
  readonly #spanned = new Float64Array(SLOTS_OF_WEEK);
  readonly #days = new Set<number>();
  /** Days from the first to the last of each stretch without a long hole, both inclusive. */
  readonly #stretches: { firstDay: number; lastDay: number }[] = [];
  #lastDay = NaN;
  /** The next slot that is not told yet. */
  #nextSlot = -Infinity;

  constructor(timeframeMs: number) {
    this.#timeframeMs = timeframeMs;
  }

  /** A bar that opens at a time, UTC milliseconds, later than all before. */
  add(openTimeMs: number): void {
    const timeMs = this.#timeframeMs < DAY_MS ? openTimeMs : dayOf(openTimeMs) * DAY_MS;
    const from = Math.floor(timeMs / SLOT_MS);
    const to = Math.max(from + 1, Math.ceil((timeMs + this.#timeframeMs) / SLOT_MS));
    const day = Math.floor(timeMs / DAY_MS);
    const stretch = this.#stretches.at(-1);
    if (stretch === undefined || (from - this.#nextSlot) * SLOT_MS > LONGEST_BREAK_MS) {
      this.#stretches.push({ firstDay: day, lastDay: day });
      this.#nextSlot = from;
    } else stretch.lastDay = day;
    if (day !== this.#lastDay) this.#days.add((this.#lastDay = day));
    for (let slot = this.#nextSlot; slot < from; slot++) this.#spanned[slotOfWeek(slot)] += 1;
    for (let slot = Math.max(from, this.#nextSlot); slot < to; slot++) {
      this.#spanned[slotOfWeek(slot)] += 1;
      this.#covered[slotOfWeek(slot)] += 1;
    }
    this.#nextSlot = Math.max(to, this.#nextSlot);
  }

  learn(): LearnedWeek {
    const presence = this.#covered.map((count, slot) => (count === 0 ? 0 : count / this.#spanned[slot]));
    const usualDays = this.#usualWeekdays(presence);
    const level = usualPresence(presence, usualDays);
    let open = 0;
    for (const share of presence) if (share >= STRAY * level) open += share / level;
    const observed = this.#spanned.reduce((count, weeks) => count + Number(weeks > 0), 0);
    return {
      openMs: Math.min(1, open / observed) * SLOTS_OF_WEEK * SLOT_MS,
      observedShare: observed / SLOTS_OF_WEEK,
      daysOfWeek: usualDays.length,
      closedShare: this.#closedShare(usualDays),
      openOnUsHolidays: this.#openShare(usHolidays, 3),
      openOnGoodFridays: this.#openShare((year) => [goodFriday(year)], 1),
    };
  }

  #usualWeekdays(presence: Float64Array): number[] {
    const byDay = Array.from({ length: 7 }, (_, day) => {
      const slots = presence.subarray(day * SLOTS_OF_DAY, (day + 1) * SLOTS_OF_DAY);
      return slots.reduce((sum, share) => sum + share, 0);
    });
    const fullest = Math.max(...byDay);
    return byDay.flatMap((sum, day) => (sum >= USUAL_DAY * fullest ? [day] : []));
  }

  #closedShare(usualDays: readonly number[]): number | null {
    let days = 0;
    let closed = 0;
    for (const { firstDay, lastDay } of this.#stretches) {
      for (let day = firstDay; day <= lastDay; day++) {
        if (!usualDays.includes(weekday(day))) continue;
        days += 1;
        closed += Number(!this.#days.has(day));
      }
    }
    return days * 7 >= A_YEAR_OF_DAYS * usualDays.length ? closed / days : null;
  }

  /** Of dates inside the series, the share that has a bar; null where there are fewer than `least`. */
  #openShare(datesOf: (year: number) => readonly number[], least: number): number | null {
    let [all, open] = [0, 0];
    for (const { firstDay, lastDay } of this.#stretches) {
      const [firstYear, lastYear] = [firstDay, lastDay].map((day) => new Date(day * DAY_MS).getUTCFullYear());
      for (let year = firstYear; year <= lastYear; year++) {
        const days = datesOf(year).map((date) => date / DAY_MS);
        const inside = days.filter((day) => day > firstDay && day < lastDay);
        all += inside.length;
        open += inside.filter((day) => this.#days.has(day)).length;
      }
    }
    return all < least ? null : open / all;
  }
}

/** How often a slot that is open all year is covered: holidays and missing bars are the rest. */
function usualPresence(presence: Float64Array, days: readonly number[]): number {
  const byTime = Float64Array.from({ length: SLOTS_OF_DAY }, (_, time) => {
    return days.reduce((sum, day) => sum + presence[day * SLOTS_OF_DAY + time], 0) / days.length;
  });
  const square = byTime.reduce((sum, share) => sum + share * share, 0);
  const usual = square / byTime.reduce((sum, share) => sum + share, 0);
  const core = byTime.filter((share) => share >= CORE * usual);
  return core.reduce((sum, share) => sum + share, 0) / core.length;
}

/** The day that a bar of a day or more stands for, in days since 1970. */
const dayOf = (timeMs: number): number => Math.floor((timeMs + DAY_MS - EVENING_MS) / DAY_MS);

/** Monday is 0. */
const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7;

function slotOfWeek(slot: number): number {
  const at = (slot + EPOCH_SLOT) % SLOTS_OF_WEEK;
  return at < 0 ? at + SLOTS_OF_WEEK : at;
}
