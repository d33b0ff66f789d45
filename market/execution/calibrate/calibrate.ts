/** From recordings of one instrument to its entry of the cost table. */

import { InputError } from '../../../core/errors.ts';
import { DAY_MS, SECOND_MS } from '../../../core/units.ts';
import { SESSIONS, type Session } from '../../sessions.ts';
import type { InstrumentEntry, SessionCosts, SlippageRung } from '../table.ts';
import { readBooks, type BookRecording } from './bookRecording.ts';
import type { QuoteStream, RowPolicy } from './checkedQuotes.ts';
import { readQuotes } from './quoteRecording.ts';
import { SessionSamples } from './sessionSamples.ts';
import { ORDER_NOTIONALS, SlippageSamples } from './slippageSamples.ts';

export interface CalibrateOptions {
  /** "EURUSD"; for messages only. */
  readonly instrument: string;
  /** "fx", "crypto", "equity": instruments that stand in for each other when nothing better was measured. */
  readonly assetClass: string;
  readonly venue: string;
  /** Paths of tick or bar quotes. */
  readonly quotes?: readonly string[];
  /** Paths of book snapshots or depth feeds. */
  readonly books?: readonly string[];
  readonly policy?: RowPolicy;
  /** Weight of a quote halves with every this many days before the newest; default: all weigh the same. */
  readonly halfLifeDays?: number | null;
}

/** Half of the bid-ask spread in basis points of mid. */
export const halfSpreadBps = (bid: number, ask: number): number => ((ask - bid) / (ask + bid)) * 10_000;

/** A book is not taken to have stood longer than this. */
const BOOK_HOLD_CAP_MS = 10_000;

/**
 * Measures half-spread from quotes, each weighted by the time it stood, and slippage by walking books.
 *
 * Where no quotes are given the books' own touch is measured. A session without samples holds its pair's numbers until
 * {@link assembleTable} decides on fallbacks.
 *
 * @throws InputError for no recordings and for whatever is wrong with them
 */
export function calibrate(options: CalibrateOptions): InstrumentEntry {
  const quotes = (options.quotes ?? []).map((path) => readQuotes(path, options.policy));
  const books = (options.books ?? []).map(readBooks);
  if (quotes.length + books.length === 0) {
    throw new InputError({ what: 'nothing to measure', where: options.instrument, rule: 'give quotes or books' });
  }
  const decayAt = makeDecay(options.halfLifeDays ?? null, quotes);
  const spreads = new SessionSamples();
  for (const stream of quotes) sampleQuotes(stream, decayAt, spreads);
  const slippage = new SlippageSamples(ORDER_NOTIONALS);
  for (const { snapshots } of books) {
    eachWithSeconds(snapshots, BOOK_HOLD_CAP_MS, (snapshot, seconds) => {
      slippage.push(snapshot, seconds);
      if (quotes.length > 0) return;
      const value = halfSpreadBps(snapshot.bid.price[0], snapshot.ask.price[0]);
      spreads.push(snapshot.timeMs, value, { seconds, decay: 1 });
    });
  }
  return makeEntry(options, { quotes, books, spreads, slippage });
}

interface Samples {
  readonly quotes: readonly QuoteStream[];
  readonly books: readonly BookRecording[];
  readonly spreads: SessionSamples;
  readonly slippage: SlippageSamples;
}

function makeEntry({ instrument, assetClass, venue }: CalibrateOptions, samples: Samples): InstrumentEntry {
  const pairSpread = samples.spreads.pair();
  if (pairSpread === null) throw new InputError({ what: 'no quote stood for any time', where: instrument });
  const pair: SessionCosts = { halfSpreadBps: pairSpread, slippageBps: samples.slippage.pair() };
  const makeSession = (session: Session): SessionCosts => ({
    halfSpreadBps: samples.spreads.session(session) ?? { ...pairSpread, count: 0, seconds: 0 },
    slippageBps: samples.slippage.session(session) ?? withoutSamples(pair.slippageBps),
  });
  return {
    assetClass,
    venue,
    sources: [...samples.quotes, ...samples.books].map(({ source }) => source),
    latencyMs: null,
    fillRatio: null,
    effectiveHalfSpreadBps: null,
    impact: null,
    pair,
    sessions: Object.fromEntries(SESSIONS.map((name) => [name, makeSession(name)])) as Record<Session, SessionCosts>,
  };
}

const withoutSamples = (rungs: readonly SlippageRung[] | null) =>
  rungs === null ? null : rungs.map((rung) => ({ ...rung, count: 0, seconds: 0 }));

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
