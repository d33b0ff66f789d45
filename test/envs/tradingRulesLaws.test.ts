import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { constantExecution, drawnExecution } from '../helpers/constantExecution.ts';
import { liveBars, openAccount, rulesOver, type TestBar } from '../helpers/singleAccount.ts';

const START = 1000;
const move = fc.double({ min: 0.8, max: 1.25, noNaN: true });
const reach = fc.double({ min: 0, max: 0.15, noNaN: true });
const weight = fc.constantFrom(-3, -1, -0.5, 0, 0.25, 1, 1, 2, 4);
const bar = fc.record({ gap: move, change: move, up: reach, down: reach, weight });
const market = fc.array(bar, { minLength: 1, maxLength: 30 }).map((moves) => {
  let price = 100;
  return moves.map(({ gap, change, up, down, weight: target }): TestBar => {
    const open = price * gap;
    price = open * change;
    const high = Math.max(open, price) * (1 + up);
    return { open, close: price, high, low: Math.min(open, price) * (1 - down), weight: target };
  });
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const fraction = fc.double({ min: 0.01, max: 0.3, noNaN: true });
const trading = fc.record({
  sizing: fc.constantFrom(
    { kind: 'weight' } as const,
    { kind: 'fixedFraction', fraction: 0.7 } as const,
    { kind: 'volatilityTarget', volatilityPerBar: 0.1, spanBars: 8 } as const,
    { kind: 'kellyCapped', spanBars: 8 } as const,
  ),
  rebalanceBand: maybe(fraction),
  limits: fc.record({
    maxWeight: maybe(fc.constantFrom(0.5, 2)),
    maxNotional: maybe(fc.constantFrom(500, 3000)),
    maxTurnoverPerBar: maybe(fc.constantFrom(0.2, 1)),
  }),
  stopLoss: maybe(fraction),
  takeProfit: maybe(fraction),
  margin: maybe(fc.record({ maintenance: fc.constantFrom(0.02, 0.1), liquidationCostBps: fc.constantFrom(0, 100) })),
  fundingRatePerBar: fc.constantFrom(0, 0.001, -0.001),
});
const COSTS = { halfSpreadBps: 5, slippageBps: 3, takerFeeBps: 5, borrowRatePerBar: 1e-4, cashRatePerBar: 1e-4 };

describe('trading rules, by property', () => {
  it('conserve: start + price gains + write-off - costs = equity = cash + quantity * mark, to 1e-9', () => {
    fc.assert(
      fc.property(market, trading, (bars, options) => {
        const rules = rulesOver(bars, options);
        const a = openAccount(bars, { rules, execution: drawnExecution(COSTS), mark: 100 });
        let booked = START;
        let turned = START;
        let mark = 100;
        for (const [row, { open, close, weight: target }] of bars.entries()) {
          const [before, forgiven] = [a.quantity[0], a.writeOff[0]];
          a.stepBar(0, target, row);
          const charged = a.feeCost[0] + a.spreadCost[0] + a.slippageCost[0] + a.interestCost[0];
          const exit = rules?.exitPrice[0] ?? NaN;
          const isRuined = a.ruined[0] === 1;
          // Its books are gone when a ruined account was filled in its last bar; they are checked up to there.
          if (isRuined && a.tradedNotional[0] > 0) return;
          const atOpen = before * (open - mark);
          const atFloor = isRuined && booked + atOpen <= START * 1e-3;
          const exited = !Number.isNaN(exit);
          const held = exited ? (rules?.exitQuantity[0] ?? 0) : isRuined ? before : a.quantity[0];
          const inside = held * ((exited ? exit : close) - open);
          booked += atOpen + (atFloor ? 0 : inside) - charged + (a.writeOff[0] - forgiven);
          turned += Math.abs(atOpen) + Math.abs(inside) + a.tradedNotional[0] + a.writeOff[0];
          mark = close;
          expect(Math.abs(booked - a.equity[0]) / turned).to.be.below(1e-9);
          expect(Math.abs(a.cash[0] + a.quantity[0] * close - a.equity[0]) / turned).to.be.below(1e-12);
          if (isRuined) return;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('a deeper gap never leaves the account richer, whatever stands in its way', () => {
    const gap = fc.double({ min: 0.2, max: 1.1, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(gap, gap),
        fc.tuple(move, reach, reach),
        fc.constantFrom(-3, -1, 1, 2, 4),
        trading,
        ([one, two], shape, held, options) => {
          const [deep, shallow] = one < two ? [one, two] : [two, one];
          const final = (size: number) => {
            const open = 100 * (held > 0 ? size : 1 / size);
            const [change, up, down] = shape;
            const close = open * change;
            const high = Math.max(open, close) * (1 + up);
            const low = Math.min(open, close) * (1 - down);
            const bars = [
              { open: 100, close: 100, weight: held },
              { open, close, high, low, weight: held },
            ];
            // Funding is paid on the notional, which a fall makes smaller; that is no gain of the gap's.
            // An order on its way when the gap comes buys the more the cheaper it is: no question of what stands in the way.
            const config = {
              ...options,
              sizing: { kind: 'weight' } as const,
              rebalanceBand: null,
              limits: {},
              takeProfit: null,
              fundingRatePerBar: 0,
            };
            return liveBars(bars, { execution: constantExecution(COSTS), trading: config }).equity[0];
          };
          expect(final(deep)).to.be.at.most(final(shallow) * (1 + 1e-9));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('without its margin for error, a stop is no floor: a gap through it loses more than the stop says', () => {
    const bars = [
      { open: 100, close: 100, weight: 1 },
      { open: 60, close: 100, high: 100, low: 60, weight: 1 },
    ];
    expect(liveBars(bars, { trading: { stopLoss: 0.05 } }).equity[0]).to.be.closeTo(600, 1e-9);
  });

  it('orders stay within their limits, sized weights keep their side, and equity its floor', () => {
    fc.assert(
      fc.property(market, trading, (bars, options) => {
        const { limits } = options;
        const a = openAccount(bars, { trading: options, execution: constantExecution(COSTS), mark: 100 });
        for (const [row, { weight: target, open }] of bars.entries()) {
          const before = a.quantity[0] * open;
          const equity = a.cash[0] + before;
          const isNew = target !== a.targetWeight[0];
          a.stepBar(0, target, row);
          if (a.ruined[0] === 1) return;
          expect(a.equity[0]).to.be.at.least(START * 1e-3);
          expect(a.quantity[0] * target).to.be.at.least(limits.maxTurnoverPerBar === null ? 0 : -Infinity);
          if (!isNew || a.quantity[0] === 0) continue;
          const after = Math.abs(a.quantity[0] * open);
          if (limits.maxTurnoverPerBar === null) {
            expect(after).to.be.at.most((limits.maxWeight ?? 4) * equity * (1 + 1e-9));
            expect(after).to.be.at.most((limits.maxNotional ?? Infinity) * (1 + 1e-9));
          } else expect(a.tradedNotional[0]).to.be.at.most(limits.maxTurnoverPerBar * equity * 1.02);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('scaling prices changes no equity, scaling cash scales it', () => {
    fc.assert(
      fc.property(market, trading, fc.constantFrom(0.25, 2, 1024), (bars, options, factor) => {
        const config = { ...options, limits: { ...options.limits, maxNotional: null } };
        const rest = { execution: constantExecution(COSTS), trading: config };
        const equity = liveBars(bars, { ...rest, mark: 100 }).equity[0];
        const dearer = bars.map(({ open, high, low, close, weight: target }) => ({
          open: open * factor,
          high: (high ?? 0) * factor,
          low: (low ?? 0) * factor,
          close: close * factor,
          weight: target,
        }));
        const scaled = liveBars(dearer, { ...rest, mark: 100 * factor }).equity[0];
        // Logarithms of scaled prices differ in their last digit, and with them what sizing reads.
        expect(scaled).to.be.closeTo(equity, 1e-7 * (equity + START));
        expect(liveBars(bars, { ...rest, mark: 100, startEquity: START * factor }).equity[0]).to.equal(equity * factor);
      }),
      { numRuns: 500 },
    );
  });
});
