import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { runBacktest } from '../../evaluation/backtest.ts';
import { buyAndHold, movingAverageCross } from '../../evaluation/baselines.ts';
import type { Policy } from '../../agents/agent.ts';
import { judgeBenchmarks, measureAgent, type Courtroom } from '../../evaluation/judge.ts';
import { judgeConfig } from '../../evaluation/judgeConfig.ts';
import { reachVerdict } from '../../evaluation/reachVerdict.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';

const worlds = randomWalkWorlds({ paths: 6, barsPerPath: 300 });
const targetWeights = [-1, 0, 1];
const config = judgeConfig.parse({ randomReplicas: 2, bootstrap: { resamples: 300 } });
const court: Courtroom = {
  worlds,
  paths: worlds.paths,
  execution: drawnExecution(),
  targetWeights,
  startEquity: 1000,
  barsPerYear: 8760,
  config,
  rng: createRng(11),
};
const trend = movingAverageCross({ fastBars: 5, slowBars: 30, targetWeights, worlds });
const identify = (name: string) => ({ name, kind: 'rule', weightsHash: 'none' });

/** Knows the next bar. */
const clairvoyant: Policy = {
  name: 'clairvoyant',
  act: ({ row }, actions) => {
    const { open, close } = worlds.bars;
    for (let env = 0; env < actions.length; env++) {
      actions[env] = close[row[env] + 1] > open[row[env] + 1] ? 2 : 0;
    }
  },
};

describe('judge', () => {
  it('holding the asset by another name is neither better nor worse than buy-and-hold: same costs, same luck', async () => {
    const benchmarks = await judgeBenchmarks(court);
    const found = await measureAgent(buyAndHold(targetWeights), identify('holder'), benchmarks, court);
    const [holding] = benchmarks;
    expect(found.judged.test).to.deep.equal(holding.judged.test);
    expect(found.comparisons[0]).to.include({ benchmark: 'buyAndHold', meanExcessBps: 0, lowerBps: 0, upperBps: 0 });
    expect(found.comparisons.map(({ benchmark }) => benchmark)).to.deep.equal(['buyAndHold', 'flat', 'random']);
    expect(found.random.judged.test.paths).to.equal(12);
    expect(found.random.judged.test.turnover).to.be.closeTo(holding.judged.test.turnover ?? NaN, 0.05);
  });

  it('one who knows the next bar is better than all, a trend follower on a random walk is not', async () => {
    const benchmarks = await judgeBenchmarks(court);
    const seer = await measureAgent(clairvoyant, identify('seer'), benchmarks, court);
    for (const { lowerBps } of seer.comparisons) expect(lowerBps).to.be.above(0);
    const follower = await measureAgent(trend, identify('trend'), benchmarks, court);
    expect(follower.comparisons[0].lowerBps).to.be.below(0);
    const trials = { count: 2, sharpes: [0.1, 0.2] };
    const verdict = await reachVerdict(follower, { gates: config.gates, trials, benchmarks });
    expect(verdict.gates.find(({ name }) => name === 'beatsBuyAndHold')).to.include({ passed: false });
    expect(verdict).to.include({ name: 'trend', kind: 'rule', weightsHash: 'none', promoted: false });
    expect(verdict.deflatedSharpe).to.be.within(0, 1);
    expect(verdict.stressed.costs.total).to.be.above(verdict.test.costs.total);
    expect(Object.keys(verdict.perRegime)).to.deep.equal(['uptrend', 'downtrend', 'oscillating', 'plateau']);
    expect(verdict.gates.map(({ name }) => name)).to.deep.equal(config.gates.map(({ kind }) => kind));
  });

  it('the verdict is a function of seed and config, and the judged ledger is the plain backtest', async () => {
    const judgeOnce = async () => {
      const benchmarks = await judgeBenchmarks(court);
      const found = await measureAgent(trend, identify('trend'), benchmarks, court);
      const verdict = await reachVerdict(found, { gates: config.gates, trials: { count: 1, sharpes: [] }, benchmarks });
      return { found, verdict };
    };
    const [one, other] = [await judgeOnce(), await judgeOnce()];
    expect(other.verdict).to.deep.equal(one.verdict);
    const plain = await runBacktest({ ...court, policy: trend, costMode: 'sample' });
    expect(plain.map((ledger) => ledger.columns())).to.deep.equal(one.found.ledgers.map((ledger) => ledger.columns()));
  });

  it('no verdict without buy-and-hold', async () => {
    const found = await measureAgent(trend, identify('trend'), [], court);
    const law = { gates: config.gates, trials: { count: 1, sharpes: [] }, benchmarks: [] };
    expect(await refusal(() => reachVerdict(found, law))).to.contain('buy-and-hold');
  });
});
