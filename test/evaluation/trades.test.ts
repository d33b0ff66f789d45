import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { z } from 'zod';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { sum } from '../../core/statistics.ts';
import { HOUR_MS } from '../../core/units.ts';
import { FILL_CAUSES } from '../../envs/fillLog.ts';
import { Ledger } from '../../envs/ledger.ts';
import { tradingConfig } from '../../envs/tradingConfig.ts';
import { runBacktest } from '../../evaluation/backtest.ts';
import { findTrades, type Trade } from '../../evaluation/trades.ts';
import { COST_COLUMNS } from '../../market/execution/costs.ts';
import type { Worlds } from '../../market/worlds.ts';
import { constantExecution, drawnExecution } from '../helpers/constantExecution.ts';
import { handWorlds } from '../helpers/tradingEnvs.ts';

const START = 1000;
const WEIGHTS = [-2, -1, 0, 0.5, 1, 3, 6];
const costs = { halfSpreadBps: 5, slippageBps: 5, takerFeeBps: 10, borrowRatePerBar: 1e-4, cashRatePerBar: 1e-4 };

interface Traded {
  readonly worlds: Worlds;
  /** Weight to hold after the row of each index, 0 beyond. */
  readonly targets: readonly number[];
  readonly execution?: ReturnType<typeof constantExecution>;
  readonly trading?: z.input<typeof tradingConfig>;
}

/** The books of someone who takes the listed targets on every path, bar after bar. */
async function trade({ worlds, targets, execution = constantExecution(), trading = {} }: Traded): Promise<Ledger[]> {
  const [{ from }] = worlds.paths;
  return runBacktest({
    worlds,
    paths: worlds.paths.slice(0, 1),
    policy: {
      name: 'listed',
      act: ({ row }, actions) => void actions.fill(WEIGHTS.indexOf(targets[row[0] - from] ?? 0)),
    },
    execution,
    costMode: 'sample',
    targetWeights: WEIGHTS,
    trading: tradingConfig.parse(trading),
    startEquity: START,
    rng: createRng(1),
  });
}

const byHand = async (open: readonly number[], targets: readonly number[], more: Partial<Traded> = {}) => {
  const [ledger] = await trade({ worlds: handWorlds(open), targets, ...more });
  return findTrades(ledger);
};

/** What the columns of a trade say that it gained: it must be its pnl. */
function gainOf(found: Trade, mark: number): number {
  const { side, entryPrice, exitPrice, boughtQuantity, soldQuantity, openQuantity, feeCost, interestCost } = found;
  const [buyPrice, sellPrice] = side === 'long' ? [entryPrice, exitPrice] : [exitPrice, entryPrice];
  const value = (quantity: number, price: number) => (quantity === 0 ? 0 : quantity * price);
  const held = openQuantity * mark - feeCost - interestCost + found.writeOff;
  return value(soldQuantity, sellPrice) - value(boughtQuantity, buyPrice) + held;
}

/** Hours of which every fifth is followed by two days without bars, for which interest accrues. */
function withWeekends(worlds: Worlds): Worlds {
  worlds.bars.openTimeMs.set(worlds.bars.openTimeMs.map((time, row) => time + 48 * HOUR_MS * Math.floor(row / 5)));
  return worlds;
}

