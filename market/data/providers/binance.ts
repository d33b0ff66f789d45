/** Binance spot klines. https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md */

import { z } from 'zod';
import { addBars } from './barInterval.ts';
import { refuseSymbol } from './marketSymbol.ts';
import type { BarProvider } from './provider.ts';
import { parseShape } from './responseShape.ts';

const MAX_KLINES = 1000;
const KLINES_WEIGHT = 2;

/** [open time, open, high, low, close, base volume, close time, ...]: numbers as strings, so that none is rounded. */
const klines = z.array(z.tuple([z.number(), z.string(), z.string(), z.string(), z.string(), z.string()], z.unknown()));

export const binance: BarProvider = {
  name: 'binance',
  title: 'Binance',
  intervals: {
    '1m': '1m',
    '3m': '3m',
    '5m': '5m',
    '15m': '15m',
    '30m': '30m',
    '1h': '1h',
    '2h': '2h',
    '4h': '4h',
    '6h': '6h',
    '8h': '8h',
    '12h': '12h',
    '1d': '1d',
    '1w': '1w',
    '1M': '1M',
  },
  limit: { weightPerMinute: 1200, burst: 120 },
  access: () => ({ baseUrl: 'https://api.binance.com', headers: {}, query: {}, secret: null }),
  symbolFor(symbol) {
    if (symbol.kind === 'crypto') return symbol.base + symbol.quote;
    throw refuseSymbol('binance', symbol, 'a crypto pair such as BTCUSDT');
  },
  isContinuous: () => true,
  reach: ({ fromMs, interval }) => addBars(fromMs, interval, MAX_KLINES),
  request: ({ symbol, interval, fromMs, toMs }) => ({
    path: '/api/v3/klines',
    query: {
      symbol,
      interval: binance.intervals[interval] ?? interval,
      startTime: String(fromMs),
      // Inclusive.
      endTime: String(toMs - 1),
      limit: String(MAX_KLINES),
    },
    weight: KLINES_WEIGHT,
  }),
  parse: (body) =>
    parseShape(klines, body).map(([openTimeMs, open, high, low, close, volume]) => ({
      openTimeMs,
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
    })),
  usedWeight(headers) {
    const used = headers.get('x-mbx-used-weight-1m');
    return used === null ? null : Number(used);
  },
};
