import { expect } from 'chai';
import { describe, it } from 'mocha';
import { STATE_SIZE } from '../../envs/accountState.ts';
import { constantExecution, drawnExecution } from '../helpers/constantExecution.ts';
import { liveBars, openAccount, type TestBar } from '../helpers/singleAccount.ts';

const flatMarket = (weights: readonly number[], price = 100): TestBar[] =>
  weights.map((weight) => ({ open: price, close: price, weight }));

/**
 * Half-spread 40, slippage 20 and fee 40 bps of notional at mid, borrow 10 and credit 5 bps a bar, 1,000 in cash.
 * Worked apart from the code in exact fractions, sizes found by fixed point (d = w * (equity - 1 % * |d|) - position)
 * rather than in closed form. Row 1 by hand: 1000 / 1.01 is bought, 1 % of it paid, and all of it gains 1 %.
 */
const LEDGER = [
  // open, close, weight, traded, fee, spread, slippage, interest, quantity, cash, equity
  [100, 101, 1, 990.099009901, 3.96039604, 3.96039604, 1.98019802, 0, 9.900990099, 0, 1000],
  [102, 103, 1, 0, 0, 0, 0, 0, 9.900990099, 0, 1019.801980198],
  [103, 102, 0, 1019.801980198, 4.079207921, 4.079207921, 2.03960396, 0, 0, 1009.603960396, 1009.603960396],
  [105, 104, 0, 0, 0, 0, 0, 0, 0, 1009.603960396, 1009.603960396],
  [
    104, 100, -1, 999.60788158, 3.998431526, 3.998431526, 1.999215763, 0.999607882, -9.611614246, 1998.216155279,
    1037.054730683,
  ],
  [101, 99, -1, 0, 0, 0, 0, 0.970773039, -9.611614246, 1997.24538224, 1045.69557189],
  [
    98, 102, 2, 2992.698596447, 11.970794386, 11.970794386, 5.985397193, 0.5126901, 20.926126534, -1025.892890271,
    1108.572016207,
  ],
  [103, 105, 2, 0, 0, 0, 0, 0.512946445, 20.926126534, -1026.405836716, 1170.837449365],
  [
    104, 106, -0.5, 2737.58489648, 10.950339586, 10.950339586, 5.475169793, 0.561267737, -5.396805163, 1683.241943062,
    1111.180595803,
  ],
  [106, 106, 0, 572.061347259, 2.288245389, 2.288245389, 1.144122695, 0, 0, 1105.459982331, 1105.459982331],
] as const;

