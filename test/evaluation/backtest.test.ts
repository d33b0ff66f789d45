import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { HOUR_MS } from '../../core/units.ts';
import { LEDGER_COLUMNS } from '../../envs/ledger.ts';
import { runBacktest, type BacktestOptions } from '../../evaluation/backtest.ts';
import { buyAndHold, flat, movingAverageCross } from '../../evaluation/baselines.ts';
import { constantExecution, drawnExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { handWorlds } from '../helpers/tradingEnvs.ts';

const targetWeights = [-1, 0, 1];

function walk(options: Partial<BacktestOptions> = {}) {
  const worlds = options.worlds ?? randomWalkWorlds({ paths: 5, barsPerPath: 150 });
  return runBacktest({
    worlds,
    paths: worlds.paths,
    policy: movingAverageCross({ fastBars: 3, slowBars: 9, targetWeights, worlds }),
    execution: drawnExecution(),
    costMode: 'sample',
    targetWeights,
    startEquity: 1000,
    rng: createRng(7),
    ...options,
  });
}

describe('backtest', () => {
  it('a path has the same ledger alone as among others, of other lengths too', async () => {
    const regular = randomWalkWorlds({ paths: 5, barsPerPath: 150 });
    const paths = regular.paths.map((path, index) => ({ ...path, to: path.to - 20 * index }));
    const worlds = { ...regular, paths };
    const together = await walk({ worlds });
    for (const [index, path] of paths.entries()) {
      const [alone] = await walk({ worlds, paths: [path] });
      expect(alone.columns()).to.deep.equal(together[index].columns());
    }
    const other = await walk({ worlds, rng: createRng(8) });
    expect(other[0].columns().equity).not.to.deep.equal(together[0].columns().equity);
  });

  it('walks each path once, from its first observable row to its last', async () => {
    const worlds = randomWalkWorlds({ paths: 2, barsPerPath: 60 });
    const ledgers = await walk({ worlds });
    for (const [index, { name, from, to }] of worlds.paths.entries()) {
      const { row, closeTimeMs } = ledgers[index].columns();
      const rows = Array.from(
        { length: to - from - worlds.warmupBars - 1 },
        (_, bar) => from + worlds.warmupBars + 1 + bar,
      );
      expect(ledgers[index].path).to.equal(name);
      expect([...row]).to.deep.equal(rows);
      expect(closeTimeMs[0]).to.equal(worlds.bars.openTimeMs[rows[0]] + HOUR_MS);
    }
  });

  it('buying and holding without costs earns the price from the first fill on, cash earns nothing', async () => {
    const worlds = handWorlds([10, 11, 12, 13], [10.5, 11.5, 12.5, 14]);
    const options = { worlds, execution: constantExecution() };
    const [held] = await walk({ ...options, policy: buyAndHold(targetWeights) });
    expect(held.columns().equity.at(-1)).to.be.closeTo((1000 * 14) / 11, 1e-9);
    const [cash] = await walk({ ...options, policy: flat(targetWeights) });
    expect([...cash.columns().equity]).to.deep.equal([1000, 1000, 1000]);
  });

  it('a ruined account stays in cash to the end of its path while its neighbors go on', async () => {
    // Short at 10; the price quadruples, which costs more than all.
    const worlds = handWorlds([10, 10, 40, 40, 10, 10, 10, 10]);
    const short = { name: 'short', act: (_: unknown, actions: Int32Array) => void actions.fill(0) };
    const [ledger] = await walk({ worlds, policy: short, execution: constantExecution() });
    const { equity, quantity, row } = ledger.columns();
    expect([...row]).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect([...equity]).to.deep.equal([1000, 1, 1, 1, 1, 1, 1]);
    expect([...quantity.subarray(1)]).to.deep.equal([0, 0, 0, 0, 0, 0]);
  });

  it('costs never help: p90 leaves less than the median, the median less than none', async () => {
    const final = async (costMode: BacktestOptions['costMode']) =>
      (await walk({ costMode })).map((ledger) => ledger.columns().equity.at(-1) ?? NaN);
    const [free, median, stressed] = [await final('none'), await final('p50'), await final('p90')];
    free.forEach((value, path) => {
      expect(value).to.be.above(median[path]);
      expect(median[path]).to.be.above(stressed[path]);
    });
  });

  it('every ledger balances: cash and position are the equity, and every column is finite', async () => {
    for (const ledger of await walk()) {
      const columns = ledger.columns();
      columns.equity.forEach((equity, bar) => {
        expect(columns.cash[bar] + columns.quantity[bar] * columns.close[bar]).to.be.closeTo(equity, 1e-9);
      });
      for (const column of LEDGER_COLUMNS) expect(columns[column].every(Number.isFinite)).to.equal(true);
    }
  });

  it('refuses no paths, a path too short, and two of one name', async () => {
    const worlds = randomWalkWorlds({ paths: 2, barsPerPath: 60 });
    const [first] = worlds.paths;
    expect(await refusal(() => walk({ worlds, paths: [] }))).to.contain('no path');
    expect(await refusal(() => walk({ worlds, paths: [{ ...first, to: first.from + 3 }] }))).to.contain('too short');
    expect(await refusal(() => walk({ worlds, paths: [first, first] }))).to.contain('different names');
  });
});
