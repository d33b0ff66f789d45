/** Whether what is known of companions is new enough, bar by bar: the live twin of leaving stale rows out of training. */

import type { Bar } from '../data/bar.ts';

export interface FreshnessLimit {
  readonly name: string;
  readonly timeframeMs: number;
  /** Bars of its own by which the last closed one may be late. */
  readonly maxAgeBars: number;
}

export class Freshness {
  readonly #timeframeMs: number;
  readonly #limits: readonly FreshnessLimit[];
  /** When the last known bar of each closed. */
  readonly #closedMs = new Map<string, number>();

  /** @param timeframeMs of the bars that bring the companions' */
  constructor(timeframeMs: number, limits: readonly FreshnessLimit[]) {
    this.#timeframeMs = timeframeMs;
    this.#limits = limits;
  }

  /** Takes a closed bar. @returns the name of a companion whose last bar is too old, null where all are fresh */
  push({ openTimeMs, companions = [] }: Bar): string | null {
    for (const { name, timeframeMs, bars } of companions) {
      const last = bars[bars.length - 1];
      if (last !== undefined) this.#closedMs.set(name, last.openTimeMs + timeframeMs);
    }
    const nowMs = openTimeMs + this.#timeframeMs;
    const stale = this.#limits.find(({ name, timeframeMs, maxAgeBars }) => {
      const age = Math.floor((nowMs - (this.#closedMs.get(name) ?? -Infinity)) / timeframeMs);
      return age > maxAgeBars;
    });
    return stale?.name ?? null;
  }
}
