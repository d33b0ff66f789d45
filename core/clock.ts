/** The one door to time: wall clock and stopwatch are handed in, so that a test or a replay can bring its own. */

import { timeMs, type TimeMs } from './units.ts';

export interface Clock {
  /** UTC wall clock. */
  nowMs(): TimeMs;
  /** Monotonic milliseconds, for measuring spans only. */
  elapsedMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => timeMs(Date.now()),
  elapsedMs: () => performance.now(),
};

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  #nowMs: number;

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): TimeMs {
    return timeMs(this.#nowMs);
  }

  elapsedMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

/** `2026-01-31T12:00:00.000Z` as `20260131T120000000Z`, safe in a folder name and ordered by time. */
export const compactUtc = (time: TimeMs): string => new Date(time).toISOString().replace(/[-:.]/g, '');
