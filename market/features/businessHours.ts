/** Features of the clock in the financial centers: how far their day is, and whether two are at work at once. */

import { z } from 'zod';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { SESSIONS, sessionAt, type Session } from '../sessions.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { SessionClock } from './sessionClock.ts';

export const minuteOfSessionConfig = z.strictObject({
  kind: z.literal('minuteOfSession').describe('how far the business day of Tokyo, London and New York is'),
});
export const overlapConfig = z.strictObject({
  kind: z.literal('overlap').describe('1 where two financial centers are at work at once, else 0'),
});

/** In which sessions each center is at work. */
const CENTERS: readonly { readonly name: string; readonly open: readonly Session[] }[] = [
  { name: 'tokyo', open: ['tokyo', 'tokyoLondon'] },
  { name: 'london', open: ['london', 'tokyoLondon', 'londonNewYork'] },
  { name: 'newYork', open: ['newYork', 'londonNewYork'] },
];
const isOpen = CENTERS.map(({ open }) => Uint8Array.from(SESSIONS, (session) => Number(open.includes(session))));
const isOverlap = Uint8Array.from(SESSIONS, (_, session) => Number(isOpen.reduce((n, row) => n + row[session], 0) > 1));

/** Every center works nine hours. */
const BUSINESS_MINUTES = 540;
const BUSINESS_HOURS = BUSINESS_MINUTES / 60;

/**
 * A column for each of Tokyo, London and New York: minutes since its opening at which the bar opens over the 540 of its
 * business day, in [0, 1), and -1 while it is closed. No warm-up.
 */
export const makeMinuteOfSession = (): Feature => ({
  columns: CENTERS.map(({ name }) => ({ name: `minuteOfSession:${name}`, scale: 'bounded' })),
  warmupBars: 0,
  settleBars: 0,
  createStream: () => new MinuteOfSessionStream(),
});

/** 1 where the bar opens while two centers are at work, else 0. No warm-up. */
export const makeOverlap = (): Feature => ({
  columns: [{ name: 'overlap', scale: 'bounded' }],
  warmupBars: 0,
  settleBars: 0,
  createStream: () => {
    const clock = new SessionClock();
    return {
      advance({ length, openTimeMs }: BarChunk, out: Float64Array, offset: number, stride: number): void {
        for (let row = 0; row < length; row++) out[offset + row * stride] = isOverlap[clock.sessionAt(openTimeMs[row])];
      },
    };
  },
});

class MinuteOfSessionStream implements FeatureStream {
  /** Full hours since each center's opening, -1 while closed: sessions change on the hour only. */
  readonly #hours = new Int8Array(CENTERS.length);
  #hour = NaN;

  advance({ length, openTimeMs }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const hours = this.#hours;
    for (let row = 0; row < length; row++) {
      const hour = Math.floor(openTimeMs[row] / HOUR_MS);
      if (hour !== this.#hour) this.#enter(hour);
      const minute = (openTimeMs[row] - hour * HOUR_MS) / MINUTE_MS;
      for (let center = 0; center < hours.length; center++) {
        const elapsed = hours[center] * 60 + minute;
        out[offset + row * stride + center] = hours[center] < 0 ? -1 : elapsed / BUSINESS_MINUTES;
      }
    }
  }

  #enter(hour: number): void {
    const isNext = hour === this.#hour + 1;
    const session = sessionAt(hour * HOUR_MS);
    for (let center = 0; center < CENTERS.length; center++) {
      const open = isOpen[center];
      if (open[session] === 0) this.#hours[center] = -1;
      else this.#hours[center] = isNext ? this.#hours[center] + 1 : hoursSinceOpening(open, hour);
    }
    this.#hour = hour;
  }
}

function hoursSinceOpening(open: Uint8Array, hour: number): number {
  let since = 0;
  while (since < BUSINESS_HOURS && open[sessionAt((hour - since - 1) * HOUR_MS)] === 1) since++;
  return since;
}
