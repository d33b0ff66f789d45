/** Half-spreads of quotes and slippage of books, each weighted by the time it stood. */

import { DAY_MS, SECOND_MS } from '../../../core/units.ts';
import type { BookRecording } from './bookRecording.ts';
import type { QuoteStream } from './checkedQuotes.ts';
import { halfSpreadBps } from './halfSpread.ts';
import { SessionSamples } from './sessionSamples.ts';
import { ORDER_NOTIONALS, SlippageSamples } from './slippageSamples.ts';

/** A book is not taken to have stood longer than this. */
const BOOK_HOLD_CAP_MS = 10_000;

/**
 * Half-spreads of quotes, or of the books' own touch where there are none.
 *
 * @param halfLifeDays weight of a quote halves with every this many days before the newest; null: all weigh the same
 */
export function sampleSpreads(
  quotes: readonly QuoteStream[],
  books: readonly BookRecording[],
  halfLifeDays: number | null,
): SessionSamples {
  const spreads = new SessionSamples();
  const decayAt = makeDecay(halfLifeDays, quotes);
  for (const stream of quotes) sampleQuotes(stream, decayAt, spreads);
  if (quotes.length > 0) return spreads;
  for (const { snapshots } of books) {
    eachWithSeconds(snapshots, BOOK_HOLD_CAP_MS, ({ timeMs, bid, ask }, seconds) => {
      spreads.push(timeMs, halfSpreadBps(bid.price[0], ask.price[0]), { seconds, decay: 1 });
    });
  }
  return spreads;
}

/** Null where there are no books. */
export function sampleBooks(books: readonly BookRecording[]): SlippageSamples | null {
  if (books.length === 0) return null;
  const slippage = new SlippageSamples(ORDER_NOTIONALS);
  for (const { snapshots } of books) {
    eachWithSeconds(snapshots, BOOK_HOLD_CAP_MS, (snapshot, seconds) => slippage.push(snapshot, seconds));
  }
  return slippage;
}

function sampleQuotes(
  { timeMs, bid, ask, holdCapMs }: QuoteStream,
  decayAt: (timeMs: number) => number,
  spreads: SessionSamples,
): void {
  // The last quote of a recording stood for a time that nobody knows, hence for none.
  for (let i = 0; i < timeMs.length - 1; i++) {
    const seconds = Math.min(timeMs[i + 1] - timeMs[i], holdCapMs) / SECOND_MS;
    spreads.push(timeMs[i], halfSpreadBps(bid[i], ask[i]), { seconds, decay: decayAt(timeMs[i]) });
  }
}

function eachWithSeconds<T extends { readonly timeMs: number }>(
  items: readonly T[],
  holdCapMs: number,
  visit: (item: T, seconds: number) => void,
): void {
  for (let i = 0; i < items.length - 1; i++) {
    visit(items[i], Math.min(items[i + 1].timeMs - items[i].timeMs, holdCapMs) / SECOND_MS);
  }
}

function makeDecay(halfLifeDays: number | null, quotes: readonly QuoteStream[]): (timeMs: number) => number {
  if (halfLifeDays === null) return () => 1;
  const newestMs = Math.max(...quotes.map(({ timeMs }) => timeMs[timeMs.length - 1]));
  return (timeMs) => 2 ** ((timeMs - newestMs) / (halfLifeDays * DAY_MS));
}