describe('trades', () => {
  it('a flip closes one trade and opens the next at the same price', async () => {
    // Long from 10 to 12: +200. Then short 100 units from 12 to 9: +300.
    const found = await byHand([10, 10, 12, 9, 9], [1, -1, 0, 0]);
    expect(found.map(({ side, pnl, entryPrice, exitPrice }) => [side, pnl, entryPrice, exitPrice])).to.deep.equal([
      ['long', 200, 10, 12],
      ['short', 300, 12, 9],
    ]);
    expect(found.map(({ openedBar, closedBar, fills }) => [openedBar, closedBar, fills])).to.deep.equal([
      [0, 1, 2],
      [1, 2, 2],
    ]);
    expect(found[0]).to.include({ boughtQuantity: 100, soldQuantity: 100, openQuantity: 0, isOpen: false });
  });

  it('a long that ends above its first price and lost money says why: it bought more on top of the rise', async () => {
    // 50 units at 10; at 20 the account of 1,500 holds 1.5 x 1,500 / 20 = 225 at weight 3; down to 12, still above 10.
    const [one, ...more] = await byHand([10, 10, 20, 18, 18], [0.5, 3, 0, 0]);
    expect(more).to.deep.equal([]);
    expect(one).to.include({ side: 'long', fills: 3, boughtQuantity: 225, soldQuantity: 225, pnl: 50 });
    // (50 x 10 + 175 x 20) / 225 = 17.78, not 10.
    expect(one.entryPrice).to.be.closeTo(4000 / 225, 1e-12);
    expect(one.exitPrice).to.equal(18);
  });

  it('the trade that is open at the end is marked, and says so', async () => {
    const [one] = await byHand([10, 10, 12, 9], [1, 1, 1]);
    expect(one).to.include({ isOpen: true, openQuantity: 100, closedBar: 2, pnl: -100, fills: 1 });
    expect(one.exitPrice).to.be.NaN;
  });

  it('an order filled and stopped within one bar is a trade of its own', async () => {
    const worlds = handWorlds([10, 10, 10, 10], [10, 8, 8, 8]);
    const [ledger] = await trade({ worlds, targets: [1, 1, 1], trading: { stopLoss: 0.1 } });
    expect([...ledger.columns().quantity]).to.deep.equal([0, 0, 0]);
    const [one, ...more] = findTrades(ledger);
    expect(more).to.deep.equal([]);
    expect(one).to.include({ openedBar: 0, closedBar: 0, entryPrice: 10, exitPrice: 9, fills: 2, pnl: -100 });
    const causes = Array.from(ledger.fills?.columns().cause ?? [], (cause) => FILL_CAUSES[cause]);
    expect(causes).to.deep.equal(['open', 'stopLoss']);
  });

  it('costs move fill prices, fees and interest are charged apart', async () => {
    const [one] = await byHand([10, 10, 10, 10], [1, 1, 0], { execution: constantExecution(costs) });
    expect(one.entryPrice).to.be.closeTo(10 * 1.001, 1e-12);
    expect(one.exitPrice).to.be.closeTo(10 * 0.999, 1e-12);
    expect(one.feeCost).to.be.closeTo(one.spreadCost + one.slippageCost, 1e-12);
  });

  it('interest of a weekend is paid by what was held through it, that of a bar by what its open left', async () => {
    const worlds = handWorlds([10, 10, 10, 10, 10]);
    worlds.bars.openTimeMs.set([0, 1, 2, 2 + 49, 3 + 49].map((hours) => hours * HOUR_MS));
    const execution = constantExecution({ borrowRatePerBar: 0.001, cashRatePerBar: 0 });
    const [ledger] = await trade({ worlds, targets: [-1, -1, 0.5, 0.5], execution });
    const [short, long] = findTrades(ledger);
    // Two hours and 48 more on a notional of 1,000 at 0.1 % each; the bar that covers it is the long's, which pays nothing.
    expect(short.interestCost).to.be.closeTo(50, 1e-9);
    expect([short.pnl, long.interestCost]).to.deep.equal([-50, 0]);
  });

  it('a liquidation pays its penalty as a fee of its fill, and ruin writes off what is beyond the floor', async () => {
    const margin = { maintenance: 0.15, liquidationCostBps: 100 };
    const worlds = handWorlds([10, 10, 7, 7], [10, 10, 7, 7]);
    const [ledger] = await trade({ worlds, targets: [3, 3, 3], trading: { margin } });
    const [liquidated] = findTrades(ledger);
    expect(liquidated.feeCost).to.be.above(0);
    expect(liquidated.pnl).to.be.closeTo((ledger.columns().equity.at(-1) ?? NaN) - START, 1e-9);
    const [ruined] = await byHand([10, 10, 5, 5], [3, 3, 3]);
    // 300 units from 10 to 5 lose 1,500 of 1,000; 501 are forgiven so that the floor of 1 is left.
    expect(ruined).to.include({ isOpen: false, pnl: -999, writeOff: 501, exitPrice: 5 });
  });

  const worlds = withWeekends(randomWalkWorlds({ paths: 1, barsPerPath: 90, volatility: 0.1 }));
  const maybe = <T>(...values: readonly T[]) => fc.constantFrom(null, ...values);
  const trading = fc.record({
    stopLoss: maybe(0.02, 0.2),
    takeProfit: maybe(0.02, 0.2),
    margin: maybe({ maintenance: 0.1 }),
    fundingRatePerBar: fc.constantFrom(0, 0.001, -0.001),
    rebalanceBand: maybe(0.05),
    partialFills: maybe({ maxShareOfVolume: 0.2 }),
    order: fc.constantFrom<z.input<typeof tradingConfig>['order']>(
      { kind: 'market' },
      { kind: 'limit', offsetBps: 50, onExpiry: 'market', timeInForce: 'bars', bars: 2, exits: 'resting' },
      { kind: 'stop', offsetBps: 50, exits: 'resting' },
    ),
  }) as fc.Arbitrary<z.input<typeof tradingConfig>>;
  const targets = fc.array(fc.constantFrom(...WEIGHTS), { minLength: 90, maxLength: 90 });

  it('gains of all trades add up to the change of equity to 1e-9, and their costs to those of the account, under every option', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(targets, trading, async (chosen, options) => {
        const execution = drawnExecution({ ...costs, makerFeeBps: 2 });
        const [ledger] = await trade({ worlds, targets: chosen, execution, trading: options });
        const columns = ledger.columns();
        const mark = columns.close[ledger.length - 1];
        const found = findTrades(ledger);
        const turned = START + sum(columns.tradedNotional);
        expect(Math.abs(sum(found.map(({ pnl }) => pnl)) + START - columns.equity[ledger.length - 1])).to.be.below(
          1e-9,
        );
        for (const one of found) expect(Math.abs(gainOf(one, mark) - one.pnl) / turned).to.be.below(1e-12);
        for (const cost of COST_COLUMNS) {
          const paid = sum(found.map((one) => one[cost]));
          expect(Math.abs(paid - sum(columns[cost])) / turned, cost).to.be.below(1e-12);
        }
        expect(found.slice(0, -1).every(({ isOpen }) => !isOpen)).to.equal(true);
        ledger.fills?.columns().cause.forEach((cause) => seen.add(cause));
      }),
      { numRuns: 150, seed: 11 },
    );
    expect(seen.size).to.equal(FILL_CAUSES.length);
  });

  it('a ledger that knows bars only tells the same trades, where no bar fills twice', async () => {
    const calm = randomWalkWorlds({ paths: 1, barsPerPath: 90 });
    await fc.assert(
      fc.asyncProperty(targets, async (chosen) => {
        const [ledger] = await trade({ worlds: calm, targets: chosen, execution: constantExecution(costs) });
        const bars = new Ledger(ledger.path, START);
        const columns = ledger.columns();
        for (let bar = 0; bar < ledger.length; bar++) {
          const names = Object.keys(columns) as (keyof typeof columns)[];
          bars.append(Object.fromEntries(names.map((name) => [name, columns[name][bar]])) as never);
        }
        const [known, told] = [findTrades(ledger), findTrades(bars)];
        expect(told.length).to.equal(known.length);
        const gains = sum(told.map(({ pnl }) => pnl));
        expect(gains).to.be.closeTo(sum(known.map(({ pnl }) => pnl)), 1e-9);
        told.forEach((one, index) => {
          expect(one.pnl).to.be.closeTo(known[index].pnl, 1e-8);
          expect(one.entryPrice).to.be.closeTo(known[index].entryPrice, 1e-8);
        });
      }),
      { numRuns: 40 },
    );
  });
});
