import { expect } from 'chai';
import { describe, it } from 'mocha';
import { constantExecution } from '../helpers/constantExecution.ts';
import { columnsOf, liveBars, openAccount, type TestBar } from '../helpers/singleAccount.ts';
import { refusal } from '../helpers/refusal.ts';
import { checkPortfolioCosts, checkVolume, makeOrders } from '../../envs/makeOrders.ts';
import { activityColumns } from '../../envs/marketActivity.ts';
import { tradingConfig } from '../../envs/tradingConfig.ts';

/**
 * Worked by hand, with 1000 in cash: limits 1 % from the last close, good for two bars; parts of a tenth of the volume; half-spread
 * 10 bps, slippage 5 bps, impact of 1 bp x sqrt(notional), taker fee 20 bps, maker fee 4 bps, borrow 0.1 % a bar, cash 0.05 %.
 *
 * A limit filled in two parts as a maker (the second bar opens within it, but not with its costs), one filled in part as a taker
 * at an open beyond it and expired with the rest, a sale at the market carried over, a short by limit, and a flip.
 */
const LEDGER = [
  // open, high, low, close, volume, asked; traded, fee, spread, slippage, of it impact, interest, pending, quantity, cash, equity
  [100, 101, 98, 100, 30, 0.5],
  [297, 0.1188, 0, 0, 0, 0, 2.049495151, 3, 702.8812, 1002.8812],
  [98.95, 100, 98.5, 100, 30, 0.5],
  [202.900019996, 0.081160008, 0, 0, 0, 0, 0, 5.049495151, 499.900019996, 1004.849535143],
  [97, 98, 96.9, 98, 20, 1],
  [194, 0.388, 0.194, 0.367210733, 0.270210733, 0, 3.047476161, 7.049495151, 304.950809263, 995.801334108],
  [100, 101, 98.95, 100, 50, 1],
  [0, 0, 0, 0, 0, 0, 0, 7.049495151, 304.950809263, 1009.900324411],
  [100, 101, 90, 100, 50, 1],
  [0, 0, 0, 0, 0, 0, 0, 7.049495151, 304.950809263, 1009.900324411],
  [101, 102, 100, 102, 40, 0],
  [404, 0.808, 0.404, 1.01402995, 0.81202995, 0, -3.049495151, 3.049495151, 706.724779313, 1017.773284764],
  [103, 104, 102, 104, 100, 0],
  [314.098000602, 0.628196001, 0.314098001, 0.713718924, 0.556669924, 0, 0, 0, 1019.166766989, 1019.166766989],
  [104, 106, 103, 105, 200, -1],
  [1018.759263284, 0.407503705, 0, 0, 0, 0, 0, -9.698774403, 2037.518526567, 1019.14721426],
  [105, 106, 104, 104.5, 200, -1],
  [0, 0, 0, 0, 0, 1.018371312, 0, -9.698774403, 2036.500155255, 1022.978230149],
  [100, 101, 99, 101, 1000, 0.25],
  [1219.408355627, 2.438816711, 1.219408356, 4.86788157, 4.258177392, 0, 0, 2.495309153, 808.565692991, 1060.591917478],
] as const;

const COSTS = { halfSpreadBps: 10, slippageBps: 5, takerFeeBps: 20, makerFeeBps: 4 };
const bar = (open: number, high: number, low: number, weight = 1): TestBar => ({
  ...{ open, high, low, close: open, weight },
  volume: 1000,
});
const limit = (offsetBps: number, more = {}) => ({ order: { kind: 'limit', offsetBps, ...more } }) as const;
const stop = (offsetBps: number, more = {}) => ({ order: { kind: 'stop', offsetBps, ...more } }) as const;
const quiet = bar(100, 100, 100);

