import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fetchFileName } from '../../../../market/data/providers/fetchFileName.ts';

const FETCHED = {
  symbol: 'BTC/USDT',
  timeframe: '1m',
  providers: ['binance', 'coingecko'],
  fromMs: Date.parse('2024-03-08'),
  toMs: Date.parse('2024-03-22T09:30:00Z'),
};

describe('the name of a fetched file', () => {
  it('tells what was fetched from whom', () => {
    expect(fetchFileName(FETCHED)).to.equal('btcusdt-1m-binance-coingecko-20240308-20240322T0930.csv.gz');
  });

  it('is another one for another range, and for months and minutes where letters have no case', () => {
    const others = [
      { ...FETCHED, timeframe: '1M' },
      { ...FETCHED, toMs: Date.parse('2024-03-22T09:30:15Z') },
      { ...FETCHED, fromMs: Date.parse('2024-03-08T10:00:00Z') },
      { ...FETCHED, providers: ['binance'] },
      FETCHED,
    ];
    expect(new Set(others.map((other) => fetchFileName(other).toLowerCase())).size).to.equal(others.length);
  });
});
