import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { RngColumns } from '../../core/rngColumns.ts';
import { DAY_MS, durationMs, HOUR_MS, YEAR_MS } from '../../core/units.ts';
import { walkPaths } from '../../curricula/walkPaths.ts';
import { idleBarsOf } from '../../envs/idleInterest.ts';
import { PortfolioAccounts } from '../../envs/portfolioAccounts.ts';
import { makePortfolioRules } from '../../envs/portfolioRules.ts';
import { tradingConfig } from '../../envs/tradingConfig.ts';
import { checkLiveParity } from '../../live/parity.ts';
import { PaperBroker } from '../../live/paperBroker.ts';
import { COST_MODES } from '../../market/execution/executionModel.ts';
import { sessionAt } from '../../market/sessions.ts';
import type { Worlds } from '../../market/worlds.ts';
import { constantExecution, drawnExecution } from '../helpers/constantExecution.ts';
import { openAccount } from '../helpers/singleAccount.ts';
import { handEnv, handWorlds } from '../helpers/tradingEnvs.ts';
import { liveWorlds, windowRule } from '../live/liveWorlds.ts';

const BORROW_A_YEAR = 0.03;
const RATES = { borrowRatePerBar: (BORROW_A_YEAR * DAY_MS) / YEAR_MS, cashRatePerBar: (0.06 * DAY_MS) / YEAR_MS };
const MONDAY_MS = Date.UTC(2024, 0, 1);
const FRIDAY_MS = Date.UTC(2024, 0, 5);

/** Days of an exchange from Monday 2024-01-01 on, for one year: no weekends, no day in `holidays`. */
function exchangeDays(holidays: readonly number[] = []): number[] {
  const days = Array.from({ length: 365 }, (_, day) => day).filter((day) => day % 7 < 5 && !holidays.includes(day));
  return days.map((day) => MONDAY_MS + day * DAY_MS);
}

/** Daily bars at a flat price that open at these times. */
function flatDays(timesMs: readonly number[]): Worlds {
  const worlds = handWorlds(timesMs.map(() => 100));
  worlds.bars.openTimeMs.set(timesMs);
  return { ...worlds, timeframeMs: durationMs(DAY_MS) };
}

