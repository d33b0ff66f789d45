import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS } from '../../../../core/units.ts';
import { alphaVantage } from '../../../../market/data/providers/alphaVantage.ts';
import type { BarInterval } from '../../../../market/data/providers/barInterval.ts';
import { binance } from '../../../../market/data/providers/binance.ts';
import { coinGecko } from '../../../../market/data/providers/coinGecko.ts';
import { finnhub } from '../../../../market/data/providers/finnhub.ts';
import { polygon } from '../../../../market/data/providers/polygon.ts';
import { ProviderFailure } from '../../../../market/data/providers/providerFailure.ts';
import { twelveData } from '../../../../market/data/providers/twelveData.ts';
import { yahoo } from '../../../../market/data/providers/yahoo.ts';

const utc = (text: string): number => Date.parse(`${text}Z`);
const windowOf = (symbol: string, interval: BarInterval, from: string, to: string) => ({
  symbol,
  interval,
  fromMs: utc(`${from}T00:00:00`),
  toMs: utc(`${to}T00:00:00`),
  nowMs: utc('2024-04-01T00:00:00'),
});
const kindOf = (failure: unknown): unknown => (failure instanceof ProviderFailure ? failure.kind : failure);

describe('formats of single providers', () => {
  it("Binance's documented kline is read, and its count of used weight", () => {
    // From the documentation, word for word.
    const kline = [
      1499040000000,
      '0.01634790',
      '0.80000000',
      '0.01575800',
      '0.01577100',
      '148976.11427815',
      1499644799999,
      '2434.19055334',
      308,
      '1756.87402397',
      '28.46694368',
      '17928899.62484339',
    ];
    expect(binance.parse([kline], windowOf('BTCUSDT', '1w', '2017-07-03', '2017-07-10'))).to.deep.equal([
      {
        openTimeMs: 1499040000000,
        open: 0.0163479,
        high: 0.8,
        low: 0.015758,
        close: 0.015771,
        volume: 148976.11427815,
      },
    ]);
    expect(binance.usedWeight?.(new Headers({ 'X-MBX-USED-WEIGHT-1M': '94' }))).to.equal(94);
    expect(binance.usedWeight?.(new Headers())).to.equal(null);
  });

  it('Yahoo: days are dated by the clock of their exchange, in Tokyo, London and Sydney', () => {
    const day = (zone: string, open: string) => {
      const column = [1];
      const quote = { open: column, high: column, low: column, close: column, volume: column };
      const meta = { exchangeTimezoneName: zone, gmtoffset: 0 };
      const body = { chart: { result: [{ meta, timestamp: [utc(open) / 1000], indicators: { quote: [quote] } }] } };
      const [bar] = yahoo.parse(body, windowOf('X', '1d', '2024-01-01', '2024-12-01'));
      return new Date(bar.openTimeMs).toISOString().slice(0, 10);
    };
    expect(day('Asia/Tokyo', '2024-01-15T00:00:00')).to.equal('2024-01-15');
    expect(day('Australia/Sydney', '2024-01-14T23:00:00')).to.equal('2024-01-15');
    // EURUSD=X opens at midnight in London: 23:00 UTC of the day before in summer.
    expect(day('Europe/London', '2024-07-14T23:00:00')).to.equal('2024-07-15');
    expect(day('America/New_York', '2024-07-15T13:30:00')).to.equal('2024-07-15');
  });

  it('Yahoo: a stretch without data is empty, a stretch too far back is refused', () => {
    const error = (code: string, description: string) => ({ chart: { result: null, error: { code, description } } });
    const empty = "Data doesn't exist for startDate = 1710000000, endDate = 1710050000";
    expect(yahoo.readError?.(error('Bad Request', empty), 400)).to.equal('empty');
    const far =
      '1m data not available for startTime=1 and endTime=2. The requested range must be within the last 30 days.';
    expect(kindOf(yahoo.readError?.(error('Unprocessable Entity', far), 422))).to.equal('refused');
    expect(yahoo.readError?.({ chart: { result: [], error: null } }, 200)).to.equal(null);
  });

  it('Alpha Vantage: forex and crypto have their own functions, field names and zones', () => {
    const crypto = windowOf('crypto:BTC/USD', '5m', '2024-03-01', '2024-03-02');
    expect(alphaVantage.request(crypto).query).to.include({
      function: 'CRYPTO_INTRADAY',
      symbol: 'BTC',
      market: 'USD',
    });
    const body = {
      'Meta Data': {
        '1. Information': 'Crypto Intraday (5min) Time Series',
        '7. Interval': '5min',
        '9. Time Zone': 'UTC',
      },
      'Time Series Crypto (5min)': {
        '2024-03-01 10:05:00': { '1. open': '2', '2. high': '4', '3. low': '1', '4. close': '3', '5. volume': '12.5' },
      },
    };
    expect(alphaVantage.parse(body, crypto)).to.deep.equal([
      { openTimeMs: utc('2024-03-01T10:05:00'), open: 2, high: 4, low: 1, close: 3, volume: 12.5 },
    ]);
    const forex = windowOf('forex:EUR/USD', '1d', '2024-03-01', '2024-03-02');
    expect(alphaVantage.request(forex).query).to.include({
      function: 'FX_DAILY',
      from_symbol: 'EUR',
      to_symbol: 'USD',
    });
    const daily = {
      'Meta Data': { '6. Time Zone': 'UTC' },
      'Time Series FX (Daily)': {
        '2024-03-01': { '1. open': '2', '2. high': '4', '3. low': '1', '4. close': '3' },
      },
    };
    expect(alphaVantage.parse(daily, forex)[0]).to.include({ openTimeMs: utc('2024-03-01T00:00:00'), volume: 0 });
    const old = {
      'Meta Data': { '6. Time Zone': 'UTC' },
      'Time Series (Digital Currency Daily)': {
        '2024-03-01': {
          '1a. open (USD)': '2',
          '1b. open (USD)': '9',
          '2a. high (USD)': '4',
          '3a. low (USD)': '1',
          '4a. close (USD)': '3',
          '5. volume': '7',
        },
      },
    };
    expect(alphaVantage.parse(old, crypto)[0]).to.include({ open: 2, high: 4, low: 1, close: 3, volume: 7 });
  });

  it('Alpha Vantage: "Information" is a limit or a refusal, by its words', () => {
    const say = (text: string) => kindOf(alphaVantage.readError?.({ Information: text }, 200));
    expect(say('We have detected your API key as X and our standard API rate limit is 25 requests per day.')).to.equal(
      'rateLimited',
    );
    expect(say('Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to ...')).to.equal(
      'refused',
    );
  });

  it("Alpha Vantage: months are those of New York's clock", () => {
    const ask = (text: string) =>
      alphaVantage.request({ ...windowOf('IBM', '5m', '2024-01-01', '2024-01-02'), fromMs: utc(text) });
    expect(ask('2024-03-01T04:55:00').query['month']).to.equal('2024-02');
    expect(ask('2024-03-01T05:00:00').query['month']).to.equal('2024-03');
    const reach = (text: string) => alphaVantage.reach({ symbol: 'IBM', interval: '5m', fromMs: utc(text) });
    expect(reach('2024-03-05T00:00:00')).to.equal(utc('2024-04-01T04:00:00'));
    expect(reach('2024-10-05T00:00:00')).to.equal(utc('2024-11-01T04:00:00'));
    expect(reach('2024-11-05T00:00:00')).to.equal(utc('2024-12-01T05:00:00'));
  });

  it('Finnhub: each kind of instrument has its own path', () => {
    const pathFor = (symbol: string) => finnhub.request(windowOf(symbol, '1m', '2024-03-01', '2024-03-02')).path;
    expect(pathFor('AAPL')).to.equal('/stock/candle');
    expect(pathFor('OANDA:EUR_USD')).to.equal('/forex/candle');
    expect(pathFor('BINANCE:BTCUSDT')).to.equal('/crypto/candle');
    // Its documentation's days are stamped with midnight in New York.
    const column = [1];
    const body = { s: 'ok', t: [1569297600], o: column, h: column, l: column, c: column, v: column };
    const [bar] = finnhub.parse(body, windowOf('AAPL', '1d', '2019-09-24', '2019-09-25'));
    expect(new Date(bar.openTimeMs).toISOString()).to.equal('2019-09-24T00:00:00.000Z');
  });

  it('Polygon: a request stays within 50,000 minutes or days, and more pages are noticed', () => {
    const reach = (interval: BarInterval) => polygon.reach({ symbol: 'AAPL', interval, fromMs: 0 });
    expect(reach('1m')).to.equal(50_000 * 60_000);
    expect(reach('1h')).to.equal(833 * HOUR_MS);
    expect(reach('4h')).to.equal(208 * 4 * HOUR_MS);
    expect(reach('1d')).to.equal(50_000 * DAY_MS);
    expect(polygon.isPartial?.({ status: 'OK', next_url: 'https://api.polygon.io/v2/aggs/...' })).to.equal(true);
    expect(polygon.isPartial?.({ status: 'OK' })).to.equal(false);
  });

  it('Twelve Data: pairs of currencies have no volume', () => {
    const value = { datetime: '2024-03-01 10:05:00', open: '2', high: '4', low: '1', close: '3' };
    const window = windowOf('EUR/USD', '5m', '2024-03-01', '2024-03-02');
    expect(twelveData.parse({ meta: {}, values: [value], status: 'ok' }, window)[0]).to.include({ volume: 0, open: 2 });
  });

  it('CoinGecko: without a paid key there is the recent past, and no further', () => {
    const near = windowOf('bitcoin/usd', '4h', '2024-03-20', '2024-03-30');
    expect(coinGecko.request(near)).to.deep.include({
      path: '/coins/bitcoin/ohlc',
      query: { vs_currency: 'usd', days: '14' },
    });
    const far = windowOf('bitcoin/usd', '4h', '2024-01-20', '2024-01-30');
    expect(() => coinGecko.request(far)).to.throw(ProviderFailure, 'reach back 30 days');
    expect(coinGecko.access({ COINGECKO_DEMO_API_KEY: 'demo' }, '4h').headers).to.deep.equal({
      'x-cg-demo-api-key': 'demo',
    });
    // From the documentation: the time is the close.
    const bars = coinGecko.parse([[1709395200000, 61942, 62211, 61721, 61845]], near);
    expect(bars[0]).to.include({ openTimeMs: 1709395200000 - 4 * HOUR_MS, open: 61942, close: 61845, volume: 0 });
  });
});
