/** The wire formats of the providers, written from their documentation and not from the code under test. */

import type { IncomingMessage } from 'node:http';
import type { BarColumn } from '../../../../market/data/bars.ts';
import type { BarInterval } from '../../../../market/data/providers/barInterval.ts';
import type { Asked, FakeProvider } from './fakeServer.ts';

const KEY = 'SECRET-4711';

function need(text: string | null, what: string): string {
  if (text === null || text === '') throw new Error(`${what} is missing`);
  return text;
}
const parameter = (url: URL, name: string): string => need(url.searchParams.get(name), name);
function needHeader(request: IncomingMessage, name: string, value: string): void {
  if (request.headers[name] !== value) throw new Error(`header ${name} is ${String(request.headers[name])}`);
}
function needPath(url: URL, path: string): void {
  if (url.pathname !== path) throw new Error(`path is ${url.pathname}, not ${path}`);
}
function wordOf(words: Readonly<Record<string, BarInterval>>, word: string): BarInterval {
  const interval = words[word];
  if (interval === undefined) throw new Error(`no interval ${word}`);
  return interval;
}

const binance: FakeProvider = {
  name: 'binance',
  symbol: 'BTCUSDT',
  timeframe: '5m',
  canRepeat: true,
  environment: {},
  read(url) {
    needPath(url, '/api/v3/klines');
    if (parameter(url, 'symbol') !== 'BTCUSDT') throw new Error('symbol');
    const interval = wordOf({ '1m': '1m', '5m': '5m', '1d': '1d', '1w': '1w', '1M': '1M' }, parameter(url, 'interval'));
    return { fromMs: Number(parameter(url, 'startTime')), toMs: Number(parameter(url, 'endTime')) + 1, interval };
  },
  answer: (bars, { interval }) => ({
    body: bars
      .slice(0, 1000)
      .map(({ openTimeMs, open, high, low, close, volume }) => [
        openTimeMs,
        open.toFixed(8),
        high.toFixed(8),
        low.toFixed(8),
        close.toFixed(8),
        volume.toFixed(8),
        openTimeMs + (interval === '1m' ? 60_000 : 300_000) - 1,
        '2434.19055334',
        308,
        '1756.87402397',
        '28.46694368',
        '0',
      ]),
  }),
  tooMany: {
    status: 429,
    body: { code: -1003, msg: 'Too much request weight used.' },
    headers: { 'retry-after': '7' },
  },
  unknownSymbol: { status: 400, body: { code: -1121, msg: 'Invalid symbol.' } },
};

const yahoo: FakeProvider = {
  name: 'yahoo',
  symbol: 'AAPL',
  timeframe: '5m',
  canRepeat: true,
  environment: {},
  read(url, request) {
    needPath(url, '/v8/finance/chart/AAPL');
    if (!/Mozilla/.test(request.headers['user-agent'] ?? '')) throw new Error('429 without a browser');
    const interval = wordOf({ '5m': '5m', '1d': '1d', '1wk': '1w', '1mo': '1M' }, parameter(url, 'interval'));
    const [fromMs, toMs] = ['period1', 'period2'].map((name) => Number(parameter(url, name)) * 1000);
    return { fromMs, toMs, interval };
  },
  answer(bars, { interval }) {
    // Days are stamped with the opening bell of New York, 13:30 UTC in summer and 14:30 in winter.
    const bell = interval === '5m' ? 0 : 13.5 * 3600;
    const column = (name: BarColumn) => bars.map((bar) => bar[name]);
    const meta = { currency: 'USD', symbol: 'AAPL', exchangeTimezoneName: 'America/New_York', gmtoffset: -18000 };
    const quote =
      bars.length === 0
        ? {}
        : {
            // A minute without a trade is a row of nulls.
            volume: [...column('volume'), null],
            low: [...column('low'), null],
            high: [...column('high'), null],
            open: [...column('open'), null],
            close: [...column('close'), null],
          };
    const timestamp = [...bars, ...bars.slice(-1)].map(
      (bar, row) => bar.openTimeMs / 1000 + bell + (row === bars.length ? 60 : 0),
    );
    const result = { meta, ...(bars.length > 0 && { timestamp }), indicators: { quote: [quote] } };
    return { body: { chart: { result: [result], error: null } } };
  },
  tooMany: { status: 429, body: 'Too Many Requests\r\n' },
  unknownSymbol: {
    status: 404,
    body: {
      chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } },
    },
  },
};

const EASTERN = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
});

