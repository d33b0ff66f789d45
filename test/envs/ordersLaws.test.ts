import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { z } from 'zod';
import type { Accounts } from '../../envs/account.ts';
import type { tradingConfig } from '../../envs/tradingConfig.ts';
import { constantExecution, drawnExecution } from '../helpers/constantExecution.ts';
import { liveBars, openAccount, rulesOver, type TestBar } from '../helpers/singleAccount.ts';

type Trading = z.input<typeof tradingConfig>;

const START = 1000;
const move = fc.double({ min: 0.9, max: 1.1, noNaN: true });
const reach = fc.double({ min: 0, max: 0.08, noNaN: true });
const weight = fc.constantFrom(-2, -1, 0, 0.5, 1, 1, 1, 2);
const oneBar = fc.record({
  gap: move,
  change: move,
  up: reach,
  down: reach,
  weight,
  volume: fc.constantFrom(1, 5, 1000),
});
const market = fc.array(oneBar, { minLength: 2, maxLength: 30 }).map((moves) => {
  let price = 100;
  return moves.map(({ gap, change, up, down, ...rest }): TestBar => {
    const open = price * gap;
    price = open * change;
    const high = Math.max(open, price) * (1 + up);
    return { open, close: price, high, low: Math.min(open, price) * (1 - down), ...rest };
  });
});
const life = {
  timeInForce: fc.constantFrom('gtc', 'ioc', 'bars', 'day'),
  bars: fc.constantFrom(1, 3),
};
const resting = {
  offsetBps: fc.constantFrom(1, 50, 400),
  ...life,
  onExpiry: fc.constantFrom('cancel', 'market'),
  exits: fc.constantFrom('market', 'resting'),
};
const parts = fc.constantFrom(null, { maxShareOfVolume: 0.2 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const worked = fc.oneof(
  fc.record({ order: fc.record({ kind: fc.constant('market'), ...life }), partialFills: parts }),
  fc.record({ order: fc.record({ kind: fc.constantFrom('limit', 'stop'), ...resting }), partialFills: parts }),
  fc.record({
    slicing: fc.record({ sliceAbove: fc.constant(300), bars: fc.constantFrom(2, 5, 'auto') }),
    partialFills: parts,
  }),
) as fc.Arbitrary<Trading>;
const rules = fc.record({
  stopLoss: maybe(fc.constantFrom(0.02, 0.2)),
  takeProfit: maybe(fc.constantFrom(0.02, 0.2)),
  margin: maybe(fc.constant({ maintenance: 0.1 })),
  fundingRatePerBar: fc.constantFrom(0, 0.001),
  limits: fc.record({ maxTurnoverPerBar: maybe(fc.constant(0.4)) }),
});
const trading = fc.record({ worked, rules }).map(({ worked: orders, rules: own }): Trading => ({ ...own, ...orders }));

/** Everything that fills may cost, drawn; parts by the measured ratio where asked for. */
const execution = (isMeasured: boolean) => ({
  ...drawnExecution(),
  impact: { coefficient: 0.3, measuredUnit: NaN, spanBars: 24 },
  venues: [
    { name: 'near', costs: drawnExecution({ halfSpreadBps: 1, slippageBps: 3, makerFeeBps: 1 }) },
    { name: 'deep', costs: drawnExecution({ halfSpreadBps: 4, slippageBps: 0.5 }) },
  ],
  ...(isMeasured && { fillRatio: (mode: number, u: number) => (mode === 0 ? 1 - u : 0.6) }),
});

function open(bars: readonly TestBar[], config: Trading, isMeasured = false) {
  const own = rulesOver(bars, config);
  const activity = {
    volatilityBps: new Float64Array(bars.length).fill(50),
    unit: new Float64Array(bars.length).fill(2),
  };
  const a = openAccount(bars, { rules: own, trading: config, execution: execution(isMeasured), activity, mark: 100 });
  return { a, rules: own };
}

/** An open beyond a limit by less than its costs: the limit then fills at its price, outside the bar, against the trader. */
function expectNoBetter(price: number, filled: number, [low, high]: readonly [number, number]): void {
  const [above, below] = filled > 0 ? [0.01, 1e-6] : [1e-6, 0.01];
  expect(price).to.be.within(low * (1 - below), high * (1 + above));
}

const charged = (a: Accounts) => a.feeCost[0] + a.spreadCost[0] + a.slippageCost[0] + a.interestCost[0];

describe('orders, by property', () => {
  it('conserve to 1e-9 with every option on, and fill at no better price than the bar held', () => {
    let fills = 0;
    fc.assert(
      fc.property(market, trading, fc.boolean(), (bars, config, isMeasured) => {
        const { a, rules: own } = open(bars, config, isMeasured);
        let booked = START;
        let mark = 100;
        let turned = START;
        for (const [row, { open: start, close, high = 0, low = 0, weight: target }] of bars.entries()) {
          const before = a.quantity[0];
          const pending = a.pendingQuantity[0];
          a.stepBar(0, target, row);
          if (a.ruined[0] === 1) return;
          const exit = own?.exitPrice[0] ?? NaN;
          const exited = Number.isNaN(exit) ? 0 : (own?.exitQuantity[0] ?? 0);
          const filled = a.quantity[0] + exited - before;
          const notional = a.tradedNotional[0] - Math.abs(exited) * (exited === 0 ? 0 : exit);
          const isFilled = Math.abs(filled) * close > 1e-7;
          const price = isFilled ? notional / Math.abs(filled) : start;
          if (isFilled) {
            fills += 1;
            expectNoBetter(price, filled, [low, high]);
          }
          const last = exited === 0 ? close : exit;
          booked += before * (price - mark) + (before + filled) * (last - price) - charged(a);
          turned += Math.abs(before * mark) + a.tradedNotional[0];
          expect(Math.abs(booked - a.equity[0]) / turned).to.be.below(1e-9);
          expect(Math.abs(a.cash[0] + a.quantity[0] * close - a.equity[0]) / turned).to.be.below(1e-12);
          expect(a.latencyCost[0]).to.be.within(0, a.spreadCost[0] + a.slippageCost[0]);
          expect(a.impactCost[0]).to.be.within(0, a.slippageCost[0] * (1 + 1e-12));
          // Parts add up to the order: what is pending after is what was pending before, less what filled.
          const goesOn = row > 0 && target === bars[row - 1].weight && pending !== 0 && a.pendingQuantity[0] !== 0;
          const isReplaced = config.limits?.maxTurnoverPerBar !== null;
          if (goesOn && !isReplaced) expect(a.pendingQuantity[0]).to.be.closeTo(pending - filled, 1e-9);
          mark = close;
        }
      }),
      { numRuns: 800 },
    );
    expect(fills).to.be.above(1500);
  });

  it('a limit that is not filled costs nothing', () => {
    fc.assert(
      fc.property(market, fc.constantFrom('gtc', 'bars', 'day'), (bars, timeInForce) => {
        const far = { order: { kind: 'limit', offsetBps: 9000, timeInForce, exits: 'resting' } } as const;
        // Weights of one side: no bar falls by 90 %.
        const a = liveBars(
          bars.map((bar) => ({ ...bar, weight: 1 })),
          { trading: far, execution: drawnExecution(), mark: 100 },
        );
        expect([a.equity[0], a.cash[0], a.quantity[0]]).to.deep.equal([START, START, 0]);
      }),
      { numRuns: 200 },
    );
  });

  it('a limit never fills beyond its price, and never better but at the open', () => {
    let [makers, takers] = [0, 0];
    fc.assert(
      fc.property(oneBar, fc.constantFrom(-1, 1), fc.constantFrom(1, 30, 200), (bar, side, offsetBps) => {
        const start = 100 * bar.gap;
        const close = start * bar.change;
        const [high, low] = [Math.max(start, close) * (1 + bar.up), Math.min(start, close) * (1 - bar.down)];
        const bars = [{ open: start, close, high, low, weight: side }];
        const a = liveBars(bars, {
          trading: { order: { kind: 'limit', offsetBps } },
          execution: drawnExecution(),
          mark: 100,
        });
        if (a.quantity[0] === 0) return;
        const limit = 100 * (1 - side * offsetBps * 1e-4);
        const price = a.tradedNotional[0] / Math.abs(a.quantity[0]);
        const paid = price + (side * (a.spreadCost[0] + a.slippageCost[0])) / Math.abs(a.quantity[0]);
        expect(side * (limit - paid)).to.be.at.least(-1e-9);
        if (Math.abs(price - limit) < 1e-9) makers += 1;
        else {
          takers += 1;
          expect(price).to.be.closeTo(start, 1e-9);
        }
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(makers, takers)).to.be.above(50);
  });

  it('costs never help: where prices stand still, every order loses, and the more the dearer it is', () => {
    const flat = fc.array(weight, { minLength: 1, maxLength: 20 });
    const costs = fc.record({
      halfSpreadBps: fc.double({ min: 0, max: 50, noNaN: true }),
      slippageBps: fc.double({ min: 0, max: 50, noNaN: true }),
      takerFeeBps: fc.double({ min: 0, max: 50, noNaN: true }),
    });
    const orders = worked.filter(({ order }) => order?.kind !== 'limit' && order?.kind !== 'stop');
    fc.assert(
      fc.property(flat, costs, orders, fc.double({ min: 1, max: 3, noNaN: true }), (weights, cheap, config, factor) => {
        const bars = weights.map((target) => ({ open: 100, close: 100, weight: target, volume: 8 }));
        const after = (times: number) => {
          const dear = Object.fromEntries(Object.entries(cheap).map(([name, bps]) => [name, bps * times]));
          const impact = { coefficient: 0.2 * times, measuredUnit: 1, spanBars: 24 };
          const unit = new Float64Array(bars.length).fill(1);
          const options = {
            execution: { ...constantExecution(dear), impact },
            activity: { volatilityBps: unit, unit },
          };
          return liveBars(bars, { ...options, trading: config }).equity[0];
        };
        expect(after(1)).to.be.at.most(START);
        expect(after(factor)).to.be.at.most(after(1) * (1 + 1e-9));
      }),
      { numRuns: 400 },
    );
  });

  it('a deeper gap never leaves the account richer, whatever order opened it and whatever would close it', () => {
    const gap = fc.double({ min: 0.2, max: 1, noNaN: true });
    const order = fc.constantFrom('limit', 'stop').map((kind) => ({ kind, offsetBps: 100 }));
    fc.assert(
      fc.property(fc.tuple(gap, gap), order, rules, fc.constantFrom(-2, -1, 1, 2), ([one, two], kind, own, held) => {
        const config = { ...own, takeProfit: null, fundingRatePerBar: 0, limits: {}, order: kind } as Trading;
        const side = Math.sign(held);
        const first = kind.kind === 'limit' ? 100 - side * 2 : 100 + side * 2;
        const final = (size: number) => {
          const start = first * (held > 0 ? size : 1 / size);
          const bars = [
            { open: first, close: first, weight: held },
            { open: start, close: start, weight: held },
          ];
          const a = openAccount(bars, { trading: config, execution: constantExecution({ takerFeeBps: 5 }), mark: 100 });
          a.stepBar(0, held, 0);
          expect(a.quantity[0]).to.not.equal(0);
          a.stepBar(0, held, 1);
          return a.equity[0];
        };
        expect(final(Math.min(one, two))).to.be.at.most(final(Math.max(one, two)) * (1 + 1e-9));
      }),
      { numRuns: 500 },
    );
  });

  it('saved in the middle of an order and restored, an account goes on to the last bit', () => {
    let midOrder = 0;
    fc.assert(
      fc.property(market, trading, fc.nat(), (bars, config, at) => {
        const cut = 1 + (at % (bars.length - 1));
        const whole = open(bars, config, true).a;
        const later = open(bars, config, true).a;
        bars.forEach((bar, row) => {
          if (row === cut) {
            if (whole.pendingQuantity[0] !== 0) midOrder += 1;
            later.restore(whole.save());
          }
          whole.stepBar(0, bar.weight, row);
          if (row >= cut) later.stepBar(0, bar.weight, row);
        });
        expect(later.save()).to.deep.equal(whole.save());
      }),
      { numRuns: 300 },
    );
    expect(midOrder).to.be.above(50);
  });

  it('of several venues an order goes where it is expected to cost least: never more at p50 than the best of them alone', () => {
    const cost = fc.double({ min: 0, max: 20, noNaN: true });
    const venue = fc.record({ halfSpreadBps: cost, slippageBps: cost, takerFeeBps: cost });
    const used = new Set<number>();
    fc.assert(
      fc.property(
        fc.array(venue, { minLength: 2, maxLength: 4 }),
        fc.constantFrom(10, 1e3, 1e5),
        (list, startEquity) => {
          const venues = list.map((costs, v) => ({ name: `v${v}`, costs: drawnExecution(costs) }));
          const bars = [{ open: 100, close: 100, weight: 1 }];
          const spend = (options: object) => {
            const a = liveBars(bars, { mode: 'p50', startEquity, execution: { ...venues[0].costs, ...options } });
            return { paid: charged(a) / a.tradedNotional[0], venue: a.venue[0] };
          };
          const alone = venues.map(({ costs }) => spend(costs).paid);
          const chosen = spend({ venues });
          used.add(chosen.venue);
          expect(chosen.paid).to.be.at.most(Math.min(...alone) * (1 + 1e-12));
          expect(alone[chosen.venue]).to.equal(chosen.paid);
        },
      ),
      { numRuns: 500 },
    );
    expect(used.size).to.be.above(2);
  });
});
