import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { Accounts } from '../../envs/account.ts';
import { isPlain, tradingConfig } from '../../envs/tradingConfig.ts';
import { EXITS } from '../../envs/tradingRules.ts';
import { testVectorEnvContract } from '../contracts/vectorEnvContract.ts';
import { constantExecution, drawnExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { liveBars, openAccount, rulesOver, type TestBar } from '../helpers/singleAccount.ts';
import { handEnv, handWorlds, walkEnv } from '../helpers/tradingEnvs.ts';

type Trading = Parameters<typeof rulesOver>[1];

/** Lives all bars and tells how the last bar ended the position. */
function liveUnder(bars: readonly TestBar[], trading: Trading, execution = constantExecution()) {
  const rules = rulesOver(bars, trading);
  const accounts = openAccount(bars, { rules, execution });
  bars.forEach(({ weight }, row) => accounts.stepBar(0, weight, row));
  return { accounts, exit: EXITS[rules?.exit[0] ?? 0], exitPrice: rules?.exitPrice[0] };
}

const still = (weights: readonly number[]): TestBar[] => weights.map((weight) => ({ open: 100, close: 100, weight }));

/**
 * Half-spread 40, slippage 20 and fee 40 bps, borrow 10, credit 5 and funding 20 bps a bar; twice the weight asked for, at
 * most 1.5 of equity traded a bar, stop 10 %, profit 20 %, maintenance 10 %. Worked apart from the code in exact fractions,
 * sizes by fixed point.
 */
const COSTS = {
  halfSpreadBps: 40,
  slippageBps: 20,
  takerFeeBps: 40,
  makerFeeBps: 10,
  borrowRatePerBar: 1e-3,
  cashRatePerBar: 5e-4,
};
const TRADING: Trading = {
  sizing: { kind: 'fixedFraction', fraction: 2 },
  limits: { maxTurnoverPerBar: 1.5 },
  stopLoss: 0.1,
  takeProfit: 0.2,
  margin: { maintenance: 0.1, liquidationCostBps: 100 },
  fundingRatePerBar: 2e-3,
};
const LEDGER = [
  // open, high, low, close, asked; traded, fee, spread, slippage, interest and funding, quantity, cash, equity; exit
  [100, 104, 98, 103, 1],
  [1477.832512315, 5.911330049, 5.911330049, 2.955665025, 3.201970443, 14.778325123, -495.812807882, 1026.354679803],
  'none',
  [102, 103, 100, 101, 1],
  [505.650536076, 2.022602144, 2.022602144, 1.011301072, 4.529339322, 19.73568332, -1011.049188641, 982.254826677],
  'none',
  [101, 102, 85, 95, 1],
  [1785.134743553, 7.140538974, 7.140538974, 3.570269487, 4.492132625, 0, 751.742074851, 751.742074851],
  'stopLoss',
  [95, 96, 94, 96, 1],
  [0, 0, 0, 0, 0, 0, 751.742074851, 751.742074851],
  'none',
  [96, 97, 95, 96, -1],
  [1110.94887909, 4.443795516, 4.443795516, 2.221897758, -1.110948879, -11.572384157, 1852.69241403, 741.743534939],
  'none',
  [97, 98, 96, 97, -1],
  [331.197096389, 1.324788386, 1.324788386, 0.662394193, -1.45371836, -14.986787213, 2182.031257814, 728.312898178],
  'none',
  [96, 97, 70, 80, -1],
  [1153.716780383, 1.15371678, 0, 0, -1.438731572, 0, 1028.599492223, 1028.599492223],
  'takeProfit',
  [80, 81, 79, 80, 0.5],
  [1018.415338834, 4.073661355, 4.073661355, 2.036830678, 2.036830678, 12.730191735, -2.036830678, 1016.378508156],
  'none',
  [60, 61, 58, 59, 0.5],
  [763.811504126, 3.055246017, 3.055246017, 1.527623008, 1.528641424, 0, 752.607916983, 752.607916983],
  'stopLoss',
  [59, 60, 58, 59, 0],
  [0, 0, 0, 0, 0, 0, 752.607916983, 752.607916983],
  'none',
] as const;

describe('trading rules', () => {
  it('keep the books of a ledger worked by hand: sized, limited, stopped, profit taken, gapped, funded', () => {
    const rows = Array.from({ length: LEDGER.length / 3 }, (_, row) => LEDGER.slice(row * 3, row * 3 + 3));
    const bars = rows.map(([prices]) => {
      const [open, high, low, close, weight] = prices as readonly number[];
      return { open, high, low, close, weight };
    });
    const rules = rulesOver(bars, TRADING);
    const a = openAccount(bars, { rules, execution: constantExecution(COSTS) });
    rows.forEach(([, expected, exit], row) => {
      a.stepBar(0, bars[row].weight, row);
      const amounts = [a.tradedNotional, a.feeCost, a.spreadCost, a.slippageCost, a.interestCost];
      const found = [...amounts, a.quantity, a.cash, a.equity].map((column) => column[0]);
      (expected as readonly number[]).forEach((value, column) =>
        expect(found[column], `row ${row}, column ${column}`).to.be.closeTo(value, 1e-8),
      );
      expect(EXITS[rules?.exit[0] ?? 0], `row ${row}`).to.equal(exit);
    });
  });

  it('a stop fills at its price inside the bar, and at the open where the bar gaps through it', () => {
    const bars = (open: number) => [...still([1]), { open, high: 101, low: 80, close: 99, weight: 1 }];
    expect(liveUnder(bars(99), { stopLoss: 0.05 })).to.include({ exit: 'stopLoss', exitPrice: 95 });
    expect(liveUnder(bars(99), { stopLoss: 0.05 }).accounts.equity[0]).to.be.closeTo(950, 1e-9);
    expect(liveUnder(bars(90), { stopLoss: 0.05 })).to.include({ exit: 'stopLoss', exitPrice: 90 });
    const short = [...still([-1]), { open: 120, high: 130, low: 90, close: 100, weight: -1 }];
    expect(liveUnder(short, { stopLoss: 0.05 })).to.include({ exit: 'stopLoss', exitPrice: 120 });
  });

  it('a bar that touches stop and profit is a loss, unless it opened beyond the profit', () => {
    const bars = (open: number) => [...still([1]), { open, high: 120, low: 90, close: 100, weight: 1 }];
    const both = { stopLoss: 0.05, takeProfit: 0.1 };
    expect(liveUnder(bars(100), both)).to.include({ exit: 'stopLoss', exitPrice: 95 });
    expect(liveUnder(bars(112), both)).to.include({ exit: 'takeProfit', exitPrice: 112 });
  });

  it('an exit pays spread, slippage and fee like any other fill', () => {
    const bars = [...still([1]), { open: 100, high: 100, low: 90, close: 100, weight: 1 }];
    const execution = constantExecution({ halfSpreadBps: 10, slippageBps: 10, takerFeeBps: 30 });
    const { accounts } = liveUnder(bars, { stopLoss: 0.05 }, execution);
    expect(accounts.equity[0]).to.be.closeTo((1000 / 1.005) * 0.95 * 0.995, 1e-9);
  });

  it('an account put out stays out until another weight is asked for', () => {
    const fall = { open: 100, high: 100, low: 90, close: 100, weight: 1 };
    const held = (weights: readonly number[]) =>
      liveBars([...still([1]), fall, ...still(weights)], { trading: { stopLoss: 0.05 } }).quantity[0];
    expect(held([1, 1])).to.equal(0);
    expect(held([0, 1])).to.be.above(9);
    expect(held([0.5])).to.be.closeTo(4.75, 1e-9);
  });

  it('the stop of a position added to is at the mean price paid', () => {
    const bars = [
      { open: 100, close: 100, weight: 0.5 },
      { open: 110, high: 111, low: 96, close: 100, weight: 1 },
    ];
    const rules = rulesOver(bars, { stopLoss: 0.5 });
    const a = openAccount(bars, { rules });
    a.stepBar(0, 0.5, 0);
    a.stepBar(0, 1, 1);
    const added = a.quantity[0] - 5;
    expect(rules?.entryPrice[0]).to.be.closeTo((5 * 100 + added * 110) / a.quantity[0], 1e-9);
  });

  it('a levered position is liquidated where equity reaches the maintenance margin, at a penalty', () => {
    const margin = { maintenance: 0.1, liquidationCostBps: 200 };
    const bars = [...still([4]), { open: 95, high: 96, low: 70, close: 95, weight: 4 }];
    // 40 units on 3000 of credit: 40 p - 3000 = 0.1 * 40 p at p = 83.33
    const { accounts, exit, exitPrice } = liveUnder(bars, { margin });
    expect(exit).to.equal('liquidation');
    expect(exitPrice).to.be.closeTo(3000 / 36, 1e-9);
    expect(accounts.equity[0]).to.be.closeTo((40 * 3000) / 36 - 3000 - (0.02 * 40 * 3000) / 36, 1e-8);
    expect(accounts.feeCost[0]).to.be.closeTo((0.02 * 40 * 3000) / 36, 1e-9);
    expect(accounts.ruined[0]).to.equal(0);
    const short = [...still([-4]), { open: 105, high: 130, low: 100, close: 100, weight: -4 }];
    expect(liveUnder(short, { margin }).exitPrice).to.be.closeTo(5000 / 44, 1e-9);
    expect(liveUnder([...still([1]), { open: 50, high: 50, low: 1, close: 50, weight: 1 }], { margin }).exit).to.equal(
      'none',
    );
  });

  it('a gap past liquidation liquidates at the open even where a stop stood before it, and a deeper one ruins', () => {
    const gap = (open: number) => [...still([4]), { open, high: open, low: open, close: open, weight: 4 }];
    const both = { margin: { maintenance: 0.1, liquidationCostBps: 0 }, stopLoss: 0.1 };
    expect(liveUnder(gap(88), both)).to.include({ exit: 'stopLoss', exitPrice: 88 });
    expect(liveUnder(gap(80), both)).to.include({ exit: 'liquidation', exitPrice: 80 });
    expect(liveUnder(gap(74), both).accounts.ruined[0]).to.equal(1);
  });

  it('funding is paid by longs and received by shorts, every bar', () => {
    const final = (weight: number, mode: 'p50' | 'none' = 'p50') =>
      liveBars(still(Array.from({ length: 100 }, () => weight)), { trading: { fundingRatePerBar: 1e-4 }, mode })
        .equity[0];
    expect(final(1)).to.be.closeTo(990, 1e-9);
    expect(final(-1)).to.be.closeTo(1010, 1e-9);
    expect(final(1, 'none')).to.equal(1000);
  });

  it('limits cut orders: exposure, position in quote currency, turnover a bar', () => {
    const after = (weights: readonly number[], limits: object) => {
      const { quantity } = liveBars(still(weights), { trading: { limits } });
      return quantity[0] / 10;
    };
    expect(after([3], { maxWeight: 1.5 })).to.be.closeTo(1.5, 1e-12);
    expect(after([-3], { maxWeight: 1.5 })).to.be.closeTo(-1.5, 1e-12);
    expect(after([1], { maxNotional: 250 })).to.be.closeTo(0.25, 1e-12);
    expect(after([1], { maxTurnoverPerBar: 0.3 })).to.be.closeTo(0.3, 1e-12);
    expect(after([1, 1, 1, 1, 1], { maxTurnoverPerBar: 0.3 })).to.be.closeTo(1, 1e-12);
    expect(after([1, 1, 1, 1, -1], { maxTurnoverPerBar: 0.3 })).to.be.closeTo(0.7, 1e-12);
    expect(after([1, 1, 1, 1, 0], { maxTurnoverPerBar: 0.3 }), 'the way out is free').to.equal(0);
  });

  it('rebalance only where the position has left its band', () => {
    const bars = [
      { open: 100, close: 100, weight: 0.5 },
      { open: 104, close: 104, weight: 0.5 },
      { open: 150, close: 150, weight: 0.5 },
    ];
    const a = openAccount(bars, { trading: { rebalanceBand: 0.05 } });
    const weights = bars.map(({ open, weight }, row) => {
      a.stepBar(0, weight, row);
      return (a.quantity[0] * open) / a.equity[0];
    });
    expect(weights[1]).to.be.closeTo(520 / 1020, 1e-9);
    expect(weights[2]).to.be.closeTo(0.5, 1e-12);
  });

  it('volatility targets shrink the position where the market is wild, and wait until it is known', () => {
    const bars = Array.from({ length: 60 }, (_, t) => {
      const price = 100 * Math.exp((t < 30 ? 0.005 : 0.05) * (t % 2));
      return { open: price, close: price, weight: t % 3 === 0 ? 0 : 1 };
    });
    const sizing = { kind: 'volatilityTarget', volatilityPerBar: 0.01, spanBars: 8 } as const;
    const a = openAccount(bars, { trading: { sizing } });
    const held = bars.map(({ weight }, row) => {
      a.stepBar(0, weight, row);
      return (a.quantity[0] * a.mark[0]) / a.equity[0];
    });
    expect(held[4]).to.equal(0);
    expect(held[28]).to.be.closeTo(2, 0.1);
    expect(held[58]).to.be.within(0.15, 0.25);
  });

  it('options left out change nothing, bit for bit', () => {
    expect(isPlain(tradingConfig.parse({}))).to.equal(true);
    expect(isPlain(tradingConfig.parse({ stopLoss: 0.1 }))).to.equal(false);
    const bars = still([1, -1, 0.5, 2, 0]).map((bar, t) => ({ ...bar, close: 100 + Math.sin(t) }));
    const options = { execution: drawnExecution() };
    const plain = liveBars(bars, options).save();
    expect(liveBars(bars, { ...options, trading: {} }).save()).to.deep.equal(plain);
    // The whole machinery at work, with limits that bind nothing, gives the same books too.
    const far = liveBars(bars, { ...options, trading: { limits: { maxWeight: 1e9 }, margin: { maintenance: 1e-9 } } });
    const { rules: _rules, ...books } = far.save() as Record<string, unknown>;
    expect(books).to.deep.equal(plain);
  });

  it('refuses a maintenance margin that the largest weight starts at', async () => {
    const trading = tradingConfig.parse({ margin: { maintenance: 0.34 } });
    const env = (targetWeights: number[]) => handEnv(handWorlds([100, 100]), { trading, targetWeights });
    expect(await refusal(() => env([-3, 0, 3]))).to.contain('trading.margin.maintenance');
    expect(env([-2, 0, 2]).accounts).to.be.instanceOf(Accounts);
  });
});

testVectorEnvContract('trading env under every rule', (seed, numEnvs) =>
  walkEnv(seed, numEnvs, {
    worlds: randomWalkWorlds({ seed: 2, barsPerPath: 200, volatility: 0.05 }),
    targetWeights: [-3, 0, 0.5, 3],
    trading: tradingConfig.parse({
      sizing: { kind: 'volatilityTarget', volatilityPerBar: 0.05, spanBars: 16 },
      rebalanceBand: 0.3,
      limits: { maxWeight: 3, maxNotional: 50_000, maxTurnoverPerBar: 2 },
      stopLoss: 0.08,
      takeProfit: 0.1,
      margin: { maintenance: 0.1 },
      fundingRatePerBar: 1e-4,
    }),
  }),
);
