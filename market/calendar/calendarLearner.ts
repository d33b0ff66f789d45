/** The calendar that a series keeps, told by its times: a bar missing inside the usual hours is a gap, a closed market is not. */

import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import {
  FX_HOURS,
  knownCalendar,
  US_DAYS,
  usBarsOfDay,
  WEEK_MS,
  WEEKS_OF_YEAR,
  type BarCalendar,
} from './barCalendar.ts';
import type { CalendarConfig } from './calendarConfig.ts';
import { WeekProfile, type LearnedWeek } from './weekProfile.ts';

/** A learned week this near to a known one is that one: thin hours and lost bars are not the calendar's. */
const NEAR = 0.015;
/** On a share of its holidays a closed exchange has a bar by mistake at most. */
const MISTAKES = 0.1;
/** More closed days than this are no holidays: bars are missing. */
const MOST_HOLIDAYS = 0.1;
/** A currency market closes on fewer days than any exchange. */
const FEWEST_HOLIDAYS = 0.012;
/** Of so many bars a day one is always left where bars are missing at random. */
const BARS_THAT_SHOW_A_DAY = 6;

/** Learns a calendar from times that come in their order, once each. */
export class CalendarLearner {
  readonly timeframeMs: number;
  readonly #profile: WeekProfile;
  /** Of neighbors with no bar missing between: months differ in length. */
  #neighbors = { count: 0, sumMs: 0 };
  #lastMs = NaN;

  constructor(timeframeMs: number, openTimeMs: Float64Array = new Float64Array(0)) {
    this.timeframeMs = timeframeMs;
    this.#profile = new WeekProfile(timeframeMs);
    this.add(openTimeMs);
  }

  add(openTimeMs: Float64Array): void {
    for (const timeMs of openTimeMs) {
      const distance = timeMs - this.#lastMs;
      if (distance < 1.5 * this.timeframeMs) {
        this.#neighbors.count += 1;
        this.#neighbors.sumMs += distance;
      }
      this.#lastMs = timeMs;
      if (this.timeframeMs <= DAY_MS) this.#profile.add(timeMs);
    }
  }

  calendar(): BarCalendar {
    const { timeframeMs } = this;
    if (timeframeMs > DAY_MS) {
      const { count, sumMs } = this.#neighbors;
      return knownCalendar('always', count === 0 ? timeframeMs : sumMs / count);
    }
    if (Number.isNaN(this.#lastMs)) return knownCalendar('always', timeframeMs);
    return recognize(this.#profile.learn(), timeframeMs);
  }
}

/** The calendar of the config; learned from all times of the instrument's file where it is `auto`. */
export function chooseCalendar(config: CalendarConfig, learner: CalendarLearner): BarCalendar {
  if (config === 'auto') return learner.calendar();
  if (typeof config === 'string') return knownCalendar(config, learner.timeframeMs);
  return { name: 'config', barsPerYear: config.barsPerYear, description: 'as market.calendar says' };
}

/** Beyond this a calendar that was named is told to be another than the file's. */
const OTHER = 0.05;

/** A sentence where the config says another year than the times do; null where they agree or none was named. */
export function describeOtherCalendar(config: CalendarConfig, learner: CalendarLearner): string | null {
  const [chosen, learned] = [chooseCalendar(config, learner), learner.calendar()];
  if (Math.abs(chosen.barsPerYear / learned.barsPerYear - 1) <= OTHER) return null;
  const told = ({ name, barsPerYear }: BarCalendar) => `${Number(barsPerYear.toFixed(1))} bars a year (${name})`;
  return `market.calendar says ${told(chosen)}, the times of the file say ${told(learned)}`;
}

const isNear = (value: number, wanted: number): boolean => Math.abs(value / wanted - 1) <= NEAR;

function recognize(week: LearnedWeek, timeframeMs: number): BarCalendar {
  if (isNear(week.openMs, WEEK_MS)) {
    const shown = week.observedShare < 1 ? ', as far as a file of less than a week shows' : '';
    const always = knownCalendar('always', timeframeMs);
    return { ...always, description: `${always.description}${shown}` };
  }
  const barsOfDay = week.openMs / week.daysOfWeek / timeframeMs;
  const isUs = week.openOnUsHolidays !== null && week.openOnUsHolidays <= MISTAKES;
  if (isUs && week.daysOfWeek === 5) {
    if (isNear(barsOfDay, usBarsOfDay(timeframeMs))) return knownCalendar('us-equity', timeframeMs);
    return {
      name: 'us-equity',
      barsPerYear: US_DAYS * barsOfDay,
      description: `${US_DAYS} days of ${hours(week)} hours`,
    };
  }
  if (isNear(week.openMs, FX_HOURS * HOUR_MS) && isCurrency(week, timeframeMs)) return knownCalendar('fx', timeframeMs);
  const days = WEEKS_OF_YEAR * week.daysOfWeek;
  const { closedShare } = week;
  const isShown = closedShare !== null && (barsOfDay >= BARS_THAT_SHOW_A_DAY || closedShare <= MOST_HOLIDAYS);
  const open = isShown ? days * (1 - closedShare) : days * (US_DAYS / (5 * WEEKS_OF_YEAR));
  const told = isShown ? 'learned from the file' : 'holidays are assumed: the file does not show them';
  return {
    name: 'learned',
    barsPerYear: open * barsOfDay,
    description: `${open.toFixed(0)} days of ${hours(week)} hours, ${told}`,
  };
}

/** Whether a market that is open around the clock on weekdays is one of currencies; daily bars of an exchange look the same. */
function isCurrency({ closedShare, openOnGoodFridays }: LearnedWeek, timeframeMs: number): boolean {
  if (timeframeMs < DAY_MS) return true;
  if (closedShare === null) return false;
  if (closedShare <= FEWEST_HOLIDAYS) return true;
  return closedShare > MOST_HOLIDAYS && openOnGoodFridays !== null && openOnGoodFridays > MISTAKES;
}

const hours = ({ openMs, daysOfWeek }: LearnedWeek): string => (openMs / daysOfWeek / HOUR_MS).toFixed(1);
