import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { mean, sum } from '../../core/statistics.ts';
import { runBacktest } from '../../evaluation/backtest.ts';
import { buyAndHold, flat, movingAverageCross, randomTrader } from '../../evaluation/baselines.ts';
import { replayWeights } from '../../evaluation/replayedWeights.ts';
import { matchTurnover } from '../../evaluation/matchedTurnover.ts';
import { logGrowth } from '../../evaluation/returns.ts';
import { constantExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { ledgerOf } from './ledgers.ts';

const targetWeights = [-1, 0, 1];
const bookOf = (weights: readonly number[]) =>
  ledgerOf(
    weights.map(() => 100),
    { rows: weights.map((targetWeight) => ({ targetWeight })) },
  );
const countChanges = (weights: ArrayLike<number>) =>
  Array.from(weights).filter((weight, bar) => bar > 0 && weight !== weights[bar - 1]).length;

describe('turnover matching', () => {
  it('keeps the shares exactly and the expected number of changes exactly, whatever the agent did', () => {
    const decisions = fc.array(fc.constantFrom(...targetWeights), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(decisions, { minLength: 1, maxLength: 4 }), (books) => {
        const { shares, transitions } = matchTurnover(books.map(bookOf), targetWeights);
        const all = books.flat();
        const steps = all.length - books.length;
        const changes = sum(books.map(countChanges));
        targetWeights.forEach((weight, to) => {
          expect(shares[to]).to.be.closeTo(all.filter((own) => own === weight).length / all.length, 1e-12);
          expect(sum(transitions.map((row, from) => shares[from] * row[to]))).to.be.closeTo(shares[to], 1e-12);
        });
        transitions.forEach((row) => {
          expect(sum(row)).to.be.closeTo(1, 1e-12);
          expect(Math.min(...row)).to.be.at.least(-1e-15);
        });
        const rate = sum(transitions.map((row, from) => shares[from] * (1 - row[from])));
        // A probability cannot exceed 1: an agent that always changes cannot be matched past that on an odd number of bars.
        const capped = transitions.some((row, from) => shares[from] > 0 && row[from] < 1e-12);
        if (capped) expect(rate).to.be.at.most(changes / steps + 1e-12);
        else expect(rate).to.be.closeTo(changes / steps, 1e-12);
      }),
    );
  });

  it('an agent that never changes is matched by one that never changes', () => {
    const { transitions } = matchTurnover([bookOf([1, 1, 1, 1])], targetWeights);
    expect(transitions.map((row) => [...row])).to.deep.equal([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it('refuses a weight that is no action', async () => {
    expect(await refusal(() => matchTurnover([bookOf([0.3])], targetWeights))).to.contain('-1, 0, 1');
  });
});

describe('baselines', () => {
  const worlds = randomWalkWorlds({ paths: 4, barsPerPath: 3000 });
  const court = {
    worlds,
    execution: constantExecution(),
    costMode: 'sample',
    startEquity: 1000,
    rng: createRng(1),
  } as const;
  const run = (policy: ReturnType<typeof flat>, paths = worlds.paths) =>
    runBacktest({ ...court, paths, policy, targetWeights });
  const trend = movingAverageCross({ fastBars: 5, slowBars: 20, targetWeights, worlds });

  it('the random trader changes position as often as the agent, in the same shares, and differs by seed alone', async () => {
    const ledgers = await run(trend);
    const weightsOf = (books: typeof ledgers) => books.map((ledger) => [...ledger.columns().targetWeight]);
    const blind = (seed: number, paths = worlds.paths) =>
      run(randomTrader({ ledgers, targetWeights, worlds, paths, rng: createRng(seed) }), paths);
    const own = weightsOf(ledgers);
    const random = weightsOf(await blind(1));
    const wanted = sum(own.map(countChanges));
    const found = sum(random.map(countChanges));
    expect(Math.abs(found - wanted)).to.be.below(4 * Math.sqrt(wanted));
    expect(mean(random.flat())).to.be.closeTo(mean(own.flat()) ?? NaN, 0.1);
    expect(weightsOf(await blind(1, [worlds.paths[2]]))[0]).to.deep.equal(random[2]);
    expect(weightsOf(await blind(2))).not.to.deep.equal(random);
  });

  it('of an agent with weights of a range: its own weights and turnover, at other times', async () => {
    const range = { min: -1, max: 1, deadband: 0.02 };
    const book = bookOf(Array.from({ length: 500 }, (_, bar) => Math.fround(Math.sin(bar / 20) * Math.cos(bar / 7))));
    const weights = [...book.columns().targetWeight];
    const turnover = (of: readonly number[]) => mean(of.slice(1).map((weight, bar) => Math.abs(weight - of[bar])));
    const replayed = Array.from({ length: 400 }, (_, seed) => {
      const out = new Float32Array(90);
      replayWeights([book], createRng(seed), out);
      return [...out];
    });
    expect(mean(replayed.map((of) => turnover(of) ?? NaN))).to.be.closeTo(turnover(weights) ?? NaN, 0.002);
    expect(mean(replayed.flat())).to.be.closeTo(mean(weights) ?? NaN, 0.02);
    const agreement = mean(replayed.map((of) => mean(of.map((weight, bar) => weight * weights[bar])) ?? NaN)) ?? NaN;
    const own = mean(weights.map((weight) => weight ** 2)) ?? NaN;
    expect(Math.abs(agreement), 'its timing is gone').to.be.below(0.1 * own);
    for (const of of replayed) expect(of.every((weight) => weights.includes(weight))).to.equal(true);

    const { paths } = worlds;
    const blind = (seed: number) =>
      randomTrader({ ledgers: [book], targetWeights: range, worlds, paths, rng: createRng(seed) });
    const walk = (seed: number, policy = blind(seed)) => runBacktest({ ...court, paths, policy, targetWeights: range });
    const [one, again, other] = [await walk(1), await walk(1), await walk(2)];
    expect(again[0].columns().targetWeight).to.deep.equal(one[0].columns().targetWeight);
    expect(other[0].columns().targetWeight).to.not.deep.equal(one[0].columns().targetWeight);
    expect(await refusal(() => replayWeights([bookOf([0.3])], createRng(1), new Float32Array(3)))).to.contain(
      'at least two bars',
    );
  });

  it('nothing that follows or fades earns on a random walk without costs', async () => {
    for (const weights of [targetWeights, [1, 0, -1]]) {
      const policy = movingAverageCross({ fastBars: 2, slowBars: 12, targetWeights: weights, worlds });
      const growth = (await run(policy)).map((ledger) => sum(logGrowth(ledger)));
      // Log growth of a fair game: minus half the variance a bar, with a standard deviation of 1 % a bar.
      const bars = 4 * 2990;
      expect(Math.abs(sum(growth) + bars * 0.5e-4)).to.be.below(4 * 0.01 * Math.sqrt(bars));
    }
  });

  it('the moving average cross is causal: later bars do not change earlier actions', () => {
    const changed = { ...worlds, bars: { ...worlds.bars, close: worlds.bars.close.slice() } };
    changed.bars.close.fill(1e6, 1000, 3000);
    const other = movingAverageCross({ fastBars: 5, slowBars: 20, targetWeights, worlds: changed });
    const rows = Int32Array.from({ length: 1010 }, (_, row) => row);
    const observations = { row: rows, state: new Float32Array() };
    const [before, after] = [new Int32Array(rows.length), new Int32Array(rows.length)];
    void trend.act(observations, before);
    void other.act(observations, after);
    expect(after.subarray(0, 1000)).to.deep.equal(before.subarray(0, 1000));
    expect([...after.subarray(1000)].every((action) => action === 2)).to.equal(true);
  });

  it('a baseline that the actions do not allow is refused', async () => {
    expect(await refusal(() => buyAndHold([-1, 0]))).to.contain('long');
    expect(await refusal(() => flat([-1, 1]))).to.contain('flat');
    expect(await refusal(() => movingAverageCross({ fastBars: 9, slowBars: 9, targetWeights, worlds }))).to.contain(
      'cross',
    );
  });
});