const alphaVantage: FakeProvider = {
  name: 'alphavantage',
  symbol: 'IBM',
  timeframe: '30m',
  canRepeat: false,
  environment: { ALPHA_VANTAGE_API_KEY: KEY },
  read(url) {
    needPath(url, '/query');
    if (parameter(url, 'apikey') !== KEY || parameter(url, 'symbol') !== 'IBM') throw new Error('key or symbol');
    const name = parameter(url, 'function');
    if (name !== 'TIME_SERIES_INTRADAY') {
      const interval = wordOf({ TIME_SERIES_DAILY: '1d', TIME_SERIES_WEEKLY: '1w', TIME_SERIES_MONTHLY: '1M' }, name);
      return { fromMs: Date.UTC(2023, 0, 1), toMs: Date.UTC(2024, 2, 20), interval };
    }
    const interval = wordOf({ '30min': '30m' }, parameter(url, 'interval'));
    if (parameter(url, 'outputsize') !== 'full') throw new Error('only 100 bars');
    const month = Date.parse(`${parameter(url, 'month')}-01T00:00:00Z`);
    const next = new Date(month);
    next.setUTCMonth(next.getUTCMonth() + 1);
    // Months of New York's clock: five hours behind in winter, four in summer.
    const startOf = (wallMs: number) => wallMs + (new Date(wallMs).getUTCMonth() < 3 ? 5 : 4) * 3_600_000;
    return { fromMs: startOf(month), toMs: startOf(next.getTime()), interval };
  },
  answer(bars, { interval }) {
    const isLong = ['1d', '1w', '1M'].includes(interval);
    const label = (timeMs: number) => {
      if (!isLong) return EASTERN.format(timeMs);
      // Weeks and months are dated by their last day of trading.
      return new Date(timeMs + (interval === '1d' ? 0 : interval === '1w' ? 4 : 27) * 86_400_000)
        .toISOString()
        .slice(0, 10);
    };
    const newestFirst = [...bars].reverse();
    const rows = newestFirst.map(({ openTimeMs, open, high, low, close, volume }) => [
      label(openTimeMs),
      {
        '1. open': open.toFixed(4),
        '2. high': high.toFixed(4),
        '3. low': low.toFixed(4),
        '4. close': close.toFixed(4),
        '5. volume': String(volume),
      },
    ]);
    const name = { '1d': 'Time Series (Daily)', '1w': 'Weekly Time Series', '1M': 'Monthly Time Series' }[
      interval as '1d'
    ];
    return {
      body: {
        'Meta Data': { '1. Information': 'prices', '2. Symbol': 'IBM', '6. Time Zone': 'US/Eastern' },
        [name ?? 'Time Series (30min)']: Object.fromEntries(rows) as unknown,
      },
    };
  },
  tooMany: {
    status: 200,
    body: {
      Note: 'Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day.',
    },
  },
  unknownSymbol: {
    status: 200,
    body: { 'Error Message': `Invalid API call for the key ${KEY}. Please retry or visit the documentation.` },
  },
};

const finnhub: FakeProvider = {
  name: 'finnhub',
  symbol: 'AAPL',
  timeframe: '5m',
  canRepeat: true,
  environment: { FINNHUB_API_KEY: KEY },
  read(url, request) {
    needPath(url, '/stock/candle');
    needHeader(request, 'x-finnhub-token', KEY);
    const interval = wordOf({ '5': '5m', D: '1d', W: '1w', M: '1M' }, parameter(url, 'resolution'));
    return { fromMs: Number(parameter(url, 'from')) * 1000, toMs: Number(parameter(url, 'to')) * 1000 + 1, interval };
  },
  answer(bars) {
    if (bars.length === 0) return { body: { s: 'no_data' } };
    const column = (name: BarColumn) => bars.map((bar) => bar[name]);
    return {
      body: {
        c: column('close'),
        h: column('high'),
        l: column('low'),
        o: column('open'),
        s: 'ok',
        t: column('openTimeMs').map((timeMs) => timeMs / 1000),
        v: column('volume'),
      },
    };
  },
  tooMany: { status: 429, body: { error: 'API limit reached. Please try again later. Remaining Limit: 0' } },
  unknownSymbol: { status: 403, body: { error: `You don't have access to this resource with ${KEY}.` } },
};

const polygon: FakeProvider = {
  name: 'polygon',
  symbol: 'AAPL',
  timeframe: '5m',
  canRepeat: true,
  environment: { POLYGON_API_KEY: KEY },
  read(url, request) {
    needHeader(request, 'authorization', `Bearer ${KEY}`);
    const [, range, from, to] = /^\/v2\/aggs\/ticker\/AAPL\/range\/(\d+\/\w+)\/(\d+)\/(\d+)$/.exec(url.pathname) ?? [];
    if (parameter(url, 'adjusted') !== 'false' || parameter(url, 'sort') !== 'asc') throw new Error('query');
    const words: Record<string, BarInterval> = { '5/minute': '5m', '1/day': '1d', '1/week': '1w', '1/month': '1M' };
    return { fromMs: Number(from), toMs: Number(to) + 1, interval: wordOf(words, range ?? '') };
  },
  answer(bars, { interval }) {
    // Midnight in New York; weeks start on Sunday.
    const shift = interval === '5m' ? 0 : 5 * 3_600_000 - (interval === '1w' ? 86_400_000 : 0);
    const results = bars.map(({ openTimeMs, open, high, low, close, volume }) => {
      return { v: volume, vw: close, o: open, c: close, h: high, l: low, t: openTimeMs + shift, n: 12 };
    });
    const counts = { queryCount: bars.length, resultsCount: bars.length };
    const empty = bars.length === 0;
    const head = {
      ticker: 'AAPL',
      ...counts,
      adjusted: false,
      status: 'OK',
      request_id: '6a7e466379af0a71039d60cc78e72282',
    };
    return { body: empty ? head : { ...head, results } };
  },
  tooMany: {
    status: 429,
    body: { status: 'ERROR', request_id: 'x', error: "You've exceeded the maximum requests per minute, please wait." },
  },
  unknownSymbol: {
    status: 403,
    body: { status: 'NOT_AUTHORIZED', request_id: 'x', message: `You are not entitled to this data, ${KEY}.` },
  },
};

