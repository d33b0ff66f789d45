import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { tradingConfig } from '../../envs/tradingConfig.ts';
import { movingAverageCross } from '../../evaluation/baselines.ts';
import { judgeAtCosts } from '../../evaluation/judgeAtCosts.ts';
import { judgeConfig } from '../../evaluation/judgeConfig.ts';
import { COST_MODES } from '../../market/execution/executionModel.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';

const worlds = randomWalkWorlds({ seed: 4, paths: 3, barsPerPath: 300 });
const targetWeights = [-1, 0, 1];
const court = {
  worlds,
  paths: worlds.paths,
  execution: drawnExecution(),
  targetWeights,
  startEquity: 10_000,
  barsPerYear: 8766,
  config: judgeConfig.parse({}),
  rng: createRng(1),
};
const trader = movingAverageCross({ fastBars: 3, slowBars: 9, targetWeights, worlds });

describe('judging at several costs', () => {
  it('the same decisions earn less the dearer the costs, and holding hardly feels them', async () => {
    const found = await judgeAtCosts([trader], COST_MODES, court);
    expect(found.map(({ name, costs }) => `${name} ${costs}`)).to.deep.equal(
      ['ema3x9', 'buyAndHold'].flatMap((name) => COST_MODES.map((costs) => `${name} ${costs}`)),
    );
    const at = (name: string, costs: string) => {
      const row = found.find((candidate) => candidate.name === name && candidate.costs === costs);
      if (row === undefined) throw new Error('row is missing');
      return row.performance;
    };
    const returns = ['none', 'p50', 'sample', 'p90'].map((costs) => at('ema3x9', costs).totalReturn);
    expect(returns[0]).to.be.above(returns[1]);
    expect(returns[1]).to.be.above(returns[3]);
    expect(returns[2]).to.be.within(returns[3], returns[0]);
    expect(at('ema3x9', 'none').costs.total).to.equal(0);
    expect(new Set(COST_MODES.map((costs) => at('ema3x9', costs).trades)).size).to.equal(1);
    const cost = (name: string) => at(name, 'none').totalReturn - at(name, 'p90').totalReturn;
    expect(cost('buyAndHold')).to.be.below(cost('ema3x9') / 10);
  });

  it('rules of the trader bind the trader, not the benchmark', async () => {
    const trading = tradingConfig.parse({ stopLoss: 0.005, limits: { maxWeight: 0.5 } });
    const [bound, held] = await judgeAtCosts([trader], ['none'], { ...court, trading });
    const [free, heldFree] = await judgeAtCosts([trader], ['none'], court);
    expect(bound.performance.exposure).to.be.below(0.6 * free.performance.exposure);
    expect(held.performance).to.deep.equal(heldFree.performance);
  });
});
