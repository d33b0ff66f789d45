import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { computePerformance, computePerRegime } from '../../evaluation/metrics.ts';
import { refusal } from '../helpers/refusal.ts';
import { ledgerOf } from './ledgers.ts';

const reference = new URL('../../../shared/data/reference/finrl-account-value.csv', import.meta.url);

describe('metrics', () => {
  it('agree with the published figures of an account curve', function () {
    if (!existsSync(reference)) {
      console.warn('skipped: finrl-account-value.csv is not there');
      this.skip();
    }
    const lines = readFileSync(reference, 'utf8').trim().split('\n').slice(1);
    const [startEquity, ...equity] = lines.map((line) => Number(line.split(',')[1]));
    const { sharpe, maxDrawdown } = computePerformance([ledgerOf(equity, { startEquity })], 252);
    expect(sharpe).to.be.closeTo(0.4466, 5e-5);
    expect(maxDrawdown).to.be.closeTo(-0.341, 5e-5);
  });

  it('agree with a series worked out by hand', () => {
    // Returns +10 %, -10 %, +20 %; mean 1/15, squared deviations sum to 0.14/3.
    const found = computePerformance([ledgerOf([110, 99, 118.8])], 12);
    expect(found.totalReturn).to.be.closeTo(0.188, 1e-12);
    expect(found.sharpe).to.be.closeTo((1 / 15 / Math.sqrt(0.14 / 3 / 2)) * Math.sqrt(12), 1e-9);
    expect(found.sortino).to.be.closeTo((1 / 15 / Math.sqrt(0.01 / 3)) * Math.sqrt(12), 1e-9);
    expect(found.annualVolatility).to.be.closeTo(Math.sqrt((0.14 / 3 / 2) * 12), 1e-12);
    expect(found.annualReturn).to.be.closeTo(1.188 ** 4 - 1, 1e-9);
    expect(found.maxDrawdown).to.be.closeTo(-0.1, 1e-12);
    expect(found.calmar).to.be.closeTo((1.188 ** 4 - 1) / 0.1, 1e-8);
    expect(found).to.include({ trades: 0, winRate: null, turnover: 0, exposure: 0, bars: 3, paths: 1 });
  });

  it('what is undefined is null: no variance, no loss, a single bar', () => {
    const flat = computePerformance([ledgerOf([100, 100, 100])], 8760);
    expect(flat).to.include({ sharpe: null, sortino: null, calmar: null, totalReturn: 0, maxDrawdown: 0 });
    const steady = computePerformance(
      [ledgerOf(Array.from({ length: 50 }, (_, bar) => 100 * 1.01 ** (bar + 1)))],
      8760,
    );
    expect(steady).to.include({ sharpe: null, sortino: null, calmar: null });
    const single = computePerformance([ledgerOf([101])], 8760);
    expect(single).to.include({ sharpe: null, sortino: null, annualVolatility: null });
    expect(computePerformance([ledgerOf([100, 1e300])], 8760).annualReturn).to.equal(null);
  });

  it('the drawdown of a curve that never falls is 0, and a loss on the first bar is one', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 1 }), (steps) => {
        let equity = 100;
        const rising = steps.map((step) => (equity += step));
        expect(computePerformance([ledgerOf(rising)], 252).maxDrawdown).to.equal(0);
      }),
    );
    expect(computePerformance([ledgerOf([80, 90])], 252).maxDrawdown).to.be.closeTo(-0.2, 1e-12);
  });

  it('scaling equity by a constant changes nothing', () => {
    const curve = [103, 99, 104, 101, 120];
    const scaled = ledgerOf(
      curve.map((value) => value * 7),
      { startEquity: 700 },
    );
    const one = computePerformance([ledgerOf(curve)], 252);
    const other = computePerformance([scaled], 252);
    for (const key of ['totalReturn', 'sharpe', 'sortino', 'calmar', 'maxDrawdown'] as const) {
      expect(other[key]).to.be.closeTo(one[key] ?? NaN, 1e-9);
    }
  });

  it('pools bars over paths: two mirrored paths do not diversify their risk away', () => {
    const up = ledgerOf([110, 99], { path: 'a' });
    const down = ledgerOf([90, 99], { path: 'b' });
    const found = computePerformance([up, down], 252);
    expect(found.annualVolatility).to.be.closeTo(Math.sqrt((0.04 / 3) * 252), 1e-9);
    expect(found.maxDrawdown).to.be.closeTo(-0.1, 1e-12);
    expect(found).to.include({ bars: 4, paths: 2 });
  });

  it('counts turnover, costs and exposure by their definitions', () => {
    const rows = [
      {
        tradedNotional: 100,
        feeCost: 1,
        spreadCost: 2,
        slippageCost: 3,
        latencyCost: 0.5,
        impactCost: 1.5,
        quantity: 9.4,
        cash: 0,
      },
      { interestCost: 4, quantity: 9.4, cash: -4 },
      { tradedNotional: 90, quantity: 0 },
    ];
    const found = computePerformance([ledgerOf([94, 90, 90], { rows })], 300);
    expect(found.turnover).to.be.closeTo((190 / (274 / 3)) * 100, 1e-9);
    const kinds = { fees: 0.01, spread: 0.02, slippage: 0.03, interest: 0.04 };
    expect(found.costs).to.deep.equal({ ...kinds, total: 0.1, latency: 0.005, impact: 0.015 });
    expect(found.exposure).to.be.closeTo((1 + 94 / 90 + 0) / 3, 1e-12);
    expect(found).to.include({ trades: 1, winRate: 0 });
  });

  it('cuts returns by the label of each bar, and the cuts multiply up to the whole', () => {
    const rows = [{ regime: 0 }, { regime: 1 }, { regime: 0 }, { regime: 255 }];
    const ledger = ledgerOf([110, 99, 118.8, 118.8], { rows });
    const found = computePerRegime([ledger], 252);
    expect(Object.keys(found)).to.deep.equal(['uptrend', 'downtrend', 'unknown']);
    expect(found.uptrend?.totalReturn).to.be.closeTo(1.1 * 1.2 - 1, 1e-12);
    expect(found.downtrend).to.include({ bars: 1, sharpe: null });
    const whole = Object.values(found).reduce((growth, part) => growth * (1 + part.totalReturn), 1) - 1;
    expect(whole).to.be.closeTo(0.188, 1e-12);
  });

  it('refuses a ledger without bars and a year without bars', async () => {
    expect(await refusal(() => computePerformance([], 252))).to.contain('nothing to judge');
    expect(await refusal(() => computePerformance([ledgerOf([], { path: 'empty' })], 252))).to.contain("'empty'");
    expect(await refusal(() => computePerformance([ledgerOf([1])], 0))).to.contain('barsPerYear');
  });
});