/** Interest of every bar of one account that holds a weight from its first bar on. */
function interestOf(timesMs: readonly number[], weight: number, trading?: Parameters<typeof tradingConfig.parse>[0]) {
  const worlds = flatDays([timesMs[0] - DAY_MS, ...timesMs]);
  const paid: number[] = [];
  const env = handEnv(worlds, {
    execution: constantExecution(RATES),
    targetWeights: [weight],
    source: walkPaths(worlds.paths, 0, 'sample'),
    observer: { onBar: (_env, _row, accounts) => paid.push(accounts.interestCost[0]) },
    ...(trading !== undefined && { trading: tradingConfig.parse(trading) }),
  });
  env.reset();
  for (let bar = 0; bar < timesMs.length; bar++) env.step(Int32Array.of(0));
  return paid;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('interest between bars', () => {
  it('a daily short of one calendar year pays the rate of that year, not of the 251 days that had a bar', () => {
    const days = exchangeDays([14, 49, 88, 147, 170, 185, 245, 332, 359]);
    expect(days.length).to.equal(252);
    // To the opening of the second year, a Tuesday: the bar of its eve pays for itself.
    const paid = sum(interestOf(days, -1)) / 1000;
    const elapsedMs = days[days.length - 1] - days[0] + DAY_MS;
    expect(elapsedMs).to.equal(365 * DAY_MS);
    expect(Math.abs(paid - (BORROW_A_YEAR * elapsedMs) / YEAR_MS)).to.be.below(1e-9);
    // What the bars alone would have paid.
    expect((days.length * RATES.borrowRatePerBar) / BORROW_A_YEAR).to.be.closeTo(0.69, 0.001);
  });

  it('Friday to Monday is three nights; a holiday and bars that are missing are nights too', () => {
    const night = 1000 * RATES.borrowRatePerBar;
    const nights = (days: readonly number[]) =>
      interestOf(
        days.map((day) => FRIDAY_MS + day * DAY_MS),
        -1,
      ).map((cost) => Number((cost / night).toFixed(9)));
    expect(nights([0, 3]), 'the bar of Monday pays for the weekend and for itself').to.deep.equal([1, 3]);
    expect(nights([0, 4])).to.deep.equal([1, 4]);
    expect(nights([0, 30, 31])).to.deep.equal([1, 30, 1]);
    expect(nights([0, 1 - 1 / 24, 2]), 'a day of 23 hours').to.deep.equal([
      1,
      Number((1 - 1 / 24).toFixed(9)),
      1 + Number((1 / 24).toFixed(9)),
    ]);
  });

  it('what is closed at the open after a weekend has paid for it, what is opened there has not', () => {
    const a = openAccount(
      [0, 1, 2].map(() => ({ open: 100, close: 100, weight: 0 })),
      { execution: constantExecution(RATES), idleBars: (row) => [0, 2, 2][row] },
    );
    a.stepBar(0, -1, 0);
    a.stepBar(0, 0, 1);
    expect(a.interestCost[0]).to.be.closeTo(2000 * RATES.borrowRatePerBar, 1e-9);
    a.stepBar(0, -1, 2);
    expect(a.interestCost[0]).to.be.closeTo(1000 * RATES.borrowRatePerBar, 1e-4);
  });

  it('credit and funding accrue likewise, at the last mark', () => {
    const weekend = { execution: constantExecution(RATES), idleBars: (row: number) => [0, 2][row] };
    const bars = [
      { open: 100, close: 110, weight: 2 },
      { open: 140, close: 140, weight: 2 },
    ];
    const levered = openAccount(bars, weekend);
    levered.stepBar(0, 2, 0);
    const owed = -levered.cash[0];
    levered.stepBar(0, 2, 1);
    const perBar = RATES.cashRatePerBar;
    expect(levered.interestCost[0]).to.be.closeTo(owed * perBar * 2 + owed * (1 + 2 * perBar) * perBar, 1e-9);
    const funded = openAccount(bars, { idleBars: weekend.idleBars, trading: { fundingRatePerBar: 0.001 } });
    funded.stepBar(0, 1, 0);
    funded.stepBar(0, 1, 1);
    expect(funded.interestCost[0]).to.be.closeTo(10 * (110 * 0.002 + 140 * 0.001), 1e-9);
  });

  it('cost mode none charges nothing, and a gapless market has nothing to ask for', () => {
    const free = openAccount(
      [
        { open: 100, close: 100, weight: -1 },
        { open: 100, close: 100, weight: -1 },
      ],
      {
        execution: constantExecution(RATES),
        mode: 'none',
        idleBars: () => 2,
      },
    );
    free.stepBar(0, -1, 0);
    free.stepBar(0, -1, 1);
    expect(free.interestCost[0]).to.equal(0);
    const openTimeMs = Float64Array.of(0, 1, 2, 0, 1, 4);
    const paths = [
      { from: 0, to: 3 },
      { from: 3, to: 5 },
    ];
    expect(idleBarsOf({ openTimeMs, timeframeMs: 1, paths })).to.equal(null);
    expect(idleBarsOf({ openTimeMs, timeframeMs: 1, paths: [paths[0], { from: 3, to: 6 }] })?.(5)).to.equal(2);
  });

  it('a portfolio of one instrument pays what a single account pays, bridged gaps and funding included', () => {
    const bars = [100, 90, 120, 80, 95].map((open, row) => ({
      open,
      close: open + 3,
      weight: [-1, -1, 2, 0.5, -1][row],
    }));
    const idleBars = (row: number) => [0, 2, 0, 16, -0.25][row];
    const trading = tradingConfig.parse({ fundingRatePerBar: 0.001 });
    const single = openAccount(bars, { execution: constantExecution(RATES), idleBars, trading });
    const column = (read: (bar: (typeof bars)[number]) => number) => Float64Array.from(bars, read);
    const prices = {
      open: column(({ open }) => open),
      high: column(({ close }) => close),
      low: column(({ open }) => open),
      close: column(({ close }) => close),
      session: new Uint8Array(bars.length),
      paths: [{ name: 'hand', from: 0, to: bars.length, regime: null }],
    };
    const portfolio = new PortfolioAccounts({
      count: 1,
      startEquity: 1000,
      executions: [constantExecution(RATES)],
      prices,
      streams: new RngColumns(['1/fills']),
      rules: makePortfolioRules(trading, prices, { count: 1, width: 1 }),
      idleBars,
    });
    portfolio.open(0, COST_MODES.indexOf('sample'));
    bars.forEach(({ weight }, row) => {
      single.stepBar(0, weight, row);
      portfolio.stepBar(0, Float64Array.of(weight), 0, row);
      expect(portfolio.interestCost[0]).to.be.closeTo(single.interestCost[0], 1e-9);
      expect(portfolio.equity[0]).to.be.closeTo(single.equity[0], 1e-9);
    });
    expect(single.interestCost[0]).to.not.equal(0);
  });

  it('a paper account that was restored on a Friday pays for the weekend on Monday', () => {
    const broker = () =>
      new PaperBroker({
        timeframeMs: DAY_MS,
        execution: constantExecution(RATES),
        costMode: 'sample',
        startEquity: 1000,
        rng: createRng(1),
        streamName: 'paper',
      });
    const bar = (openTimeMs: number) => ({ openTimeMs, open: 100, high: 100, low: 100, close: 100, volume: 1 });
    const friday = broker();
    friday.submit({ id: 1, decidedAtMs: 0, targetWeight: -1, side: 'sell', quantity: 10 });
    const night = friday.settle(bar(FRIDAY_MS)).interestCost;
    expect(night).to.be.closeTo(1000 * RATES.borrowRatePerBar, 1e-12);
    const monday = broker();
    monday.restore(friday.save());
    expect(monday.settle(bar(FRIDAY_MS + 3 * DAY_MS)).interestCost).to.be.closeTo(3 * night, 1e-12);
  });

  for (const [name, trading] of Object.entries({
    'plain trading': {},
    'rules and working orders': {
      sizing: { kind: 'fixedFraction', fraction: 2 },
      fundingRatePerBar: 1e-4,
      order: { kind: 'limit', offsetBps: 20, timeInForce: 'bars', bars: 4, onExpiry: 'market' },
    },
  })) {
    it(`over gaps too, a replay through the live runner gives the backtest's books to the last bit: ${name}`, async () => {
      const { worlds, featureSet, normalizer } = liveWorlds(3);
      const interest = async () => {
        const { maxAbsDiff, live } = await checkLiveParity({
          agent: 'rule',
          worlds,
          path: worlds.paths[1],
          loadPolicy: async (context) => windowRule(context),
          execution: drawnExecution(),
          costMode: 'sample',
          targetWeights: [-1, 0, 1],
          trading: tradingConfig.parse(trading),
          startEquity: 10_000,
          rng: createRng(3).fork('judge'),
          featureSet,
          normalizer,
        });
        expect(maxAbsDiff).to.equal(0);
        return sum([...live.columns().interestCost]);
      };
      const gapless = await interest();
      // A weekend after every fifth day of bars, and a bar missing now and then.
      const { openTimeMs } = worlds.bars;
      for (let row = 0; row < openTimeMs.length; row++) {
        openTimeMs[row] += Math.floor(row / 120) * 48 * HOUR_MS + Math.floor(row / 17) * HOUR_MS;
        worlds.session[row] = sessionAt(openTimeMs[row]);
      }
      expect(await interest()).to.be.above(gapless);
    });
  }
});
