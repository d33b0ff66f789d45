import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { runBacktest } from '../../evaluation/backtest.ts';
import { buyAndHold, flat, movingAverageCross } from '../../evaluation/baselines.ts';
import type { Policy } from '../../agents/agent.ts';
import { judgeBenchmarks, measureAgent, type Courtroom } from '../../evaluation/judge.ts';
import { judgeConfig } from '../../evaluation/judgeConfig.ts';
import type { LedgerSink } from '../../evaluation/ledgerSink.ts';
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
    expect(found.random.judged).to.include({ name: 'random (holder)', matchedTo: 'holder', lives: 2 });
    expect(found.random.judged.test).to.include({ paths: 6, bars: holding.judged.test.bars });
    expect(found.random.judged.test.turnover).to.be.closeTo(holding.judged.test.turnover ?? NaN, 0.05);
  });

  it('one who knows the next bar is better than all, a trend follower on a random walk is not', async () => {
    const benchmarks = await judgeBenchmarks(court);
    const seer = await measureAgent(clairvoyant, identify('seer'), benchmarks, court);
    for (const { lowerBps } of seer.comparisons) expect(lowerBps).to.be.above(0);
    const follower = await measureAgent(trend, identify('trend'), benchmarks, court);
    expect(follower.comparisons[0].lowerBps).to.be.below(0);
    const trials = { count: 2, sharpes: [0.1, 0.2] };
    const verdict = await reachVerdict(follower, { gates: config.gates, trials, benchmarks, regimeLabels: 'latent' });
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
      const verdict = await reachVerdict(found, {
        gates: config.gates,
        trials: { count: 1, sharpes: [] },
        benchmarks,
        regimeLabels: 'latent',
      });
      return { found, verdict };
    };
    const [one, other] = [await judgeOnce(), await judgeOnce()];
    expect(other.verdict).to.deep.equal(one.verdict);
    const plain = await runBacktest({ ...court, policy: trend, costMode: 'sample' });
    expect(plain.map((ledger) => ledger.columns())).to.deep.equal(one.found.ledgers.map((ledger) => ledger.columns()));
  });

  const gatesOf = async (policy: Policy, name: string) => {
    const benchmarks = await judgeBenchmarks(court);
    const found = await measureAgent(policy, identify(name), benchmarks, court);
    const trials = { count: 1, sharpes: [] };
    const { gates } = await reachVerdict(found, { gates: config.gates, trials, benchmarks, regimeLabels: 'latent' });
    return Object.fromEntries(gates.map((gate) => [gate.name, gate]));
  };

  it('one that holds the asset beats neither buy-and-hold nor its random traders, which trade as it does on every bar', async () => {
    const { beatsBuyAndHold, beatsRandom, minTrades } = await gatesOf(buyAndHold(targetWeights), 'holder');
    for (const { passed, value, reason } of [beatsBuyAndHold, beatsRandom]) {
      expect({ passed, value }).to.deep.equal({ passed: false, value: null });
      expect(reason).to.match(/has nothing to measure: the policy traded as .* on every bar/);
    }
    expect(minTrades.reason).to.contain('has nothing to measure: the policy closed no trade');
  });

  it('one that never trades passes no gate that measures trading', async () => {
    const { beatsBuyAndHold, ...others } = await gatesOf(flat(targetWeights), 'idler');
    expect(Object.keys(others)).to.have.length(6);
    for (const { passed, value, reason } of Object.values(others)) {
      expect({ passed, value }).to.deep.equal({ passed: false, value: null });
      expect(reason).to.contain('has nothing to measure: the policy never traded');
    }
    expect(beatsBuyAndHold.value).to.be.a('number');
  });

  it('random traders stand beside their agent per life: as many bars and about as many trades', async () => {
    const many = { ...court, config: { ...config, randomReplicas: 8 } };
    const found = await measureAgent(trend, identify('trend'), await judgeBenchmarks(many), many);
    const [own, random] = [found.judged.test, found.random.judged.test];
    expect(found.random.judged).to.include({ name: 'random (trend)', matchedTo: 'trend', lives: 8 });
    expect(random).to.include({ bars: own.bars, paths: own.paths });
    expect(random.trades / own.trades).to.be.within(0.8, 1.25);
    expect(random.turnover ?? NaN).to.be.closeTo(own.turnover ?? NaN, 0.2 * (own.turnover ?? NaN));
    expect(found.random.curve.equity.at(-1)).to.be.closeTo(1000 * (1 + random.totalReturn), 1e-9);
  });

  it('the sink is given every walk once: each policy at sampled costs and at p90, random traders life by life', async () => {
    const seen: string[] = [];
    const sink: LedgerSink = {
      keep({ policy, matchedTo, costs, replica }, ledgers) {
        expect(ledgers.map(({ path }) => path)).to.deep.equal(worlds.paths.map(({ name }) => name));
        for (const ledger of ledgers) expect(ledger.fills).not.to.equal(null);
        seen.push([policy, matchedTo, costs, replica].join(' '));
        return Promise.resolve();
      },
    };
    const open = { ...court, sink };
    await measureAgent(trend, identify('trend'), await judgeBenchmarks(open), open);
    const walks = ['buyAndHold  0', 'flat  0', 'trend  0', 'random trend 0', 'random trend 1'];
    const expected = walks.flatMap((walk) => ['sample', 'p90'].map((costs) => walk.replace(/(\d)$/, `${costs} $1`)));
    expect(seen).to.deep.equal(expected);
  });

  it('no verdict without buy-and-hold', async () => {
    const found = await measureAgent(trend, identify('trend'), [], court);
    const law = {
      gates: config.gates,
      trials: { count: 1, sharpes: [] },
      benchmarks: [],
      regimeLabels: 'latent' as const,
    };
    expect(await refusal(() => reachVerdict(found, law))).to.contain('buy-and-hold');
  });
});
