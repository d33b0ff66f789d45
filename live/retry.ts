/** Sends an order again when the venue rejects it for now: later each time, a bounded number of times, never under the same id. */

import { z } from 'zod';
import type { Rng } from '../core/rng.ts';
import { fraction, positive, positiveInt } from '../core/schema.ts';
import type { Pause } from '../market/data/providers/pause.ts';
import type { Broker, Order } from './broker.ts';
import type { JournalRecord } from './journalRecord.ts';

export const retryConfig = z.strictObject({
  maxAttempts: positiveInt.default(5).describe('times that an order is sent at most; 1: a rejection is final'),
  firstDelayMs: positive.default(200).describe('wait before the second time, milliseconds'),
  factor: z.number().min(1).default(2).describe('each wait is this many times the one before'),
  maxDelayMs: positive.default(5000).describe('longest wait, milliseconds'),
  jitter: fraction
    .default(0.5)
    .describe('share of each wait that is drawn at random, so that clients do not come back in step'),
});

export type RetryConfig = z.output<typeof retryConfig>;

export interface RetryOptions {
  readonly config: RetryConfig;
  readonly rng: Rng;
  readonly pause: Pause;
}

interface Sending {
  readonly broker: Broker;
  readonly retry: RetryOptions | null;
  /** Why nothing more may be sent; null while it may. Looked at before an order is sent again. */
  readonly whyStopped: () => string | null;
  /** The order once more, under an id never sent before. */
  readonly renew: (order: Order) => Order;
  /** Written before the wait, so that a restart knows which ids are used up. */
  readonly note: (records: readonly JournalRecord[]) => void;
  readonly signal: AbortSignal;
}

export type Sent =
  | { readonly kind: 'accepted'; readonly attempts: number }
  | { readonly kind: 'givenUp'; readonly attempts: number; readonly reason: string }
  /** An operator ended the run while the order waited; a restart sends it. */
  | { readonly kind: 'interrupted'; readonly attempts: number };

/**
 * A rejection is an answer: the order does not stand, so it may be sent again under another id. What a broker throws is no
 * answer: the order may have arrived, so it is not sent again here; the run ends, and its restart sends the same id.
 *
 * A kill switch that trips ends the attempts, but not those of the order that closes the position because of it.
 */
export async function sendOrder(first: Order, sending: Sending): Promise<Sent> {
  const { broker, retry, whyStopped, renew, note, signal } = sending;
  let order = first;
  for (let attempt = 1; ; attempt++) {
    const answer = await broker.submit(order);
    if (answer.kind === 'accepted') return { kind: 'accepted', attempts: attempt };
    const { reason, retryable } = answer;
    const rejected = { kind: 'rejected', orderId: order.id, attempt, reason, retryable } as const;
    const giveUp = (why: string): Sent => {
      note([{ ...rejected, next: null }]);
      return { kind: 'givenUp', attempts: attempt, reason: why };
    };
    if (!retryable || retry === null) return giveUp(reason);
    if (attempt >= retry.config.maxAttempts) return giveUp(`${reason}, ${attempt} times`);
    const delayMs = delayOf(attempt, retry);
    const next = renew(order);
    note([
      { kind: 'order', order: next },
      { ...rejected, next: { orderId: next.id, delayMs } },
    ]);
    order = next;
    try {
      await retry.pause(delayMs, signal);
    } catch (error) {
      if (signal.aborted) return { kind: 'interrupted', attempts: attempt };
      throw error;
    }
    const stopped = order.isUrgent === true ? null : whyStopped();
    if (stopped === null) continue;
    note([{ ...rejected, orderId: order.id, reason: stopped, retryable: false, next: null }]);
    return { kind: 'givenUp', attempts: attempt, reason: stopped };
  }
}

/** Exponential, bounded, with its last share drawn. @param attempt that was rejected, from 1 */
function delayOf(attempt: number, { config, rng }: RetryOptions): number {
  const { firstDelayMs, factor, maxDelayMs, jitter } = config;
  const full = Math.min(maxDelayMs, firstDelayMs * factor ** (attempt - 1));
  return full * (1 - jitter * rng.next());
}
