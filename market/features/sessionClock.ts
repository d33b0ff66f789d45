/** The trading session of bars that come in time order. */

import { HOUR_MS } from '../../core/units.ts';
import { sessionAt } from '../sessions.ts';

/** Sessions change on the hour only: within an hour the last answer holds. */
export class SessionClock {
  #untilMs = -Infinity;
  #fromMs = Infinity;
  #session = 0;

  /** Index into SESSIONS. */
  sessionAt(timeMs: number): number {
    if (timeMs < this.#untilMs && timeMs >= this.#fromMs) return this.#session;
    this.#fromMs = Math.floor(timeMs / HOUR_MS) * HOUR_MS;
    this.#untilMs = this.#fromMs + HOUR_MS;
    this.#session = sessionAt(timeMs);
    return this.#session;
  }
}
