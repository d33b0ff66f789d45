/** Yahoo Finance chart v8: undocumented and without a key; what is known of it is known from those who use it. */

import { z } from 'zod';
import { DAY_MS } from '../../../core/units.ts';
import { floorToBar, isCalendarBar } from './barInterval.ts';
import { messageIn } from './fetchJson.ts';
import { refuseSymbol } from './marketSymbol.ts';
import type { BarProvider } from './provider.ts';
import { ProviderFailure } from './providerFailure.ts';
import { parseShape, rowsOf } from './responseShape.ts';
import { zoneOffsetMs } from './zonedTime.ts';

const column = z.array(z.number().nullable()).default([]);
const chart = z.object({
  chart: z.object({
    result: z
      .array(
        z.object({
          meta: z.object({ exchangeTimezoneName: z.string().default('UTC') }),
          // Left out altogether where the stretch holds no bar.
          timestamp: z.array(z.number()).default([]),
          indicators: z.object({
            quote: z.array(z.object({ open: column, high: column, low: column, close: column, volume: column })).min(1),
          }),
        }),
      )
      .length(1),
  }),
});
const chartError = z.object({ chart: z.object({ error: z.object({ code: z.string(), description: z.string() }) }) });

/** What Yahoo calls a stretch between two bars. */
const NO_DATA = /^data doesn't exist for startdate/i;

export const yahoo: BarProvider = {
  name: 'yahoo',
  title: 'Yahoo Finance',
  intervals: {
    '1m': '1m',
    '5m': '5m',
    '15m': '15m',
    '30m': '30m',
    '1h': '60m',
    '1d': '1d',
    '1w': '1wk',
    '1M': '1mo',
  },
  limit: { weightPerMinute: 60, burst: 1 },
  access: () => ({
    baseUrl: 'https://query1.finance.yahoo.com',
    // Without the name of a browser the answer is 429.
    headers: { 'user-agent': 'Mozilla/5.0' },
    query: {},
    secret: null,
  }),
  symbolFor(symbol) {
    if (symbol.kind === 'equity') return symbol.ticker.replace(/^([A-Z]+)\.([A-Z])$/, '$1-$2');
    if (symbol.kind === 'forex') return `${symbol.base}${symbol.quote}=X`;
    if (/^[A-Z]{3}$/.test(symbol.quote)) return `${symbol.base}-${symbol.quote}`;
    throw refuseSymbol('yahoo', symbol, 'AAPL, EUR/USD, or a coin in a currency such as BTC/USD');
  },
  isContinuous: (symbol) => /^[A-Z0-9]+-(USD|EUR|GBP|JPY)$/.test(symbol),
  // A request for minutes may span seven days.
  reach: ({ fromMs, interval }) => (interval === '1m' ? fromMs + 7 * DAY_MS : Infinity),
  request({ symbol, interval, fromMs, toMs }) {
    // Bars of a day open with their exchange, up to a day before 00:00 UTC of their date or after it.
    const margin = isCalendarBar(interval) ? DAY_MS : 0;
    return {
      path: `/v8/finance/chart/${encodeURIComponent(symbol)}`,
      query: {
        period1: String((fromMs - margin) / 1000),
        period2: String((toMs + margin) / 1000),
        interval: yahoo.intervals[interval] ?? interval,
        includePrePost: 'false',
      },
      weight: 1,
    };
  },
  readError(body) {
    const error = chartError.safeParse(body);
    if (!error.success) return null;
    const { code, description } = error.data.chart.error;
    if (NO_DATA.test(description)) return 'empty';
    if (/too many requests/i.test(code)) return new ProviderFailure('rateLimited', messageIn(error.data) ?? code);
    if (/internal|server|unavailable|timeout/i.test(code)) return new ProviderFailure('server', description);
    return new ProviderFailure('refused', `${code}: ${description}`);
  },
  parse(body, { interval }) {
    const [{ meta, timestamp, indicators }] = parseShape(chart, body).chart.result;
    const [quote] = indicators.quote;
    const toOpenTimeMs = (seconds: number): number => {
      const timeMs = seconds * 1000;
      if (!isCalendarBar(interval)) return timeMs;
      return floorToBar(timeMs + zoneOffsetMs(meta.exchangeTimezoneName, timeMs), interval);
    };
    return rowsOf({ time: timestamp, ...quote }, toOpenTimeMs);
  },
};
