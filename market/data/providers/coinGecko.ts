/** CoinGecko OHLC: by range with a key of a paid plan, else the recent past. https://docs.coingecko.com/reference/coins-id-ohlc-range */

import { z } from 'zod';
import { InputError } from '../../../core/errors.ts';
import { DAY_MS } from '../../../core/units.ts';
import { addBars, longestSpanMs } from './barInterval.ts';
import { messageIn } from './fetchJson.ts';
import { refuseSymbol } from './marketSymbol.ts';
import type { BarProvider, BarWindow } from './provider.ts';
import { ProviderFailure } from './providerFailure.ts';
import { parseShape } from './responseShape.ts';

/** [close time, open, high, low, close]; there is no volume of a bar. */
const ohlc = z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]));
const errorStatus = z.object({ error_code: z.number(), error_message: z.string() });
const errorBody = z.union([
  z.object({ status: errorStatus }),
  z.object({ error: z.union([z.string(), z.object({ status: errorStatus })]) }),
]);

/** Candles of a range: most days that one request may span. */
const RANGE_DAYS: Readonly<Record<string, number>> = { '1h': 31, '1d': 180 };
/** Without a paid plan the length of the candles follows from how far back one asks. */
const RECENT_DAYS: Readonly<Record<string, readonly number[]>> = { '30m': [1], '4h': [7, 14, 30] };

const COIN_IDS: Readonly<Record<string, string>> = {
  BTC: 'bitcoin',
  ETH: 'ethereum',
  BNB: 'binancecoin',
  SOL: 'solana',
  XRP: 'ripple',
  ADA: 'cardano',
  DOGE: 'dogecoin',
  AVAX: 'avalanche-2',
  DOT: 'polkadot',
  LTC: 'litecoin',
  LINK: 'chainlink',
  BCH: 'bitcoin-cash',
  TRX: 'tron',
  XLM: 'stellar',
  ATOM: 'cosmos',
  UNI: 'uniswap',
  USDT: 'tether',
  USDC: 'usd-coin',
};

export const coinGecko: BarProvider = {
  name: 'coingecko',
  title: 'CoinGecko',
  intervals: { '30m': 'recent', '1h': 'hourly', '4h': 'recent', '1d': 'daily' },
  limit: { weightPerMinute: 10, burst: 1 },
  access(environment, interval) {
    const paid = environment['COINGECKO_API_KEY']?.trim() || null;
    const demo = environment['COINGECKO_DEMO_API_KEY']?.trim() || null;
    if (paid !== null) {
      const headers = { 'x-cg-pro-api-key': paid };
      return { baseUrl: 'https://pro-api.coingecko.com/api/v3', headers, query: {}, secret: paid };
    }
    if (interval in RANGE_DAYS) {
      throw new InputError({
        what: `coingecko needs the API key of a paid plan for ${interval}`,
        where: 'environment variable COINGECKO_API_KEY',
        rule: 'set, and not empty; without it there are 30m of the last day and 4h of the last 30 days',
      });
    }
    const headers: Record<string, string> = demo === null ? {} : { 'x-cg-demo-api-key': demo };
    return { baseUrl: 'https://api.coingecko.com/api/v3', headers, query: {}, secret: demo };
  },
  /** The coin's id and the currency: `bitcoin/usd`. */
  symbolFor(symbol) {
    const id = symbol.kind === 'crypto' ? COIN_IDS[symbol.base] : undefined;
    if (symbol.kind === 'crypto' && id !== undefined && /^[A-Z]{3}$/.test(symbol.quote)) {
      return `${id}/${symbol.quote.toLowerCase()}`;
    }
    throw refuseSymbol('coingecko', symbol, `COIN/USD, COIN/EUR, ... of ${Object.keys(COIN_IDS).join(', ')}`);
  },
  isContinuous: () => true,
  reach: ({ fromMs, interval }) =>
    interval in RANGE_DAYS
      ? addBars(fromMs, interval, Math.floor((RANGE_DAYS[interval] * DAY_MS) / longestSpanMs(interval)) - 2)
      : Infinity,
  request(window) {
    const [id, currency = 'usd'] = window.symbol.split('/');
    const path = `/coins/${encodeURIComponent(id)}/ohlc`;
    if (!(window.interval in RANGE_DAYS)) {
      return { path, query: { vs_currency: currency, days: String(recentDays(window)) }, weight: 1 };
    }
    // Times of the answer are closes: one bar more at each end, and the window picks its own.
    const spanMs = longestSpanMs(window.interval);
    const query = {
      vs_currency: currency,
      from: String((window.fromMs - spanMs) / 1000),
      to: String((window.toMs + spanMs) / 1000),
      interval: coinGecko.intervals[window.interval] ?? '',
    };
    return { path: `${path}/range`, query, weight: 1 };
  },
  readError(body, status) {
    if (status < 400 || !errorBody.safeParse(body).success) return null;
    const message = messageIn(body) ?? 'an error without a word';
    if (status === 429) return new ProviderFailure('rateLimited', message);
    return status >= 500 ? null : new ProviderFailure('refused', message);
  },
  parse: (body, { interval }) =>
    parseShape(ohlc, body).map(([closeTimeMs, open, high, low, close]) => ({
      openTimeMs: closeTimeMs - longestSpanMs(interval),
      open,
      high,
      low,
      close,
      volume: 0,
    })),
};

/** The fewest days that reach back to the window. */
function recentDays({ interval, fromMs, nowMs }: BarWindow): number {
  const choices = RECENT_DAYS[interval] ?? [];
  const days = choices.find((count) => nowMs - count * DAY_MS <= fromMs);
  if (days !== undefined) return days;
  const furthest = choices.at(-1) ?? 0;
  throw new ProviderFailure(
    'refused',
    `${interval} bars reach back ${furthest} days, not to ${new Date(fromMs).toISOString()}`,
  );
}