describe('accounts', () => {
  it('keep the books of a ledger worked by hand, every cost in it', () => {
    const bars = LEDGER.map(([open, close, weight]) => ({ open, close, weight }));
    const costs = { halfSpreadBps: 40, slippageBps: 20, takerFeeBps: 40, borrowRatePerBar: 1e-3, cashRatePerBar: 5e-4 };
    const a = openAccount(bars, { execution: constantExecution(costs) });
    LEDGER.forEach(([, , weight, ...expected], row) => {
      a.stepBar(0, weight, row);
      const amounts = [a.tradedNotional, a.feeCost, a.spreadCost, a.slippageCost, a.interestCost];
      const found = [...amounts, a.quantity, a.cash, a.equity].map((column) => column[0]);
      expected.forEach((value, column) =>
        expect(found[column], `row ${row}, column ${column}`).to.be.closeTo(value, 1e-8),
      );
    });
  });

  it('charge interest every bar: a short at 0.1 % a bar on a flat price has lost 30 % after 300 bars', () => {
    const execution = constantExecution({ borrowRatePerBar: 1e-3 });
    const a = openAccount(flatMarket(Array.from({ length: 300 }, () => -1)), { execution });
    for (let row = 0; row < 300; row++) {
      a.stepBar(0, -1, row);
      expect(a.interestCost[0]).to.be.closeTo(1, 1e-9);
    }
    expect(a.equity[0]).to.be.closeTo(700, 1e-6);
  });

  it('charge the cash rate on borrowed cash every bar, and nothing on cash held', () => {
    const execution = constantExecution({ cashRatePerBar: 1e-3 });
    expect(liveBars(flatMarket([2, 2, 2]), { execution }).equity[0]).to.be.closeTo(1000 - 1 - 1.001 - 1.002001, 1e-9);
    expect(liveBars(flatMarket([0.5, 0.5, 0.5]), { execution }).equity[0]).to.equal(1000);
  });

  it('trade only when the target changes: a held target is not rebalanced', () => {
    const a = openAccount([
      { open: 100, close: 120, weight: 0.5 },
      { open: 120, close: 60, weight: 0.5 },
    ]);
    a.stepBar(0, 0.5, 0);
    const quantity = a.quantity[0];
    a.stepBar(0, 0.5, 1);
    expect([a.quantity[0], a.tradedNotional[0]]).to.deep.equal([quantity, 0]);
  });

  it('fill at p90 when the decision is later than its budget, and as drawn when it is not', () => {
    const paid = (latencyMs: number) =>
      liveBars(flatMarket([1]), {
        execution: constantExecution({ halfSpreadBps: 10, latencyMs, latencyBudgetMs: 50, p90Factor: 3 }),
      }).spreadCost[0];
    expect(paid(50)).to.be.closeTo(1000 * 1e-3, 2e-3);
    expect(paid(51)).to.be.closeTo(3 * 1000 * 1e-3, 1e-2);
  });

  it('cost mode none charges nothing, the others do', () => {
    const execution = drawnExecution();
    const final = (mode: 'none' | 'p50') => liveBars(flatMarket([1, -1, 2, 0]), { execution, mode }).equity[0];
    expect(final('none')).to.equal(1000);
    expect(final('p50')).to.be.below(999);
  });

  it('draw luck only for fills: idle bars in between change no fill', () => {
    const spreads = (weights: readonly number[]) => {
      const a = openAccount(flatMarket(weights), { execution: drawnExecution({ borrowRatePerBar: 0 }) });
      return weights.map((weight, row) => {
        a.stepBar(0, weight, row);
        return a.spreadCost[0] / (a.tradedNotional[0] || 1);
      });
    };
    const sparse = spreads([1, 1, 1, 0, 0, -1, -1, 0]).filter((spread) => spread > 0);
    expect(sparse).to.deep.equal(spreads([1, 0, -1, 0]));
    expect(new Set(sparse).size).to.equal(4);
  });

  it('a ruined account holds the floor and trades no more', () => {
    const a = openAccount([
      { open: 100, close: 250, weight: -1 },
      { open: 250, close: 100, weight: 1 },
    ]);
    a.stepBar(0, -1, 0);
    expect([a.equity[0], a.cash[0], a.quantity[0], a.ruined[0]]).to.deep.equal([1, 1, 0, 1]);
    expect(a.writeOff[0]).to.be.closeTo(501, 1e-9); // equity was 2000 - 10 * 250
    a.stepBar(0, 1, 1);
    expect([a.equity[0], a.tradedNotional[0]]).to.deep.equal([1, 0]);
    a.open(0, 0, 100);
    expect([a.equity[0], a.ruined[0], a.writeOff[0]]).to.deep.equal([1000, 0, 0]);
  });

  it('a gap through the account ruins it at the open, even where the close would have saved it', () => {
    const a = openAccount([
      { open: 100, close: 100, weight: -1 },
      { open: 210, close: 90, weight: -1 },
    ]);
    a.stepBar(0, -1, 0);
    a.stepBar(0, -1, 1);
    expect(a.ruined[0]).to.equal(1);
  });

  it('show the agent its weight, gain since entry, drawdown, bars held and last cost', () => {
    const bars = [
      { open: 100, close: 110, weight: 0.5 },
      { open: 110, close: 99, weight: 0.5 },
      { open: 99, close: 99, weight: 0 },
    ];
    const a = openAccount(bars);
    const seen = (row: number) => {
      a.stepBar(0, bars[row].weight, row);
      const out = new Float32Array(STATE_SIZE + 1);
      a.writeState(0, out, 1);
      return [...out.subarray(1)];
    };
    const near = (found: number[], expected: number[]) =>
      expected.forEach((value, column) => expect(found[column], `column ${column}`).to.be.closeTo(value, 1e-6));
    near(seen(0), [550 / 1050, 0.5 / 1.5, 0, 1 / 25, 0]); // 5 units bought at 100
    const fall = 10 * (55 / 1050);
    near(seen(1), [495 / 995, -0.05 / 1.05, -fall / (1 + fall), 2 / 26, 0]);
    near(seen(2), [0, 0, -fall / (1 + fall), 0, 0]);
  });

  it('saved and restored they go on bit for bit, luck included', () => {
    const weights = [1, -1, 0.5, -2, 0, 1, -1, 2];
    const bars = flatMarket(weights).map((bar, i) => ({ ...bar, close: 100 + Math.sin(i) }));
    const options = { execution: drawnExecution() };
    const whole = liveBars(bars, options);
    const half = openAccount(bars, options);
    for (let row = 0; row < 4; row++) half.stepBar(0, weights[row], row);
    const resumed = openAccount(bars, { ...options, seed: 'another' });
    resumed.restore(half.save());
    for (let row = 4; row < 8; row++) resumed.stepBar(0, weights[row], row);
    expect(resumed.save()).to.deep.equal(whole.save());
  });
});