const twelveData: FakeProvider = {
  name: 'twelvedata',
  symbol: 'AAPL',
  timeframe: '5m',
  canRepeat: true,
  environment: { TWELVE_DATA_API_KEY: KEY },
  read(url, request) {
    needPath(url, '/time_series');
    needHeader(request, 'authorization', `apikey ${KEY}`);
    if (parameter(url, 'timezone') !== 'UTC' || parameter(url, 'order') !== 'ASC') throw new Error('query');
    const words: Record<string, BarInterval> = { '5min': '5m', '1day': '1d', '1week': '1w', '1month': '1M' };
    const time = (name: string) => Date.parse(`${parameter(url, name).replace(' ', 'T')}Z`);
    // Both ends belong to the answer.
    return {
      fromMs: time('start_date'),
      toMs: time('end_date') + 1,
      interval: wordOf(words, parameter(url, 'interval')),
    };
  },
  answer(bars, { interval }) {
    if (bars.length === 0) {
      const message = 'No data is available on the specified dates. Try setting different start/end dates.';
      return { body: { code: 400, message, status: 'error' } };
    }
    const values = bars.map(({ openTimeMs, open, high, low, close, volume }) => ({
      datetime: new Date(openTimeMs)
        .toISOString()
        .slice(0, interval === '5m' ? 19 : 10)
        .replace('T', ' '),
      open: open.toFixed(5),
      high: high.toFixed(5),
      low: low.toFixed(5),
      close: close.toFixed(5),
      volume: String(volume),
    }));
    return {
      body: { meta: { symbol: 'AAPL', interval, exchange_timezone: 'America/New_York' }, values, status: 'ok' },
    };
  },
  tooMany: {
    status: 200,
    body: {
      code: 429,
      message:
        'You have run out of API credits for the current minute. 9 API credits were used, with the current limit being 8.',
      status: 'error',
    },
  },
  unknownSymbol: {
    status: 200,
    body: { code: 404, message: `**symbol** not found: AAPLX. Your key is ${KEY}.`, status: 'error' },
  },
};

const coinGecko: FakeProvider = {
  name: 'coingecko',
  symbol: 'BTC/USD',
  timeframe: '1h',
  canRepeat: true,
  environment: { COINGECKO_API_KEY: KEY },
  read(url, request) {
    needPath(url, '/coins/bitcoin/ohlc/range');
    needHeader(request, 'x-cg-pro-api-key', KEY);
    if (parameter(url, 'vs_currency') !== 'usd') throw new Error('currency');
    const interval = wordOf({ hourly: '1h', daily: '1d' }, parameter(url, 'interval'));
    const [from, to] = ['from', 'to'].map((name) => Number(parameter(url, name)) * 1000);
    if (to - from > (interval === '1h' ? 31 : 180) * 86_400_000) throw new Error('range is too long');
    // Times are closes: a candle belongs to the range by its close.
    const spanMs = interval === '1h' ? 3_600_000 : 86_400_000;
    return { fromMs: from - spanMs, toMs: to - spanMs + 1, interval };
  },
  answer: (bars, { interval }) => ({
    body: bars.map(({ openTimeMs, open, high, low, close }) => [
      openTimeMs + (interval === '1h' ? 3_600_000 : 86_400_000),
      open,
      high,
      low,
      close,
    ]),
  }),
  tooMany: {
    status: 429,
    body: { status: { error_code: 429, error_message: "You've exceeded the Rate Limit." } },
    headers: { 'retry-after': '60' },
  },
  unknownSymbol: { status: 404, body: { error: `coin not found for ${KEY}` } },
};

export const FAKES: readonly FakeProvider[] = [binance, yahoo, alphaVantage, finnhub, polygon, twelveData, coinGecko];

export const fakeNamed = (name: string): FakeProvider => {
  const fake = FAKES.find((candidate) => candidate.name === name);
  if (fake === undefined) throw new Error(`no fake ${name}`);
  return fake;
};

export const FAKE_KEY = KEY;
export type { Asked };
