/** Stretches of time that ticks fall into: which one is at hand, and whether all of it was seen. */

import { InputError } from '../../../core/errors.ts';
import { makeBuckets, UTC_DAY, type DayStart, type HigherTimeframe, type TimeBucket } from '../timeBuckets.ts';

export interface StretchOptions {
  readonly to: HigherTimeframe;
  /** Where days begin; midnight UTC where absent. */
  readonly dayStart?: DayStart;
  /** For refusals. */
  readonly file: string;
}

/** Stretches of which a recording has all. */
export interface Coverage {
  /** Open of the first, close of the last; equal where there is none. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a tick did. */
export interface Step {
  /** A stretch has ended before it; `isWhole` unless the recording began inside. */
  readonly ended: (TimeBucket & { readonly isWhole: boolean }) | null;
  /** Now at hand. */
  readonly current: TimeBucket;
}

export class Stretches {
  readonly #file: string;
  readonly #bucketOf: (timeMs: number) => TimeBucket;
  #current: TimeBucket | null = null;
  #isWhole = false;
  #fromMs: number | null = null;
  #lastMs = -Infinity;

  constructor({ to, dayStart = UTC_DAY, file }: StretchOptions) {
    this.#file = file;
    this.#bucketOf = makeBuckets(to, dayStart);
  }

  /** @throws InputError for ticks that are not in order of time */
  step(timeMs: number, line: number): Step {
    if (timeMs < this.#lastMs) {
      throw new InputError({
        what: 'out of order',
        where: `${this.#file}:${line}`,
        rule: `at or after the row before, ${new Date(this.#lastMs).toISOString()}`,
        value: new Date(timeMs).toISOString(),
      });
    }
    this.#lastMs = timeMs;
    const before = this.#current;
    if (before !== null && timeMs < before.closeMs) return { ended: null, current: before };
    const current = this.#bucketOf(timeMs);
    const ended = before === null ? null : { ...before, isWhole: this.#isWhole };
    // Nobody knows what came in the first stretch before the first tick.
    this.#isWhole = before !== null || timeMs === current.openMs;
    this.#fromMs ??= this.#isWhole ? current.openMs : current.closeMs;
    this.#current = current;
    return { ended, current };
  }

  /** The stretch at hand is none of them: what is still to come in it is not known. */
  get coverage(): Coverage {
    const toMs = this.#current?.openMs ?? 0;
    return { fromMs: Math.min(this.#fromMs ?? toMs, toMs), toMs };
  }
}
