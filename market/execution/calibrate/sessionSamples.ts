/** Samples of one quantity, per session and all together. */

import { SESSIONS, sessionAt, type Session } from '../../sessions.ts';
import type { Distribution } from '../distribution.ts';
import { WeightedSamples } from './weightedSamples.ts';

export class SessionSamples {
  readonly #sessions = SESSIONS.map(() => new WeightedSamples());
  readonly #pair = new WeightedSamples();

  push(timeMs: number, value: number, { seconds, decay }: { readonly seconds: number; readonly decay: number }): void {
    this.#sessions[sessionAt(timeMs)].push(value, seconds, decay);
    this.#pair.push(value, seconds, decay);
  }

  /** The distribution over all sessions; null where nothing was sampled. */
  pair(): Distribution | null {
    const measured = this.#pair.summarize();
    return measured === null ? null : { ...measured, level: 'pair' };
  }

  /** The distribution of one session; null where nothing was sampled in it. */
  session(session: Session): Distribution | null {
    const measured = this.#sessions[SESSIONS.indexOf(session)].summarize();
    return measured === null ? null : { ...measured, level: 'session' };
  }
}
