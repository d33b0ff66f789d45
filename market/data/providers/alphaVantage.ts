/** Alpha Vantage time series of stocks, forex and crypto. https://www.alphavantage.co/documentation/ */

import { z } from 'zod';
import { parseIsoTime } from '../isoTime.ts';
import { requireKey } from './apiKey.ts';
import { addBars, floorToBar, isCalendarBar, type BarInterval } from './barInterval.ts';
import type { BarProvider, BarWindow } from './provider.ts';
import { ProviderFailure } from './providerFailure.ts';
import { decimal, parseShape } from './responseShape.ts';
import { fromZonedMs, zoneOffsetMs } from './zonedTime.ts';

/** Fields are numbered, "1. open"; crypto once wrote "1a. open (USD)". */
const FIELD = /^\d+a?\. (open|high|low|close|volume)/;
const series = z.record(z.string(), z.record(z.string(), decimal));
const metaData = z.record(z.string(), z.string());

const LONG_FUNCTIONS: Readonly<Record<'equity' | 'forex' | 'crypto', Readonly<Partial<Record<BarInterval, string>>>>> =
  {
    equity: { '1d': 'TIME_SERIES_DAILY', '1w': 'TIME_SERIES_WEEKLY', '1M': 'TIME_SERIES_MONTHLY' },
    forex: { '1d': 'FX_DAILY', '1w': 'FX_WEEKLY', '1M': 'FX_MONTHLY' },
    crypto: { '1d': 'DIGITAL_CURRENCY_DAILY', '1w': 'DIGITAL_CURRENCY_WEEKLY', '1M': 'DIGITAL_CURRENCY_MONTHLY' },
  };

export const alphaVantage: BarProvider = {
  name: 'alphavantage',
  title: 'Alpha Vantage',
  intervals: {
    '1m': '1min',
    '5m': '5min',
    '15m': '15min',
    '30m': '30min',
    '1h': '60min',
    '1d': 'daily',
    '1w': 'weekly',
    '1M': 'monthly',
  },
  limit: { weightPerMinute: 5, burst: 1 },
  access(environment) {
    const key = requireKey(environment, 'ALPHA_VANTAGE_API_KEY', 'alphavantage');
    return { baseUrl: 'https://www.alphavantage.co', headers: {}, query: { apikey: key }, secret: key };
  },
  /** The kind is part of the word, because each has its own function: `AAPL`, `forex:EUR/USD`, `crypto:BTC/USD`. */
  symbolFor: (symbol) => (symbol.kind === 'equity' ? symbol.ticker : `${symbol.kind}:${symbol.base}/${symbol.quote}`),
  isContinuous: () => false,
  answersWhole: true,
  reach: (window) => (isMonthly(window) ? nextMonthMs(window.fromMs) : Infinity),
  request(window) {
    const { interval } = window;
    const { kind, names } = readSymbol(window.symbol);
    const isLong = isCalendarBar(interval);
    const query = isLong
      ? { function: LONG_FUNCTIONS[kind][interval] ?? '' }
      : {
          function: { equity: 'TIME_SERIES_INTRADAY', forex: 'FX_INTRADAY', crypto: 'CRYPTO_INTRADAY' }[kind],
          interval: alphaVantage.intervals[interval] ?? interval,
        };
    const month = isMonthly(window) ? { month: monthOf(window.fromMs), adjusted: 'false' } : {};
    const size = isLong && interval !== '1d' ? {} : { outputsize: 'full' };
    return { path: '/query', query: { ...query, ...names, ...month, ...size, datatype: 'json' }, weight: 1 };
  },
  readError(body) {
    if (typeof body !== 'object' || body === null) return null;
    const words = new Map<string, unknown>(Object.entries(body));
    if (words.has('Error Message')) return new ProviderFailure('refused', String(words.get('Error Message')));
    const note = words.get('Note') ?? words.get('Information');
    if (typeof note !== 'string') return null;
    // Both a limit and a function that must be paid for come under "Information", with status 200.
    const isLimit =
      words.has('Note') || (/rate limit|call frequency|per (second|minute|day)/i.test(note) && !isPaid(note));
    return new ProviderFailure(isLimit ? 'rateLimited' : 'refused', note);
  },
  parse(body, { interval }) {
    const entries = Object.entries(parseShape(z.record(z.string(), z.unknown()), body));
    const [, meta] = entries.find(([name]) => name === 'Meta Data') ?? [];
    const [, rows] = entries.find(([name]) => /time series/i.test(name)) ?? [];
    const zone = Object.entries(parseShape(metaData, meta)).find(([name]) => name.endsWith('Time Zone'))?.[1] ?? 'UTC';
    return Object.entries(parseShape(series, rows)).map(([time, fields]) => {
      const wallMs = parseIsoTime(time) ?? NaN;
      const openTimeMs = isCalendarBar(interval) ? floorToBar(wallMs, interval) : toUtcMs(zone, wallMs);
      const named = new Map(Object.entries(fields).map(([name, value]) => [FIELD.exec(name)?.[1], value]));
      const price = (name: string): number => named.get(name) ?? NaN;
      const [open, high, low, close] = [price('open'), price('high'), price('low'), price('close')];
      return { openTimeMs, open, high, low, close, volume: named.get('volume') ?? 0 };
    });
  },
};

const isPaid = (note: string): boolean => /premium (endpoint|function)/i.test(note);

/** "US/Eastern" or "UTC"; a time that is none stays so. */
const toUtcMs = (zone: string, wallMs: number): number =>
  Number.isFinite(wallMs) && !zone.startsWith('UTC') ? fromZonedMs(zone, wallMs) : wallMs;

function readSymbol(symbol: string): { kind: 'equity' | 'forex' | 'crypto'; names: Record<string, string> } {
  const [, kind, base, quote] = /^(forex|crypto):([^/]+)\/(.+)$/.exec(symbol) ?? [];
  if (kind === 'crypto') return { kind, names: { symbol: base, market: quote } };
  if (kind === 'forex') return { kind, names: { from_symbol: base, to_symbol: quote } };
  return { kind: 'equity', names: { symbol } };
}

/** Only intraday history of stocks is asked for by month; it comes in prices as they were traded. */
const isMonthly = ({ symbol, interval }: Pick<BarWindow, 'symbol' | 'interval'>): boolean =>
  !isCalendarBar(interval) && readSymbol(symbol).kind === 'equity';

/** Months are those of the exchange's clock. */
const NEW_YORK = 'America/New_York';

const monthStartMs = (timeMs: number): number => floorToBar(timeMs + zoneOffsetMs(NEW_YORK, timeMs), '1M');

const monthOf = (timeMs: number): string => new Date(monthStartMs(timeMs)).toISOString().slice(0, 7);

const nextMonthMs = (timeMs: number): number => fromZonedMs(NEW_YORK, addBars(monthStartMs(timeMs), '1M', 1));
