/** Trading sessions: which financial centers are at work at a moment, by their own clocks. */

import { HOUR_MS } from '../core/units.ts';

/** The sessions partition time: an overlap is a session of its own, weekends and nights are `offHours`. */
export const SESSIONS = ['tokyo', 'london', 'newYork', 'tokyoLondon', 'londonNewYork', 'offHours'] as const;
export type Session = (typeof SESSIONS)[number];

const HOURS_OF_WEEK = 168;
/** 1970-01-01 was a Thursday; weeks here begin on Monday 00:00 UTC. */
const EPOCH_HOUR_OF_WEEK = 72;

/** A span without a change of clocks in London or New York: `[fromMs, toMs)` and the session of each hour of its week. */
interface ClockSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly byHourOfWeek: Uint8Array;
}

// Bars come in time order, so the span of the last call nearly always holds the next one.
let current: ClockSpan = { fromMs: Infinity, toMs: -Infinity, byHourOfWeek: new Uint8Array(HOURS_OF_WEEK) };
const spansByYear = new Map<number, readonly ClockSpan[]>();

/**
 * The session of a moment, as an index into {@link SESSIONS}.
 *
 * Monday to Friday, local time: Tokyo 9 to 18, London and New York 8 to 17. Daylight saving: London by the rule of the
 * European Union (since 1996), New York by that of the United States (since 2007, before that the rule of 1987).
 *
 * @param timeMs UTC epoch milliseconds
 */
export function sessionAt(timeMs: number): number {
  if (timeMs < current.fromMs || timeMs >= current.toMs) current = clockSpanAt(timeMs);
  const hour = Math.floor(timeMs / HOUR_MS) + EPOCH_HOUR_OF_WEEK;
  const wrapped = hour % HOURS_OF_WEEK;
  return current.byHourOfWeek[wrapped < 0 ? wrapped + HOURS_OF_WEEK : wrapped];
}

function clockSpanAt(timeMs: number): ClockSpan {
  const year = new Date(timeMs).getUTCFullYear();
  let spans = spansByYear.get(year);
  if (spans === undefined) spansByYear.set(year, (spans = makeClockSpans(year)));
  return spans.find((span) => timeMs < span.toMs) ?? spans[spans.length - 1];
}

function makeClockSpans(year: number): ClockSpan[] {
  const london = [sundayMs(year, 3, 'last') + HOUR_MS, sundayMs(year, 10, 'last') + HOUR_MS];
  const newYork =
    year >= 2007
      ? [sundayMs(year, 3, 2) + 7 * HOUR_MS, sundayMs(year, 11, 1) + 6 * HOUR_MS]
      : [sundayMs(year, 4, 1) + 7 * HOUR_MS, sundayMs(year, 10, 'last') + 6 * HOUR_MS];
  const edges = [Date.UTC(year, 0), ...[...london, ...newYork].sort((a, b) => a - b), Date.UTC(year + 1, 0)];
  const isSummer = ([begin, end]: readonly number[], timeMs: number) => timeMs >= begin && timeMs < end;
  return edges.slice(0, -1).map((fromMs, i) => ({
    fromMs,
    toMs: edges[i + 1],
    byHourOfWeek: makeWeek(Number(isSummer(london, fromMs)), Number(isSummer(newYork, fromMs))),
  }));
}

/** The session of each UTC hour of a week, given how many hours the clocks of London and New York are ahead of winter. */
function makeWeek(londonSummer: number, newYorkSummer: number): Uint8Array {
  return Uint8Array.from({ length: HOURS_OF_WEEK }, (_, hourOfWeek) => {
    const weekday = Math.floor(hourOfWeek / 24);
    // In no center do business hours cross midnight UTC, so the local weekday is the UTC weekday.
    const utcHour = hourOfWeek % 24;
    const isOpen = (fromUtcHour: number) => weekday < 5 && utcHour >= fromUtcHour && utcHour < fromUtcHour + 9;
    return SESSIONS.indexOf(sessionOf(isOpen(0), isOpen(8 - londonSummer), isOpen(13 - newYorkSummer)));
  });
}

/** Tokyo is closed before New York opens, so no third overlap exists. */
function sessionOf(tokyo: boolean, london: boolean, newYork: boolean): Session {
  if (london) return tokyo ? 'tokyoLondon' : newYork ? 'londonNewYork' : 'london';
  return tokyo ? 'tokyo' : newYork ? 'newYork' : 'offHours';
}

/** Midnight UTC of the nth or last Sunday of a month (1 to 12). */
function sundayMs(year: number, month: number, which: number | 'last'): number {
  if (which === 'last') {
    const lastDay = new Date(Date.UTC(year, month, 0));
    return Date.UTC(year, month - 1, lastDay.getUTCDate() - lastDay.getUTCDay());
  }
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return Date.UTC(year, month - 1, 1 + ((7 - firstWeekday) % 7) + 7 * (which - 1));
}
