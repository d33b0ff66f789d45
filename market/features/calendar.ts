/** Features of the clock: session, time of day, weekday. */

import { z } from 'zod';
import { DAY_MS } from '../../core/units.ts';
import { SESSIONS, sessionAt } from '../sessions.ts';
import type { BarChunk, Feature } from './feature.ts';

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
export const makeSession = (): Feature =>
  timeFeature(
    SESSIONS.map((session) => `session:${session}`),
    (openTimeMs, out, at) => {
      for (let column = 0; column < SESSIONS.length; column++) out[at + column] = 0;
      out[at + sessionAt(openTimeMs)] = 1;
    },
  );

/** Sine and cosine of the time of day, UTC: midnight is (0, 1), six in the morning (1, 0). */
export const makeTimeOfDay = (): Feature =>
  timeFeature(['timeOfDay:sin', 'timeOfDay:cos'], (openTimeMs, out, at) => {
    const angle = (2 * Math.PI * (openTimeMs % DAY_MS)) / DAY_MS;
    out[at] = Math.sin(angle);
    out[at + 1] = Math.cos(angle);
  });

/** 1970-01-01 was a Thursday; weeks here begin on Monday. */
const EPOCH_WEEKDAY = 3;

/** Sine and cosine of the weekday, UTC: Monday is (0, 1); the same all day. */
export const makeDayOfWeek = (): Feature =>
  timeFeature(['dayOfWeek:sin', 'dayOfWeek:cos'], (openTimeMs, out, at) => {
    const angle = (2 * Math.PI * ((Math.floor(openTimeMs / DAY_MS) + EPOCH_WEEKDAY) % 7)) / 7;
    out[at] = Math.sin(angle);
    out[at + 1] = Math.cos(angle);
  });

type TimeWriter = (openTimeMs: number, out: Float64Array, at: number) => void;

/** A feature of the clock alone: it has no past, so no warm-up. */
function timeFeature(names: readonly string[], write: TimeWriter): Feature {
  const stream = {
    advance({ length, openTimeMs }: BarChunk, out: Float64Array, offset: number, stride: number): void {
      for (let row = 0; row < length; row++) write(openTimeMs[row], out, offset + row * stride);
    },
  };
  return {
    columns: names.map((name) => ({ name, scale: 'bounded' as const })),
    warmupBars: 0,
    settleBars: 0,
    createStream: () => stream,
  };
}
