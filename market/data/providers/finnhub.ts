/** Finnhub candles of stocks, forex (OANDA) and crypto (Binance). https://finnhub.io/docs/api/stock-candles */

import { z } from 'zod';
import { DAY_MS } from '../../../core/units.ts';
import { requireKey } from './apiKey.ts';
import { addBars, floorToBar, isCalendarBar } from './barInterval.ts';
import type { BarProvider } from './provider.ts';
import { ProviderFailure } from './providerFailure.ts';
import { parseShape, rowsOf } from './responseShape.ts';

const column = z.array(z.number());
const candles = z.discriminatedUnion('s', [
  z.object({ s: z.literal('ok'), t: column, o: column, h: column, l: column, c: column, v: column }),
  z.object({ s: z.literal('no_data') }),
]);
const errorBody = z.object({ error: z.string() });

const pathOf = (symbol: string): string => {
  if (symbol.startsWith('OANDA:')) return '/forex/candle';
  return symbol.includes(':') ? '/crypto/candle' : '/stock/candle';
};

export const finnhub: BarProvider = {
  name: 'finnhub',
  title: 'Finnhub',
  intervals: {
    '1m': '1',
    '5m': '5',
    '15m': '15',
    '30m': '30',
    '1h': '60',
    '1d': 'D',
    '1w': 'W',
    '1M': 'M',
  },
  limit: { weightPerMinute: 60, burst: 5 },
  access(environment) {
    const key = requireKey(environment, 'FINNHUB_API_KEY', 'finnhub');
    return { baseUrl: 'https://finnhub.io/api/v1', headers: { 'x-finnhub-token': key }, query: {}, secret: key };
  },
  symbolFor(symbol) {
    if (symbol.kind === 'equity') return symbol.ticker;
    if (symbol.kind === 'forex') return `OANDA:${symbol.base}_${symbol.quote}`;
    return `BINANCE:${symbol.base}${symbol.quote}`;
  },
  isContinuous: (symbol) => pathOf(symbol) === '/crypto/candle',
  // Longer answers lose their oldest bars without a word.
  reach: ({ fromMs, interval }) => addBars(fromMs, interval, 1000),
  request({ symbol, interval, fromMs, toMs }) {
    const margin = isCalendarBar(interval) ? DAY_MS : 0;
    return {
      path: pathOf(symbol),
      query: {
        symbol,
        resolution: finnhub.intervals[interval] ?? interval,
        from: String((fromMs - margin) / 1000),
        // Inclusive.
        to: String((toMs + margin) / 1000 - 1),
      },
      weight: 1,
    };
  },
  readError(body, status) {
    const error = errorBody.safeParse(body);
    if (!error.success) return null;
    const { error: message } = error.data;
    if (status === 429 || /limit reached/i.test(message)) return new ProviderFailure('rateLimited', message);
    return status >= 500 ? null : new ProviderFailure('refused', message);
  },
  parse(body, { interval }) {
    const answer = parseShape(candles, body);
    if (answer.s === 'no_data') return [];
    const { t, o, h, l, c, v } = answer;
    // Days are stamped with midnight in UTC or in New York: either is within the date in UTC.
    const toOpenTimeMs = (seconds: number): number =>
      isCalendarBar(interval) ? floorToBar(seconds * 1000, interval) : seconds * 1000;
    return rowsOf({ time: t, open: o, high: h, low: l, close: c, volume: v }, toOpenTimeMs);
  },
};
