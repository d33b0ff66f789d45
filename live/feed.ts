/** Closed bars as they come, and the check that none of them is used twice, out of order or unnoticed after a hole. */

import { barAt, type Bar } from '../market/data/bar.ts';
import { findBrokenRule } from '../market/data/barChecks.ts';
import type { Bars } from '../market/data/bars.ts';

/** Delivers each bar once it is closed. A real feed waits for the market; a replay does not. */
export type Feed = AsyncIterable<Bar>;

/** What a feed did that it should not have. */
export type FeedProblem =
  /** The same bar again; left out. */
  | { readonly kind: 'repeated'; readonly bar: Bar; readonly detail: string }
  /** A bar from before the last one; left out. */
  | { readonly kind: 'backwards'; readonly bar: Bar; readonly detail: string }
  /** A bar that no market could have made; left out. */
  | { readonly kind: 'invalid'; readonly bar: Bar; readonly detail: string }
  /** Bars are missing before this one, which is used, as the backtest would have. */
  | { readonly kind: 'gap'; readonly bar: Bar; readonly missingBars: number; readonly detail: string };

export interface CheckedBar {
  /** Null where the bar must not be used. */
  readonly bar: Bar | null;
  readonly problem: FeedProblem | null;
}

/** Bars `[from, to)` of recorded columns, one after another without waiting. */
export async function* replayFeed(bars: Bars, from: number, to: number): AsyncGenerator<Bar> {
  for (let row = from; row < to; row++) yield barAt(bars, row);
}

/**
 * Judges one bar against the one before it.
 *
 * @param previousTimeMs open time of the last bar used; null before the first
 */
export function checkBar(bar: Bar, previousTimeMs: number | null, timeframeMs: number): CheckedBar {
  const at = utc(bar.openTimeMs);
  if (previousTimeMs !== null && bar.openTimeMs <= previousTimeMs) {
    const kind = bar.openTimeMs === previousTimeMs ? 'repeated' : 'backwards';
    return { bar: null, problem: { kind, bar, detail: `bar of ${at} after the bar of ${utc(previousTimeMs)}` } };
  }
  const broken = findBrokenRule(bar, previousTimeMs ?? -Infinity);
  if (broken !== null || !Number.isFinite(bar.openTimeMs)) {
    const detail =
      broken === null ? 'no time' : `${broken.what}: ${broken.column} ${broken.value}, rule: ${broken.rule}`;
    return { bar: null, problem: { kind: 'invalid', bar, detail: `bar of ${at}: ${detail}` } };
  }
  if (previousTimeMs === null || bar.openTimeMs <= previousTimeMs + timeframeMs) return { bar, problem: null };
  const missingBars = Math.ceil((bar.openTimeMs - previousTimeMs) / timeframeMs) - 1;
  const detail = `${missingBars} bars missing between ${utc(previousTimeMs)} and ${at}`;
  return { bar, problem: { kind: 'gap', bar, missingBars, detail } };
}

const utc = (timeMs: number): string => (Number.isFinite(timeMs) ? new Date(timeMs).toISOString() : String(timeMs));

/** The next bar, or `aborted` without waiting for it any longer. */
export async function nextOrAbort(
  iterator: AsyncIterator<Bar>,
  signal: AbortSignal,
): Promise<IteratorResult<Bar> | 'aborted'> {
  if (signal.aborted) return 'aborted';
  let stop = (): void => {};
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([iterator.next(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
