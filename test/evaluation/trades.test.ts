import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { runBacktest } from '../../evaluation/backtest.ts';
import { findTrades } from '../../evaluation/trades.ts';
import { constantExecution } from '../helpers/constantExecution.ts';
import { handWorlds } from '../helpers/tradingEnvs.ts';

const costs = { halfSpreadBps: 5, slippageBps: 5, takerFeeBps: 10, borrowRatePerBar: 1e-4, cashRatePerBar: 1e-4 };

/** The book of someone who takes the listed targets, bar after bar. */
async function trade(open: readonly number[], targets: readonly number[], charged = {}) {
  const weights = [-1, 0, 0.5, 1];
  const worlds = handWorlds(open);
  const [ledger] = await runBacktest({
    worlds,
    paths: worlds.paths,
    policy: {
      name: 'listed',
      act: ({ row }, actions) => void actions.fill(weights.indexOf(targets[row[0]] ?? 0)),
    },
    execution: constantExecution(charged),
    costMode: 'sample',
    targetWeights: weights,
    startEquity: 1000,
    rng: createRng(1),
  });
  return ledger;
}

describe('trades', () => {
  it('a flip closes one trade and opens the next at the same price', async () => {
    // Long from 10 to 12: +200. Then short 100 units from 12 to 9: +300.
    const ledger = await trade([10, 10, 12, 9, 9], [1, -1, 0, 0]);
    expect(findTrades(ledger)).to.deep.equal([
      { openedBar: 0, closedBar: 1, side: 'long', pnl: 200 },
      { openedBar: 1, closedBar: 2, side: 'short', pnl: 300 },
    ]);
  });

  it('a change of size goes on with the trade, and an open trade is none', async () => {
    const resized = findTrades(await trade([10, 10, 12, 9, 9], [1, 0.5, 1, 0]));
    expect(resized.map(({ openedBar, closedBar }) => [openedBar, closedBar])).to.deep.equal([[0, 3]]);
    expect(findTrades(await trade([10, 10, 12, 9], [1, 1, 1]))).to.deep.equal([]);
  });

  it('the gains of all trades add up to the gain of an account that ends flat, costs included', async () => {
    const prices = fc.array(fc.double({ min: 8, max: 12, noNaN: true }), { minLength: 8, maxLength: 8 });
    const targets = fc.array(fc.constantFrom(-1, 0, 0.5, 1), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(prices, targets, async (open, chosen) => {
        const ledger = await trade(open, [...chosen, 0], costs);
        const gains = findTrades(ledger).reduce((sum, { pnl }) => sum + pnl, 0);
        expect(gains).to.be.closeTo((ledger.columns().equity.at(-1) ?? 0) - 1000, 1e-8);
      }),
      { numRuns: 60 },
    );
  });
});
