/** Polygon.io aggregates (also Massive). https://polygon.io/docs/stocks/get_v2_aggs_ticker__stocksticker__range__multiplier___timespan___from___to */

import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { requireKey } from './apiKey.ts';
import { addBars, floorToBar, isCalendarBar, longestSpanMs } from './barInterval.ts';
import { messageIn } from './fetchJson.ts';
import type { BarProvider } from './provider.ts';
import { ProviderFailure } from './providerFailure.ts';
import { parseShape } from './responseShape.ts';

/** `limit` counts the minutes or days that bars are put together from, not the bars. */
const MAX_BASE_BARS = 50_000;

const aggregates = z.object({
  status: z.enum(['OK', 'DELAYED']),
  // Left out where there are none.
  results: z
    .array(
      z.object({ t: z.number(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number().default(0) }),
    )
    .default([]),
});
const errorBody = z.object({ status: z.enum(['ERROR', 'NOT_AUTHORIZED', 'NOT_FOUND']) });

export const polygon: BarProvider = {
  name: 'polygon',
  title: 'Polygon',
  /** Multiplier and timespan. */
  intervals: {
    '1m': '1/minute',
    '3m': '3/minute',
    '5m': '5/minute',
    '15m': '15/minute',
    '30m': '30/minute',
    '45m': '45/minute',
    '1h': '1/hour',
    '2h': '2/hour',
    '4h': '4/hour',
    '6h': '6/hour',
    '8h': '8/hour',
    '12h': '12/hour',
    '1d': '1/day',
    '1w': '1/week',
    '1M': '1/month',
  },
  limit: { weightPerMinute: 5, burst: 1 },
  access(environment) {
    const key = requireKey(environment, 'POLYGON_API_KEY', 'polygon');
    return { baseUrl: 'https://api.polygon.io', headers: { authorization: `Bearer ${key}` }, query: {}, secret: key };
  },
  symbolFor(symbol) {
    if (symbol.kind === 'equity') return symbol.ticker;
    return `${symbol.kind === 'forex' ? 'C' : 'X'}:${symbol.base}${symbol.quote}`;
  },
  isContinuous: (symbol) => symbol.startsWith('X:'),
  reach({ fromMs, interval }) {
    const baseMs = isCalendarBar(interval) ? DAY_MS : MINUTE_MS;
    return addBars(fromMs, interval, Math.floor((MAX_BASE_BARS * baseMs) / longestSpanMs(interval)));
  },
  request({ symbol, interval, fromMs, toMs }) {
    const margin = isCalendarBar(interval) ? DAY_MS : 0;
    const range = polygon.intervals[interval] ?? interval;
    return {
      path: `/v2/aggs/ticker/${encodeURIComponent(symbol)}/range/${range}/${fromMs - margin}/${toMs + margin - 1}`,
      // Raw prices: corporate actions are applied here, by factors that are on record.
      query: { adjusted: 'false', sort: 'asc', limit: String(MAX_BASE_BARS) },
      weight: 1,
    };
  },
  isPartial: (body) => z.object({ next_url: z.string() }).safeParse(body).success,
  readError(body, status) {
    if (!errorBody.safeParse(body).success) return null;
    const message = messageIn(withoutStatus(body)) ?? 'an error without a word';
    if (status === 429 || /maximum requests/i.test(message)) return new ProviderFailure('rateLimited', message);
    return status >= 500 ? null : new ProviderFailure('refused', message);
  },
  parse(body, { interval }) {
    // Days, Sunday weeks and months start at midnight in New York, 04:00 or 05:00 UTC.
    const shift = interval === '1w' ? DAY_MS + 12 * HOUR_MS : 0;
    return parseShape(aggregates, body).results.map(({ t, o, h, l, c, v }) => ({
      openTimeMs: isCalendarBar(interval) ? floorToBar(t + shift, interval) : t,
      open: o,
      high: h,
      low: l,
      close: c,
      volume: v,
    }));
  },
};

const withoutStatus = (body: unknown): unknown =>
  typeof body === 'object' && body !== null ? { ...body, status: undefined } : body;
