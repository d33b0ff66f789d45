import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { CostMode } from '../../market/execution/executionModel.ts';
import { constantExecution, drawnExecution } from '../helpers/constantExecution.ts';
import { liveBars, openAccount, type TestBar } from '../helpers/singleAccount.ts';

const START = 1000;
const weight = fc.constantFrom(-3, -1, -0.5, 0, 0, 0.25, 1, 1, 2, 4);
/** Overnight gaps and moves of up to a third either way, and now and then the size of a crash. */
const move = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: 0.75, max: 1.33, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0.3, 3) },
);
/** Bars that follow at once, after a weekend, after half a bar, and after a day of less than 24 hours. */
const idle = fc.constantFrom(0, 0, 0, 2, 0.5, -1 / 24);
const bar = fc.record({ gap: move, change: move, weight, session: fc.nat(5) });
const market = fc.array(bar, { minLength: 1, maxLength: 40 }).map(toBars);
const costs = fc.record({
  halfSpreadBps: fc.double({ min: 0, max: 50, noNaN: true }),
  slippageBps: fc.double({ min: 0, max: 50, noNaN: true }),
  takerFeeBps: fc.double({ min: 0, max: 50, noNaN: true }),
  borrowRatePerBar: fc.double({ min: 0, max: 0.01, noNaN: true }),
  cashRatePerBar: fc.double({ min: 0, max: 0.01, noNaN: true }),
});
const mode = fc.constantFrom<CostMode>('sample', 'p50', 'p90', 'none');

interface Move {
  readonly gap: number;
  readonly change: number;
  readonly weight: number;
  readonly session: number;
}

function toBars(moves: readonly Move[]): TestBar[] {
  let price = 100;
  return moves.map(({ gap, change, weight, session }) => {
    const open = price * gap;
    price = open * change;
    return { open, close: price, weight, session };
  });
}

