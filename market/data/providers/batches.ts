/** A range of time cut into batches: the same cut for the same request, so that a download can go on where it stopped. */

import { InputError } from '../../../core/errors.ts';
import { addBars, ceilToBar, type BarInterval } from './barInterval.ts';

/** Most bars of a batch. */
export const MAX_BATCH_BARS = 1000;

/** The bars that open in `[fromMs, toMs)`. */
export interface Batch {
  readonly index: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface BatchPlan {
  readonly interval: BarInterval;
  readonly fromMs: number;
  readonly toMs: number;
  readonly batchBars: number;
}

/** @throws InputError for a range without a bar */
export function planBatches({ interval, fromMs, toMs, batchBars }: BatchPlan): Batch[] {
  const startMs = ceilToBar(fromMs, interval);
  const endMs = ceilToBar(toMs, interval);
  if (!(startMs < endMs)) {
    throw new InputError({
      what: 'no bar opens in the range',
      where: '--from, --to',
      rule: `from before to, by at least one bar of ${interval}`,
      value: `${new Date(fromMs).toISOString()} .. ${new Date(toMs).toISOString()}`,
    });
  }
  const batches: Batch[] = [];
  for (let at = startMs; at < endMs;) {
    const next = Math.min(endMs, addBars(at, interval, batchBars));
    batches.push({ index: batches.length, fromMs: at, toMs: next });
    at = next;
  }
  return batches;
}