describe('orders', () => {
  it('keep the books of a ledger worked by hand: limits, parts, expiry, impact', () => {
    const rows = Array.from({ length: LEDGER.length / 2 }, (_, row) => LEDGER.slice(row * 2, row * 2 + 2));
    const bars = rows.map(([[open, high, low, close, volume, weight]]) => ({ open, high, low, close, volume, weight }));
    const a = openAccount(bars, {
      execution: {
        ...constantExecution({ ...COSTS, borrowRatePerBar: 1e-3, cashRatePerBar: 5e-4 }),
        impact: { coefficient: 0.5, measuredUnit: NaN, spanBars: 24 },
      },
      activity: { volatilityBps: new Float64Array(bars.length), unit: new Float64Array(bars.length).fill(2) },
      trading: { ...limit(100, { timeInForce: 'bars', bars: 2 }), partialFills: { maxShareOfVolume: 0.1 } },
    });
    rows.forEach(([, expected], row) => {
      a.stepBar(0, bars[row].weight, row);
      const amounts = [a.tradedNotional, a.feeCost, a.spreadCost, a.slippageCost, a.impactCost, a.interestCost];
      const found = [...amounts, a.pendingQuantity, a.quantity, a.cash, a.equity].map((column) => column[0]);
      expected.forEach((value, column) =>
        expect(found[column], `row ${row}, column ${column}`).to.be.closeTo(value, 1e-8),
      );
    });
  });

  it('a limit fills only where the bar trades through it by more than the half-spread, then at its price as a maker', () => {
    const filled = (low: number) =>
      liveBars([bar(100, 100, low)], { trading: limit(100), execution: constantExecution(COSTS), mark: 100 });
    expect(filled(99).quantity[0], 'touched').to.equal(0);
    expect(filled(98.902).quantity[0], 'not through by the half-spread').to.equal(0);
    const a = filled(98.9);
    expect(a.quantity[0] * 99).to.be.closeTo(1000 / 1.0004, 1e-9);
    expect([a.spreadCost[0], a.slippageCost[0]]).to.deep.equal([0, 0]);
    expect(a.feeCost[0]).to.be.closeTo(0.0004 * a.tradedNotional[0], 1e-12);
  });

  it('a limit fills at an open beyond it as a taker, and never at more than its price', () => {
    const a = liveBars([bar(90, 92, 89)], { trading: limit(100), execution: constantExecution(COSTS), mark: 100 });
    expect(a.tradedNotional[0] / a.quantity[0]).to.be.closeTo(90, 1e-9);
    expect(a.spreadCost[0]).to.be.closeTo(1e-3 * a.tradedNotional[0], 1e-9);
    const wide = constantExecution({ ...COSTS, halfSpreadBps: 2000 });
    const b = liveBars([bar(90, 92, 89)], { trading: limit(100), execution: wide, mark: 100 });
    expect(b.quantity[0], '90 and a spread of 20 % is beyond 99').to.equal(0);
  });

  it('a stop takes at its price where the bar reaches it, and at the open where the bar gaps over it', () => {
    const priceOf = (bars: readonly TestBar[]) => {
      const a = liveBars(bars, { trading: stop(100), execution: constantExecution(COSTS), mark: 100 });
      expect(a.spreadCost[0]).to.be.closeTo(1e-3 * a.tradedNotional[0], 1e-9);
      return a.tradedNotional[0] / a.quantity[0];
    };
    expect(priceOf([bar(100, 102, 99)])).to.be.closeTo(101, 1e-9);
    expect(priceOf([bar(104, 105, 99)])).to.be.closeTo(104, 1e-9);
    expect(priceOf([bar(100, 100.9, 99)])).to.be.NaN;
  });

  it('live as long as they are told to, and end as they are told to', () => {
    const held = (trading: object, count: number, low = 98) => {
      const bars = [...Array.from({ length: count }, () => quiet), bar(100, 100, low), quiet];
      return liveBars(bars, { trading, mark: 100 }).quantity[0];
    };
    expect(held(limit(100), 60)).to.be.above(9);
    expect(held(limit(100, { timeInForce: 'bars', bars: 3 }), 2)).to.be.above(9);
    expect(held(limit(100, { timeInForce: 'bars', bars: 3 }), 3)).to.equal(0);
    expect(held(limit(100, { timeInForce: 'day' }), 23)).to.be.above(9);
    expect(held(limit(100, { timeInForce: 'day' }), 24)).to.equal(0);
    expect(held(limit(100, { timeInForce: 'ioc' }), 0), 'never rests').to.equal(0);
    expect(held(limit(100, { timeInForce: 'ioc', onExpiry: 'market' }), 0, 100)).to.be.above(9);
    expect(held(limit(100, { timeInForce: 'day', onExpiry: 'market' }), 23, 100)).to.be.above(9);
    expect(held(limit(100, { timeInForce: 'gtc', onExpiry: 'market' }), 60, 100)).to.equal(0);
  });

  it('make a position smaller at the market, unless told to rest', () => {
    const bars = [bar(90, 91, 89), bar(90, 90, 90, 0)];
    expect(liveBars(bars, { trading: limit(100), mark: 100 }).quantity[0]).to.equal(0);
    expect(liveBars(bars, { trading: limit(100, { exits: 'resting' }), mark: 100 }).quantity[0]).to.be.above(9);
  });

  it('hurried, they go at the market, and take the place of one that rests', () => {
    const bars = [bar(90, 91, 89), bar(90, 90, 90, 0), bar(90, 90, 90, 0)];
    const a = openAccount(bars, { trading: limit(100, { exits: 'resting' }), mark: 100 });
    a.stepBar(0, 1, 0);
    a.stepBar(0, 0, 1);
    expect(a.pendingQuantity[0]).to.equal(-a.quantity[0]);
    a.hurry(0);
    a.stepBar(0, 0, 2);
    expect([a.quantity[0], a.pendingQuantity[0]]).to.deep.equal([0, 0]);
  });

  it('fill by the measured ratio, the adverse decile at p90, whole at no cost; parts add up to the order', () => {
    const execution = { ...constantExecution(), fillRatio: (mode: number) => [0.5, 0.75, 0.25, 1][mode] };
    const parts = (mode: 'sample' | 'p50' | 'p90' | 'none') => {
      const bars = Array.from({ length: 60 }, () => quiet);
      const a = openAccount(bars, { execution, mode, trading: { partialFills: {} } });
      return bars.map((_, row) => {
        a.stepBar(0, 1, row);
        return a.tradedNotional[0];
      });
    };
    expect(parts('sample').slice(0, 3)).to.deep.equal([500, 250, 125]);
    expect(parts('p50')[0]).to.equal(750);
    expect(parts('p90')[0]).to.equal(250);
    expect(parts('none').slice(0, 2)).to.deep.equal([1000, 0]);
    for (const mode of ['sample', 'p90'] as const) {
      expect(parts(mode).reduce((sum, part) => sum + part)).to.be.closeTo(1000, 1e-9);
      expect(parts(mode).at(-1), 'every order ends').to.equal(0);
    }
  });

  it('a large order goes in equal slices, a small one at once', () => {
    const bars = Array.from({ length: 6 }, () => quiet);
    const traded = (sliceAbove: number) => {
      const a = openAccount(bars, { trading: { slicing: { sliceAbove, bars: 4 } } });
      return bars.map((_, row) => {
        a.stepBar(0, 1, row);
        return Math.round(a.tradedNotional[0] * 1e9) / 1e9;
      });
    };
    expect(traded(999)).to.deep.equal([250, 250, 250, 250, 0, 0]);
    expect(traded(1000)).to.deep.equal([1000, 0, 0, 0, 0, 0]);
  });

  it('a stop-loss ends the order with the position; what a resting fill opens may be stopped by its bar, at no profit', () => {
    const both = { ...limit(100), stopLoss: 0.02, takeProfit: 0.02 };
    const a = liveBars([bar(100, 110, 96)], { trading: both, mark: 100 });
    expect(a.cash[0], 'bought at 99, sold at 97.02').to.be.closeTo(980, 1e-9);
    const b = liveBars([bar(100, 110, 98)], { trading: both, mark: 100 });
    expect(b.quantity[0], 'the high may have come before the fill').to.be.above(9);
  });

  it('a take-profit rests: the maker fee and no spread, and only where the bar trades through it', () => {
    const execution = constantExecution(COSTS);
    const after = (high: number) =>
      liveBars([quiet, bar(100, high, 100)], { execution, trading: { takeProfit: 0.1 }, mark: 100 });
    expect(after(110.1).quantity[0]).to.be.above(9);
    const a = after(110.2);
    expect([a.quantity[0], a.spreadCost[0], a.slippageCost[0]]).to.deep.equal([0, 0, 0]);
    expect(a.feeCost[0]).to.be.closeTo(4e-4 * a.tradedNotional[0], 1e-12);
  });

  it('an order at the market at p50 is the plain change of weight', () => {
    const bars = [1, 1, -1, 0.5, 0].map((weight) => bar(100, 100, 100, weight));
    const options = { execution: constantExecution(COSTS), mode: 'p50' } as const;
    const order = { order: { kind: 'market', timeInForce: 'bars', bars: 9 }, partialFills: {} } as const;
    const worked = liveBars(
      bars.map((one) => ({ ...one, volume: 1e9 })),
      { ...options, trading: order },
    );
    expect(worked.equity[0]).to.be.closeTo(liveBars(bars, options).equity[0], 1e-9);
  });

  it('refuse what cannot be told: volume, impact, slices of resting orders', async () => {
    const orders = makeOrders(tradingConfig.parse({ partialFills: {} }), columnsOf([{ open: 1, close: 1, weight: 0 }]));
    expect(await refusal(() => checkVolume(orders, constantExecution()))).to.match(
      /trading\.partialFills: .*no volume/su,
    );
    const impact = { coefficient: 1, measuredUnit: NaN, spanBars: 24 };
    const world = {
      bars: columnsOf([quiet, quiet, quiet].map((one) => ({ ...one, volume: 0 }))),
      paths: [{ name: 'dry', from: 0, to: 3, regime: null }],
      warmupBars: 0,
    };
    const activityUnder = (measuredUnit: number) =>
      activityColumns(world, { ...constantExecution(), impact: { ...impact, measuredUnit } });
    expect(await refusal(() => activityUnder(NaN))).to.match(/^dry: market impact.*no volume/su);
    expect(activityUnder(1)).to.not.equal(null);
    const portfolio = () => checkPortfolioCosts([constantExecution(), { ...constantExecution(), impact }]);
    expect(await refusal(portfolio)).to.match(/does not model execution\.impact/su);
    expect(() => checkPortfolioCosts([constantExecution()])).not.to.throw();
    const sliced = () => openAccount([quiet], { trading: { slicing: { sliceAbove: 1 } } });
    expect(await refusal(sliced)).to.match(/trading\.slicing\.bars: .*without market impact/su);
    expect(() => tradingConfig.parse({ ...limit(5), slicing: { sliceAbove: 1 } })).to.throw(
      /slices are market orders/u,
    );
  });
});