describe('accounts, by property', () => {
  it('conserve: start + price gains + write-off - costs = equity = cash + quantity * mark, to 1e-9', () => {
    fc.assert(
      fc.property(
        market,
        costs,
        mode,
        fc.array(idle, { minLength: 40, maxLength: 40 }),
        (bars, rates, costMode, waits) => {
          const idleBars = (row: number) => waits[row];
          const a = openAccount(bars, { execution: drawnExecution(rates), mode: costMode, mark: 100, idleBars });
          let booked = START;
          let turned = START;
          let mark = 100;
          bars.forEach(({ open, close, weight: target }, row) => {
            if (a.ruined[0] === 1) return;
            const before = a.quantity[0];
            const short = Math.max(0, -before) * mark * rates.borrowRatePerBar;
            const waited = costMode === 'none' ? 0 : waits[row];
            const idleCost = waited * (short + Math.max(0, -a.cash[0]) * rates.cashRatePerBar);
            a.stepBar(0, target, row);
            const ruined = a.ruined[0] === 1;
            // What a ruined account held is gone from its books: sum up to where it was closed.
            const traded = a.tradedNotional[0] > 0;
            if (ruined && traded) return;
            const atOpen = before * (open - mark);
            const held = ruined ? before : a.quantity[0];
            const closedAtOpen = ruined && booked + atOpen - idleCost <= START * 1e-3;
            const charged = a.feeCost[0] + a.spreadCost[0] + a.slippageCost[0] + a.interestCost[0];
            booked += atOpen + (closedAtOpen ? 0 : held * (close - open)) - charged + a.writeOff[0];
            turned += Math.abs(atOpen) + Math.abs(held * (close - open)) + a.tradedNotional[0] + a.writeOff[0];
            mark = close;
            expect(Math.abs(booked - a.equity[0]) / turned).to.be.below(1e-9);
            expect(Math.abs(a.cash[0] + a.quantity[0] * close - a.equity[0]) / turned).to.be.below(1e-12);
          });
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('hold exactly the weight asked for, of equity after the costs of the trade; a long of 1 needs no credit', () => {
    fc.assert(
      fc.property(fc.array(weight, { minLength: 1, maxLength: 20 }), costs, (weights, rates) => {
        const bars = weights.map((target) => ({ open: 100, close: 100, weight: target }));
        const a = openAccount(bars, {
          execution: constantExecution({ ...rates, borrowRatePerBar: 0, cashRatePerBar: 0 }),
        });
        weights.forEach((target, row) => {
          a.stepBar(0, target, row);
          if (a.ruined[0] === 1) return;
          if (a.tradedNotional[0] > 0) expect(a.quantity[0] * 100).to.be.closeTo(target * a.equity[0], 1e-8);
          if (target === 1) expect(a.cash[0]).to.be.above(-1e-9);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('costs never help: dearer in any part, never richer, for the same targets', () => {
    fc.assert(
      fc.property(market, costs, fc.double({ min: 1, max: 3, noNaN: true }), (bars, rates, factor) => {
        const final = (by: number) =>
          liveBars(bars, { execution: constantExecution(scaleRates(rates, by)), mark: 100 }).equity[0];
        expect(final(factor)).to.be.at.most(final(1) * (1 + 1e-12));
        expect(final(1)).to.be.at.most(final(0) * (1 + 1e-12));
      }),
      { numRuns: 1000 },
    );
  });

  it('costs beyond reason only ruin: at up to the whole notional, no account is ever richer than at none', () => {
    const rate = fc.double({ min: 0, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(weight, { minLength: 1, maxLength: 12 }), rate, (weights, halfSpreadBps) => {
        const bars = weights.map((target) => ({ open: 100, close: 100, weight: target }));
        const a = openAccount(bars, { execution: constantExecution({ halfSpreadBps }) });
        let equity = START;
        let forgiven = 0;
        weights.forEach((target, row) => {
          a.stepBar(0, target, row);
          expect(a.equity[0]).to.be.at.most(equity * (1 + 1e-12));
          const booked = equity - a.spreadCost[0] + (a.writeOff[0] - forgiven);
          expect(a.equity[0]).to.be.closeTo(booked, 1e-9 * (equity + a.spreadCost[0]));
          equity = a.equity[0];
          forgiven = a.writeOff[0];
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('a deeper gap against the position never leaves the account richer', () => {
    fc.assert(
      fc.property(
        weight,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        market,
        (held, one, two, later) => {
          const [deep, shallow] = one < two ? [one, two] : [two, one];
          const final = (gap: number) => {
            const against = held < 0 ? 1 / gap : gap;
            const after = later.map((b) => ({ ...b, open: b.open * against, close: b.close * against }));
            const execution = constantExecution({ halfSpreadBps: 3, takerFeeBps: 5, borrowRatePerBar: 1e-4 });
            return liveBars([{ open: 100, close: 100, weight: held }, ...after], { execution }).equity[0];
          };
          expect(final(deep)).to.be.at.most(final(shallow) * (1 + 1e-9));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('scaling prices changes no equity, scaling cash scales it', () => {
    fc.assert(
      fc.property(market, costs, fc.constantFrom(0.25, 2, 1024), (bars, rates, factor) => {
        const execution = constantExecution(rates);
        const equity = liveBars(bars, { execution, mark: 100 }).equity[0];
        const dearer = bars.map((b) => ({ ...b, open: b.open * factor, close: b.close * factor }));
        // Powers of two: no rounding stands between the two books.
        expect(liveBars(dearer, { execution, mark: 100 * factor }).equity[0]).to.equal(equity);
        expect(liveBars(bars, { execution, mark: 100, startEquity: START * factor }).equity[0]).to.equal(
          equity * factor,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('a round trip at zero cost and an unmoved price is worth nothing', () => {
    fc.assert(
      fc.property(
        fc.array(weight, { maxLength: 20 }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (weights, price) => {
          const bars = [...weights, 0].map((target) => ({ open: price, close: price, weight: target }));
          expect(liveBars(bars).equity[0]).to.be.closeTo(START, 1e-8);
        },
      ),
    );
  });

  it('equity never falls below the floor, and every number shown stays within its bounds', () => {
    fc.assert(
      fc.property(market, costs, (bars, rates) => {
        const a = openAccount(bars, { execution: drawnExecution(rates), mark: 100 });
        const state = new Float32Array(5);
        bars.forEach(({ weight: target }, row) => {
          a.stepBar(0, target, row);
          a.writeState(0, state, 0);
          expect(a.equity[0]).to.be.at.least(START * 1e-3);
          expect(Math.abs(state[0])).to.be.at.most(4);
          for (const seen of state.subarray(1)) expect(Math.abs(seen)).to.be.at.most(1);
          for (const column of [a.feeCost, a.spreadCost, a.slippageCost, a.interestCost, a.writeOff]) {
            expect(column[0]).to.be.at.least(0);
          }
        });
      }),
      { numRuns: 1000 },
    );
  });
});

function scaleRates<T extends Readonly<Record<string, number>>>(rates: T, by: number): Record<string, number> {
  return Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, rate * by]));
}
