/** Which recordings the tables in configs/execution are measured from. */

import { join } from 'node:path';
import type { InstrumentEntry } from '../table.ts';
import { calibrate, type CalibrateOptions } from './calibrate.ts';
import { coverRecordings } from './heldOutCoverage.ts';
import { publishInstruments, type CalibrationResult } from './runCalibration.ts';

/** Venues of one instrument differ by more than its sessions do, so each has an entry; the plain name is the main venue. */
const SHIPPED: readonly CalibrateOptions[] = [
  {
    instrument: 'EURUSD',
    assetClass: 'fx',
    venue: 'oanda',
    quotes: ['quotes/eurusd-tick-oanda.csv.gz', 'quotes/eurusd-1h-oanda.csv.gz'],
    // Ticks see every moment of eight days; hours see eight years at the full hour, where news prints and hourly bars
    // trade. The spreads of 2008 are worth knowing, but are no longer the market.
    halfLifeDays: 365,
  },
  {
    instrument: 'BTCUSDT',
    assetClass: 'crypto',
    venue: 'binance-perp',
    quotes: ['books/btcusdt-perp-bookticker.csv.gz'],
    // The feed replays to full books; the 20-level snapshots of the same minutes end at a tenth of the largest order.
    books: ['books/btcusdt-perp-raw-feed.gz'],
    trades: ['books/btcusdt-perp-trades.csv.gz'],
  },
  {
    instrument: 'BTCUSDT@bybit-linear',
    assetClass: 'crypto',
    venue: 'bybit-linear',
    quotes: ['quotes/btcusdt-1m-bybit-linear.csv.gz'],
  },
  {
    instrument: 'BTCUSDT@bybit-spot',
    assetClass: 'crypto',
    venue: 'bybit-spot',
    quotes: ['quotes/btcusdt-1m-bybit-spot.csv.gz'],
  },
  {
    instrument: 'ETHUSDT',
    assetClass: 'crypto',
    venue: 'binance-spot',
    quotes: ['books/ethusdt-spot-bookticker.csv.gz'],
    books: ['books/ethusdt-spot-book20-1s.csv.gz'],
    trades: ['books/ethusdt-spot-trades.csv.gz'],
    // Quotes of spot carry no time of the exchange but that of the recorder, which ran behind it.
    tradesClockMs: -1280,
  },
  {
    instrument: 'BTCUSD',
    assetClass: 'crypto',
    venue: 'coinbase',
    quotes: ['quotes/btcusd-1m-coinbase.csv.gz'],
  },
  {
    instrument: 'SPY',
    assetClass: 'equity',
    venue: 'us-consolidated',
    quotes: ['quotes/spy-1m.csv.gz'],
  },
];

/**
 * Measures every shipped instrument and publishes them in one table.
 *
 * @param dataDir folder that holds `quotes/` and `books/`
 * @param outDir folder of the tables
 * @param date YYYY-MM-DD
 * @throws InputError for a recording that is missing or not sound
 */
export function calibrateShippedTables(dataDir: string, outDir: string, date: string): CalibrationResult {
  const entries = SHIPPED.map((options): readonly [string, InstrumentEntry] => [
    options.instrument,
    calibrate({
      ...options,
      quotes: within(dataDir, options.quotes),
      books: within(dataDir, options.books),
      trades: within(dataDir, options.trades),
    }),
  ]);
  const coverage = SHIPPED.flatMap(({ instrument, quotes }) => coverRecordings(instrument, within(dataDir, quotes)));
  // The recordings are the same every time: a difference is meant, it comes from a change of the method.
  return { ...publishInstruments(Object.fromEntries(entries), { out: outDir, date, drift: 'accept' }), coverage };
}

const within = (dir: string, paths: readonly string[] = []): string[] => paths.map((path) => join(dir, path));
