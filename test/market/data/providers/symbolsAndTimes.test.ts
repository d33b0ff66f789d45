import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  addBars,
  BAR_INTERVALS,
  ceilToBar,
  floorToBar,
  longestSpanMs,
} from '../../../../market/data/providers/barInterval.ts';
import { planBatches } from '../../../../market/data/providers/batches.ts';
import { resolveFetchOptions } from '../../../../market/data/providers/fetchOptions.ts';
import { parseMarketSymbol } from '../../../../market/data/providers/marketSymbol.ts';
import { findProvider, PROVIDERS } from '../../../../market/data/providers/providers.ts';
import { fromZonedMs, zoneOffsetMs } from '../../../../market/data/providers/zonedTime.ts';
import { refusal } from '../../../helpers/refusal.ts';

const utc = (text: string): number => Date.parse(`${text}Z`);
const anyTime = fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2060, 0, 1) });

describe('symbols', () => {
  const words = (symbol: string) =>
    Object.fromEntries(
      [...PROVIDERS.values()].map((provider) => {
        try {
          return [provider.name, provider.symbolFor(parseMarketSymbol(symbol))];
        } catch {
          return [provider.name, null];
        }
      }),
    );

  it('each provider writes them in its own way, or refuses', () => {
    expect(words('BTC/USD')).to.deep.equal({
      binance: 'BTCUSD',
      yahoo: 'BTC-USD',
      alphavantage: 'crypto:BTC/USD',
      finnhub: 'BINANCE:BTCUSD',
      polygon: 'X:BTCUSD',
      twelvedata: 'BTC/USD',
      coingecko: 'bitcoin/usd',
    });
    expect(words('EURUSD')).to.deep.equal({
      binance: null,
      yahoo: 'EURUSD=X',
      alphavantage: 'forex:EUR/USD',
      finnhub: 'OANDA:EUR_USD',
      polygon: 'C:EURUSD',
      twelvedata: 'EUR/USD',
      coingecko: null,
    });
    expect(words('brk.b')).to.include({ yahoo: 'BRK-B', polygon: 'BRK.B', binance: null, coingecko: null });
    // A tether is not a dollar: none is silently taken for the other.
    expect(words('BTCUSDT')).to.include({ binance: 'BTCUSDT', yahoo: null, coingecko: null });
  });

  it('a ticker that ends like a currency is a ticker, a well-known coin is a coin', () => {
    expect(parseMarketSymbol('BTCUSD')).to.deep.equal({ kind: 'crypto', base: 'BTC', quote: 'USD' });
    expect(parseMarketSymbol('PEPEUSDT')).to.deep.equal({ kind: 'crypto', base: 'PEPE', quote: 'USDT' });
    expect(parseMarketSymbol('eur-usd')).to.deep.equal({ kind: 'forex', base: 'EUR', quote: 'USD' });
    expect(parseMarketSymbol('BRK-B')).to.deep.equal({ kind: 'equity', ticker: 'BRK-B' });
    expect(parseMarketSymbol('^GSPC')).to.deep.equal({ kind: 'equity', ticker: '^GSPC' });
  });
});

