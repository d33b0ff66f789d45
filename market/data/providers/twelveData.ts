/** Twelve Data time series. https://twelvedata.com/docs#time-series */

import { z } from 'zod';
import { DAY_MS } from '../../../core/units.ts';
import { parseIsoTime } from '../isoTime.ts';
import { requireKey } from './apiKey.ts';
import { addBars, floorToBar, isCalendarBar } from './barInterval.ts';
import type { BarProvider } from './provider.ts';
import { ProviderFailure } from './providerFailure.ts';
import { decimal, parseShape } from './responseShape.ts';

const MAX_POINTS = 5000;

const series = z.object({
  status: z.literal('ok'),
  values: z.array(
    z.object({
      datetime: z.string(),
      open: decimal,
      high: decimal,
      low: decimal,
      close: decimal,
      // Pairs of currencies have none.
      volume: decimal.default(0),
    }),
  ),
});
/** With any status of HTTP, 200 included. */
const errorBody = z.object({ status: z.literal('error'), code: z.number(), message: z.string() });

const NO_DATA = /^no data is available on the specified dates/i;

export const twelveData: BarProvider = {
  name: 'twelvedata',
  title: 'Twelve Data',
  intervals: {
    '1m': '1min',
    '5m': '5min',
    '15m': '15min',
    '30m': '30min',
    '45m': '45min',
    '1h': '1h',
    '2h': '2h',
    '4h': '4h',
    '8h': '8h',
    '1d': '1day',
    '1w': '1week',
    '1M': '1month',
  },
  limit: { weightPerMinute: 8, burst: 1 },
  access(environment) {
    const key = requireKey(environment, 'TWELVE_DATA_API_KEY', 'twelvedata');
    return {
      baseUrl: 'https://api.twelvedata.com',
      headers: { authorization: `apikey ${key}` },
      query: {},
      secret: key,
    };
  },
  symbolFor: (symbol) => (symbol.kind === 'equity' ? symbol.ticker : `${symbol.base}/${symbol.quote}`),
  // EUR/USD looks like BTC/USD: an empty weekend is then asked for twice, which costs little.
  isContinuous: (symbol) => symbol.includes('/'),
  reach: ({ fromMs, interval }) => addBars(fromMs, interval, MAX_POINTS - 10),
  request({ symbol, interval, fromMs, toMs }) {
    const margin = isCalendarBar(interval) ? DAY_MS : 0;
    return {
      path: '/time_series',
      query: {
        symbol,
        interval: twelveData.intervals[interval] ?? interval,
        start_date: wireTime(fromMs - margin),
        end_date: wireTime(toMs + margin),
        outputsize: String(MAX_POINTS),
        timezone: 'UTC',
        order: 'ASC',
      },
      weight: 1,
    };
  },
  readError(body) {
    const error = errorBody.safeParse(body);
    if (!error.success) return null;
    const { code, message } = error.data;
    if (NO_DATA.test(message)) return 'empty';
    if (code === 429) return new ProviderFailure('rateLimited', message);
    return new ProviderFailure(code >= 500 ? 'server' : 'refused', message);
  },
  parse: (body, { interval }) =>
    parseShape(series, body).values.map(({ datetime, ...prices }) => {
      const timeMs = parseIsoTime(datetime) ?? NaN;
      return { openTimeMs: isCalendarBar(interval) ? floorToBar(timeMs, interval) : timeMs, ...prices };
    }),
};

/** `2020-01-31 12:00:00`, read in the time zone that is asked for. */
const wireTime = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
