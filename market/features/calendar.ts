/** Features of the clock: session, time of day, weekday. */

import { z } from 'zod';
import { DAY_MS, MINUTE_MS } from '../../core/units.ts';
import { SESSIONS } from '../sessions.ts';
import type { BarChunk, Feature } from './feature.ts';
import { SessionClock } from './sessionClock.ts';

export const sessionFeatureConfig = z.strictObject({
  kind: z.literal('session').describe('one column a trading session, 1 in the one that the bar opens in'),
});
export const timeOfDayConfig = z.strictObject({
  kind: z.literal('timeOfDay').describe('sine and cosine of the UTC time at which the bar opens'),
});
export const dayOfWeekConfig = z.strictObject({
  kind: z.literal('dayOfWeek').describe('sine and cosine of the UTC weekday on which the bar opens'),
});

/** One-hot over SESSIONS of the session in which the bar opens. */
export const makeSession = (): Feature => ({
  columns: SESSIONS.map((session) => ({ name: `session:${session}`, scale: 'bounded' as const })),
  warmupBars: 0,
  settleBars: 0,
  createStream: () => {
    const clock = new SessionClock();
    return {
      advance({ length, openTimeMs }: BarChunk, out: Float64Array, offset: number, stride: number): void {
        for (let row = 0, at = offset; row < length; row++, at += stride) {
          for (let column = 0; column < SESSIONS.length; column++) out[at + column] = 0;
          out[at + clock.sessionAt(openTimeMs[row])] = 1;
        }
      },
    };
  },
});

/** Sine and cosine of the time of day, UTC: midnight is (0, 1), six in the morning (1, 0). */
export const makeTimeOfDay = (): Feature => circleFeature('timeOfDay', MINUTES_OF_DAY);

/** Sine and cosine of the weekday, UTC: Monday is (0, 1); the same all day. */
export const makeDayOfWeek = (): Feature => circleFeature('dayOfWeek', DAYS_OF_WEEK);

/** A hand that goes round in `steps` of `stepMs`; it stands still within a step where it is said to. */
interface Circle {
  readonly steps: number;
  readonly stepMs: number;
  readonly offsetMs: number;
  readonly ticks: boolean;
}

const MINUTES_OF_DAY: Circle = { steps: DAY_MS / MINUTE_MS, stepMs: MINUTE_MS, offsetMs: 0, ticks: false };
/** 1970-01-01 was a Thursday; weeks here begin on Monday. */
const DAYS_OF_WEEK: Circle = { steps: 7, stepMs: DAY_MS, offsetMs: 3 * DAY_MS, ticks: true };

/** Most bars open on a step: their sines are looked up. */
function circleFeature(name: string, { steps, stepMs, offsetMs, ticks }: Circle): Feature {
  const angles = Float64Array.from({ length: steps }, (_, step) => (2 * Math.PI * step) / steps);
  const sines = angles.map(Math.sin);
  const cosines = angles.map(Math.cos);
  const roundMs = steps * stepMs;
  const stream = {
    advance({ length, openTimeMs }: BarChunk, out: Float64Array, offset: number, stride: number): void {
      for (let row = 0, at = offset; row < length; row++, at += stride) {
        const timeMs = openTimeMs[row] + offsetMs;
        const hand = (timeMs - Math.floor(timeMs / roundMs) * roundMs) / stepMs;
        const step = Math.floor(hand);
        if (ticks || step === hand) {
          out[at] = sines[step];
          out[at + 1] = cosines[step];
        } else {
          out[at] = Math.sin((2 * Math.PI * hand) / steps);
          out[at + 1] = Math.cos((2 * Math.PI * hand) / steps);
        }
      }
    },
  };
  return {
    columns: ['sin', 'cos'].map((part) => ({ name: `${name}:${part}`, scale: 'bounded' as const })),
    warmupBars: 0,
    settleBars: 0,
    createStream: () => stream,
  };
}
