/** From recordings of one instrument to its entry of the cost table. */

import { InputError } from '../../../core/errors.ts';
import { SECOND_MS } from '../../../core/units.ts';
import { SESSIONS, sessionAt } from '../../sessions.ts';
import type { InstrumentEntry } from '../table.ts';
import { DEFAULT_FALLBACK } from './assembleTable.ts';
import { readBooks, type BookRecording } from './bookRecording.ts';
import type { QuoteStream, RowPolicy } from './checkedQuotes.ts';
import { measureEffectiveSpread } from './effectiveSpread.ts';
import { FillLadders } from './fillLadders.ts';
import { fitImpact } from './impactFit.ts';
import { combineSessions, hasQuotes, keptSources, makeLadders, makeSpreads } from './instrumentEntry.ts';
import { measureOrders } from './orderSamples.ts';
import { PrevailingQuotes } from './prevailingQuotes.ts';
import { readQuotes } from './quoteRecording.ts';
import type { OrderRecording } from './recordedOrders.ts';
import { sampleBooks, sampleSpreads } from './sampleRecordings.ts';
import { readTrades, type TradeStream } from './tradeRecording.ts';

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
  /** Paths of public trades; tick quotes of the same span belong beside them. */
  readonly trades?: readonly string[];
  /** Added to the times of trades that another clock stamped than the quotes. */
  readonly tradesClockMs?: number;
  /** Over which impact is measured. */
  readonly bucketMs?: number;
  /** Own orders with their fills. */
  readonly orders?: readonly OrderRecording[];
  readonly policy?: RowPolicy;
  /** Weight of a quote halves with every this many days before the newest; default: all weigh the same. */
  readonly halfLifeDays?: number | null;
  /** The instrument as it was measured before: what is not recorded anew stays as it was, with its sources. */
  readonly earlier?: InstrumentEntry | null;
}

const DEFAULT_BUCKET_MS = SECOND_MS;

interface Recordings {
  readonly quotes: readonly QuoteStream[];
  readonly books: readonly BookRecording[];
  readonly trades: readonly TradeStream[];
  readonly orders: readonly OrderRecording[];
}

/**
 * Measures half-spread from quotes, each weighted by the time it stood, and slippage by walking books; from own orders
 * their latency, fill ratio and slippage, which takes the place of books where there are enough fills of a size; from
 * public trades the effective half-spread and market impact.
 *
 * Where quotes were never given the books' own touch is measured. A session without samples holds its pair's numbers until
 * {@link assembleTable} decides on fallbacks.
 *
 * @throws InputError for no recordings and for whatever is wrong with them
 */
export function calibrate(options: CalibrateOptions): InstrumentEntry {
  const { assetClass, venue, instrument, earlier = null, bucketMs = DEFAULT_BUCKET_MS } = options;
  const recordings: Recordings = {
    quotes: (options.quotes ?? []).map((path) => readQuotes(path, options.policy)),
    books: (options.books ?? []).map(readBooks),
    trades: (options.trades ?? []).map((path) => readTrades(path, options.tradesClockMs)),
    orders: options.orders ?? [],
  };
  const sources = [...recordings.quotes, ...recordings.books, ...recordings.trades, ...recordings.orders].map(
    ({ source }) => source,
  );
  if (sources.length === 0) {
    const rule = 'give quotes, books, trades or fills';
    throw new InputError({ what: 'nothing to measure', where: instrument, rule });
  }
  const prevailing = new PrevailingQuotes(recordings.quotes);
  const spreads = makeSpreads(instrument, renewedSpreads(recordings, options), earlier);
  const fills = new FillLadders();
  for (const order of recordings.orders.flatMap(({ orders }) => orders)) {
    const { mean } = spreads.sessions[SESSIONS[sessionAt(order.decidedAtMs)]];
    fills.push(order, prevailing.before(order.decidedAtMs)?.halfSpreadBps ?? mean);
  }
  const ladders = makeLadders({ books: sampleBooks(recordings.books), fills, earlier, rule: DEFAULT_FALLBACK });
  return {
    assetClass,
    venue,
    sources: [...keptSources(earlier, sources), ...sources],
    ...(recordings.orders.length > 0 ? measureOrders(recordings.orders) : ordersOf(earlier)),
    ...(recordings.trades.length > 0 ? measureTrades(recordings.trades, prevailing, bucketMs) : tradesOf(earlier)),
    pair: { halfSpreadBps: spreads.pair, slippageBps: ladders.pair },
    sessions: combineSessions(spreads, ladders),
  };
}

const ordersOf = (earlier: InstrumentEntry | null) => ({
  latencyMs: earlier?.latencyMs ?? null,
  fillRatio: earlier?.fillRatio ?? null,
});

const tradesOf = (earlier: InstrumentEntry | null) => ({
  effectiveHalfSpreadBps: earlier?.effectiveHalfSpreadBps ?? null,
  impact: earlier?.impact ?? null,
});

function measureTrades(trades: readonly TradeStream[], quotes: PrevailingQuotes, bucketMs: number) {
  if (quotes.isEmpty) {
    throw new InputError({
      what: 'trades without tick quotes beside them',
      where: trades[0].source.name,
      rule: 'what a trade paid and how far it moved the price is measured against the mid that prevailed',
      hint: 'give tick quotes of the same span with --quotes',
    });
  }
  return {
    effectiveHalfSpreadBps: measureEffectiveSpread(trades, quotes),
    impact: fitImpact(trades, quotes, bucketMs),
  };
}

/** Null where neither quotes nor, for an instrument without any, books were recorded. */
function renewedSpreads({ quotes, books }: Recordings, { halfLifeDays, earlier }: CalibrateOptions) {
  const touch = hasQuotes(earlier ?? null) ? [] : books;
  return quotes.length + touch.length === 0 ? null : sampleSpreads(quotes, touch, halfLifeDays ?? null);
}
