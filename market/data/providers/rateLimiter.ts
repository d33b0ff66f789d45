/** A weighted token bucket that slows down when it is told that it was too fast. */

import type { Clock } from '../../../core/clock.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { Pause } from './pause.ts';
import type { ProviderLimit } from './provider.ts';
import { ProviderFailure } from './providerFailure.ts';

export interface RateLimiterOptions extends ProviderLimit {
  readonly clock: Clock;
  readonly pause: Pause;
  /** A longer wait is refused instead of waited. */
  readonly maxWaitMs: number;
}

/** A first answer of "too many" without a time is worth this pause; each further one doubles it. */
const FIRST_PENALTY_MS = 1_000;
const SLOWEST = 1 / 16;
const RECOVERY = 1.1;
const SUCCESSES_PER_RECOVERY = 10;
/** A pause may end a little early; more rounds than this mean a clock that stands still. */
const MAX_ROUNDS = 100;

/**
 * Lets through at most `weightPerMinute` in any minute, bursts included: what may be spent at once is taken off the
 * refill, because a full bucket and a minute of refill fall within the same minute.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #capacity: number;
  readonly #refillPerMs: number;
  #tokens: number;
  #refilledMs: number;
  #blockedUntilMs = -Infinity;
  #speed = 1;
  #penalties = 0;
  #successes = 0;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#capacity = Math.min(options.burst, options.weightPerMinute / 2);
    this.#refillPerMs = (options.weightPerMinute - this.#capacity) / MINUTE_MS;
    this.#tokens = this.#capacity;
    this.#refilledMs = options.clock.elapsedMs();
  }

  /** Fraction of the documented rate at which requests are let through now. */
  get speed(): number {
    return this.#speed;
  }

  /**
   * Resolves when `weight` may be spent. A weight above the burst is let through by a full bucket and paid off after.
   *
   * @throws ProviderFailure when that would be later than `maxWaitMs`
   */
  async take(weight: number, signal?: AbortSignal): Promise<void> {
    const { clock, pause, maxWaitMs } = this.#options;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.#refill();
      const missing = Math.min(weight, this.#capacity) - this.#tokens;
      const refillMs = missing > 0 ? Math.ceil(missing / (this.#refillPerMs * this.#speed)) : 0;
      const waitMs = Math.max(refillMs, this.#blockedUntilMs - clock.elapsedMs());
      if (waitMs <= 0) {
        this.#tokens -= weight;
        return;
      }
      if (waitMs > maxWaitMs) {
        const seconds = Math.ceil(waitMs / 1000);
        throw new ProviderFailure('refused', `asks for a pause of ${seconds} s, longer than maxWaitMs ${maxWaitMs}`);
      }
      await pause(waitMs, signal);
    }
    throw new ProviderFailure('refused', `no leave to ask after ${MAX_ROUNDS} pauses`);
  }

  /** The provider said "too many": halve the speed and wait as long as it asks, or longer each time. */
  penalize(retryAfterMs: number | null): void {
    const waitMs = retryAfterMs ?? FIRST_PENALTY_MS * 2 ** Math.min(this.#penalties, 6);
    this.#penalties++;
    this.#successes = 0;
    this.#refill();
    this.#speed = Math.max(SLOWEST, this.#speed / 2);
    this.#tokens = Math.min(this.#tokens, 0);
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, this.#options.clock.elapsedMs() + waitMs);
  }

  /** An answer came: a few in a row and the speed comes back by a tenth. */
  reward(): void {
    this.#penalties = 0;
    if (++this.#successes % SUCCESSES_PER_RECOVERY !== 0) return;
    this.#refill();
    this.#speed = Math.min(1, this.#speed * RECOVERY);
  }

  /** The server has counted more than we have, as when another program shares the address. */
  observe(usedWeight: number): void {
    this.#refill();
    this.#tokens = Math.min(this.#tokens, this.#options.weightPerMinute - usedWeight);
  }

  #refill(): void {
    const nowMs = this.#options.clock.elapsedMs();
    const earned = Math.max(0, nowMs - this.#refilledMs) * this.#refillPerMs * this.#speed;
    this.#tokens = Math.min(this.#capacity, this.#tokens + earned);
    this.#refilledMs = nowMs;
  }
}
