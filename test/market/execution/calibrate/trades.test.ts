import { expect } from 'chai';
import { describe, it } from 'mocha';
import { existsSync } from 'node:fs';
import { InputError } from '../../../../core/errors.ts';
import { createRng } from '../../../../core/rng.ts';
import { SECOND_MS } from '../../../../core/units.ts';
import { calibrate } from '../../../../market/execution/calibrate/calibrate.ts';
import { measureEffectiveSpread } from '../../../../market/execution/calibrate/effectiveSpread.ts';
import { fitImpact } from '../../../../market/execution/calibrate/impactFit.ts';
import { PrevailingQuotes } from '../../../../market/execution/calibrate/prevailingQuotes.ts';
import { readQuotes } from '../../../../market/execution/calibrate/quoteRecording.ts';
import { readTrades } from '../../../../market/execution/calibrate/tradeRecording.ts';
import type { Impact } from '../../../../market/execution/orderMeasures.ts';
import type { InstrumentEntry } from '../../../../market/execution/table.ts';
import { withFolder, writeText } from '../fixtures.ts';
import { MONDAY } from './orderFixtures.ts';

const DATA = process.env.REGIMEN_DATA ?? new URL('../../../../../shared/data', import.meta.url).pathname;
const BOOKS = `${DATA}/books`;

interface MarketShape {
  /** Of the law that moves the mid. */
  readonly coefficient: number;
  readonly seconds?: number;
  /** Added to the times of trades. */
  readonly clockMs?: number;
  /** Standard deviation of what moves the mid besides trades, as a share of what trades do. */
  readonly noise?: number;
}

const HALF_SPREAD = 0.05;

/**
 * A market in which one trade a second, of random side and size, moves the mid at once by the law
 * `coefficient x 1 bps x sign x sqrt(notional / mean notional)`, and a random walk moves it besides.
 */
function writeMarket(dir: string, { coefficient, seconds = 2000, clockMs = 0, noise = 1 }: MarketShape) {
  const rng = createRng(11).fork('impact');
  const draws = Array.from({ length: seconds }, () => ({
    side: rng.next() < 0.5 ? -1 : 1,
    quantity: 0.1 + 2 * rng.next() ** 2,
    walk: (rng.next() - 0.5) * Math.sqrt(12),
  }));
  const meanQuantity = draws.reduce((sum, { quantity }) => sum + quantity, 0) / seconds;
  const quotes = ['timestamp,bid,ask'];
  const trades = ['timestamp,price,qty,taker_side'];
  let mid = 1000;
  const quote = (timeMs: number) => quotes.push(`${timeMs},${mid - HALF_SPREAD},${mid + HALF_SPREAD}`);
  draws.forEach(({ side, quantity, walk }, i) => {
    const startMs = MONDAY + i * SECOND_MS;
    quote(startMs + 100);
    const price = mid + side * HALF_SPREAD;
    trades.push(`${startMs + 500 + clockMs},${price},${quantity},${side > 0 ? 'buy' : 'sell'}`);
    mid *= 1 + (coefficient * side * Math.sqrt(quantity / meanQuantity) + noise * walk) * 1e-4;
    // Of the very moment of the trade: what it did is not what it met.
    quote(startMs + 500);
  });
  return {
    quotes: writeText(dir, 'quotes.csv', `${quotes.join('\n')}\n`),
    trades: writeText(dir, 'trades.csv', `${trades.join('\n')}\n`),
  };
}

function fit(shape: MarketShape, bucketMs = SECOND_MS): Impact {
  let found: Impact | null = null;
  withFolder((dir) => {
    const { quotes, trades } = writeMarket(dir, shape);
    found = fitImpact([readTrades(trades)], new PrevailingQuotes([readQuotes(quotes)]), bucketMs);
  });
  return found as unknown as Impact;
}