describe('open times of bars', () => {
  it('every time lies in one bar, and counting bars forth and back leads back', () =>
    fc.assert(
      fc.property(
        anyTime,
        fc.constantFrom(...BAR_INTERVALS),
        fc.integer({ min: -500, max: 500 }),
        (time, interval, count) => {
          const open = floorToBar(time, interval);
          expect(open).to.be.at.most(time);
          expect(addBars(open, interval, 1)).to.be.greaterThan(time);
          expect(addBars(open, interval, 1) - open).to.be.at.most(longestSpanMs(interval));
          expect(addBars(addBars(open, interval, count), interval, -count)).to.equal(open);
          expect(floorToBar(open, interval)).to.equal(open);
          expect(ceilToBar(open, interval)).to.equal(open);
        },
      ),
    ));

  it('weeks start on Monday, months on the first, also in February', () => {
    expect(new Date(floorToBar(utc('2024-03-10T12:00'), '1w')).toISOString()).to.equal('2024-03-04T00:00:00.000Z');
    expect(new Date(addBars(utc('2024-01-01T00:00'), '1M', 2)).toISOString()).to.equal('2024-03-01T00:00:00.000Z');
  });

  it('batches follow one another without a hole, none too long, and cover the range', () =>
    fc.assert(
      fc.property(
        anyTime,
        fc.integer({ min: 1, max: 5000 }),
        fc.constantFrom(...BAR_INTERVALS),
        fc.integer({ min: 1, max: 1000 }),
        (fromMs, bars, interval, batchBars) => {
          const start = ceilToBar(fromMs, interval);
          const batches = planBatches({ interval, fromMs, toMs: addBars(start, interval, bars), batchBars });
          expect(batches[0].fromMs).to.equal(start);
          expect(batches.at(-1)?.toMs).to.equal(addBars(start, interval, bars));
          for (const [index, batch] of batches.entries()) {
            expect(batch.index).to.equal(index);
            expect(batch.toMs).to.be.at.most(addBars(batch.fromMs, interval, batchBars));
            if (index > 0) expect(batch.fromMs).to.equal(batches[index - 1].toMs);
          }
        },
      ),
    ));
});

describe('wall clocks', () => {
  it('a time read off a clock and put back is the same time, but for the hour that is there twice', () =>
    fc.assert(
      fc.property(
        anyTime,
        fc.constantFrom('America/New_York', 'Europe/London', 'Asia/Tokyo', 'Australia/Sydney'),
        (time, zone) => {
          const wall = time + zoneOffsetMs(zone, time);
          const back = fromZonedMs(zone, wall);
          expect(back + zoneOffsetMs(zone, back)).to.equal(wall);
          expect(time - back).to.be.oneOf([0, 3_600_000]);
        },
      ),
    ));

  it('New York changes its clocks on the second Sunday of March and the first of November', () => {
    expect(fromZonedMs('America/New_York', utc('2024-03-10T01:59'))).to.equal(utc('2024-03-10T06:59'));
    expect(fromZonedMs('America/New_York', utc('2024-03-10T03:00'))).to.equal(utc('2024-03-10T07:00'));
    expect(fromZonedMs('America/New_York', utc('2024-11-03T01:30'))).to.equal(utc('2024-11-03T05:30'));
    expect(zoneOffsetMs('US/Eastern', utc('2024-11-03T06:30'))).to.equal(-5 * 3_600_000);
  });
});

describe('fetch options', () => {
  const binance = findProvider('binance');

  it('defaults, then all providers, then this provider, then the caller', () => {
    const environment = { REGIMEN_FETCH_RETRIES: '2', REGIMEN_BINANCE_RETRIES: '3', REGIMEN_FETCH_TIMEOUT_MS: '1000' };
    expect(resolveFetchOptions(binance, {}).retries).to.equal(5);
    expect(resolveFetchOptions(binance, environment)).to.include({ retries: 3, timeoutMs: 1000 });
    expect(resolveFetchOptions(findProvider('yahoo'), environment).retries).to.equal(2);
    expect(resolveFetchOptions(binance, environment, { retries: '7' }).retries).to.equal(7);
    expect(resolveFetchOptions(binance, environment, { retries: 7, 'binance.retries': 9 }).retries).to.equal(9);
  });

  it('a bad value is refused where it was said', async () => {
    const message = await refusal(() => resolveFetchOptions(binance, { REGIMEN_BINANCE_WEIGHT_PER_MINUTE: 'fast' }));
    expect(message).to.include('REGIMEN_BINANCE_WEIGHT_PER_MINUTE');
    expect(await refusal(() => resolveFetchOptions(binance, {}, { retries: -1 }))).to.include('--limit retries');
  });
});