describe('market impact', () => {
  it('the coefficient of a market that obeys the law comes back, within its standard error', () => {
    for (const coefficient of [0.5, 1, 3]) {
      const found = fit({ coefficient });
      // In units of the bucket's volatility: what moved the mid by 1 bps was that share of it.
      const expected = coefficient / found.volatilityBps;
      expect(Math.abs(found.coefficient - expected)).to.be.below(3 * found.standardError);
      expect(found.standardError).to.be.below(0.05);
      expect(found).to.include({ exponent: 0.5, count: 1998, bucketMs: SECOND_MS });
      expect(found.r2).to.be.closeTo(coefficient ** 2 / (coefficient ** 2 + 1), 0.05);
    }
  });

  it('its parts give the cost of an order: coefficient x volatility x root of the share of volume', () => {
    const { coefficient, volatilityBps, volumeNotional } = fit({ coefficient: 2, noise: 0.01 });
    expect(coefficient * volatilityBps * Math.sqrt(volumeNotional / volumeNotional)).to.be.closeTo(2, 0.05);
  });

  it('trades that move nothing show no impact, and are refused', () => {
    expect(() => fit({ coefficient: 0 })).to.throw(InputError, /no impact can be told from noise; got "-?0\.0/);
  });

  it('a sample that is too small is refused', () => {
    expect(() => fit({ coefficient: 2, seconds: 101 })).to.throw(
      InputError,
      /too few trades.*got 99; rule: at least 100/,
    );
    expect(fit({ coefficient: 2, seconds: 102 }).count).to.equal(100);
  });
});

describe('the effective half-spread', () => {
  const measure = (shape: MarketShape, clockMs = 0) => {
    let found: ReturnType<typeof measureEffectiveSpread> | null = null;
    withFolder((dir) => {
      const { quotes, trades } = writeMarket(dir, shape);
      const prevailing = new PrevailingQuotes([readQuotes(quotes)]);
      found = measureEffectiveSpread([readTrades(trades, clockMs)], prevailing);
    });
    return found as unknown as ReturnType<typeof measureEffectiveSpread>;
  };

  it('is measured against the mid before the trade, not the one that the trade made', () => {
    const found = measure({ coefficient: 2 });
    expect(found.mean).to.be.closeTo((HALF_SPREAD / 1000) * 10_000, 0.02);
    expect(found).to.include({ count: 2000, level: 'pair', source: 'trades.csv' });
  });

  it('trades by another clock are refused with the shift that mends it, and taken with it', () => {
    const shape = { coefficient: 2, clockMs: 700, noise: 0 };
    expect(() => measure(shape)).to.throw(InputError, /do not share a clock.*--trades-clock-ms -700$/);
    expect(measure(shape, -700).mean).to.be.closeTo(0.5, 0.02);
  });
});

describe('a recording of trades', () => {
  const HEAD = 'timestamp,price,qty,taker_side\n';
  const read = (text: string) => withFolder((dir) => void readTrades(writeText(dir, 't.csv', text)));

  it('without sizes, sides or order is refused', () => {
    read(`${HEAD}1000,10,1,buy\n2000,10,1,SELL\n`);
    read('timestamp,price,size,side\n1000,10,1,b\n');
    expect(() => read('timestamp,price,taker_side\n1000,10,buy\n')).to.throw(
      InputError,
      /t\.csv: trades without sizes/,
    );
    expect(() => read('timestamp,price,qty\n1000,10,1\n')).to.throw(InputError, /column 'taker_side' is missing/);
    expect(() => read(`${HEAD}2000,10,1,buy\n1000,10,1,buy\n`)).to.throw(InputError, /t\.csv:3: trades out of order/);
    expect(() => read(`${HEAD}1000,10,0,buy\n`)).to.throw(InputError, /size is not positive/);
    expect(() => read(`${HEAD}1000,-1,1,buy\n`)).to.throw(InputError, /price is not positive/);
    expect(() => read(`${HEAD}1000,10,1,long\n`)).to.throw(InputError, /t\.csv:2 taker_side: neither buy nor sell/);
    expect(() => read(`${HEAD}1000,10,x,buy\n`)).to.throw(InputError, /t\.csv:2 qty: not a number/);
  });

  it('needs tick quotes beside it', () => {
    withFolder((dir) => {
      const trades = [writeText(dir, 't.csv', `${HEAD}1000,10,1,buy\n2000,10,1,buy\n`)];
      const header = 'timestamp,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n';
      const bars = writeText(dir, 'bars.csv', `${header}0,9,9,9,9,11,11,11,11\n60000,9,9,9,9,11,11,11,11\n`);
      const about = { instrument: 'X', assetClass: 'test', venue: 'test', trades, quotes: [bars] };
      expect(() => calibrate(about)).to.throw(InputError, /trades without tick quotes/);
    });
  });
});

describe('the shared trades', () => {
  const measure = (name: string, clockMs = 0, bucketMs = SECOND_MS): InstrumentEntry =>
    calibrate({
      bucketMs,
      instrument: name,
      assetClass: 'crypto',
      venue: 'binance',
      quotes: [`${BOOKS}/${name}-bookticker.csv.gz`],
      trades: [`${BOOKS}/${name}-trades.csv.gz`],
      tradesClockMs: clockMs,
    });
  before(function () {
    if (!existsSync(`${BOOKS}/btcusdt-perp-trades.csv.gz`)) this.skip();
  });

  it('BTCUSDT: five minutes show a coefficient near one, whatever the bucket, as other markets do', () => {
    const { impact, effectiveHalfSpreadBps } = measure('btcusdt-perp');
    expect(impact?.coefficient).to.be.within(0.5, 1.3);
    for (const bucketMs of [250, 2000]) {
      const other = measure('btcusdt-perp', 0, bucketMs).impact?.coefficient ?? NaN;
      expect(other / (impact?.coefficient ?? NaN)).to.be.within(0.8, 1.25);
    }
    expect(impact?.r2).to.be.above(0.3);
    expect(impact?.count).to.be.above(300);
    // Sweeps pay far more than the hundredth of a basis point that is quoted.
    expect(effectiveHalfSpreadBps?.p50).to.be.below(0.2);
    expect(effectiveHalfSpreadBps?.p90).to.be.above(1);
  }).timeout(20_000);

  it('ETHUSDT: quotes were stamped by another clock, which is found', () => {
    expect(() => measure('ethusdt-spot')).to.throw(InputError, /69\.2 % of it .*--trades-clock-ms -1280/);
    expect(measure('ethusdt-spot', -1280).impact?.coefficient).to.be.within(0.5, 1.3);
  }).timeout(20_000);
});
