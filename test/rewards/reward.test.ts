import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { walkPaths } from '../../curricula/walkPaths.ts';
import { makeReward } from '../../rewards/reward.ts';
import { rewardConfig, type RewardConfig } from '../../rewards/rewardConfig.ts';
import { cost, drawdown, excessLogGrowth, logGrowth, turnover, type RewardColumns } from '../../rewards/terms.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';
import { handEnv } from '../helpers/tradingEnvs.ts';

const of = (value: number) => Float64Array.of(NaN, value);
/** 1,000 became 990, 8 of it costs, while the asset rose by a tenth. */
const bar: RewardColumns = {
  equityBefore: of(1000),
  equity: of(990),
  peakEquity: of(1100),
  markBefore: of(100),
  mark: of(110),
  tradedNotional: of(2000),
  feeCost: of(4),
  spreadCost: of(2),
  slippageCost: of(1),
  interestCost: of(1),
};

const worlds = randomWalkWorlds({ seed: 8, paths: 1, barsPerPath: 200 });

describe('rewards', () => {
  it('each term is what its words say', () => {
    expect(logGrowth(bar, 1)).to.be.closeTo(Math.log(0.99), 1e-12);
    expect(excessLogGrowth(bar, 1)).to.be.closeTo(Math.log(0.99) - Math.log(1.1), 1e-12);
    expect(drawdown(bar, 1)).to.be.closeTo(-0.1, 1e-12);
    expect(turnover(bar, 1)).to.equal(-2);
    expect(cost(bar, 1)).to.equal(-0.008);
  });

  it('the reward is the scaled, weighted sum of its terms', () => {
    const weights = { logGrowth: 2, excessLogGrowth: 3, drawdown: 0.5, turnover: 0.25, cost: 7 };
    const expected =
      2 * logGrowth(bar, 1) +
      3 * excessLogGrowth(bar, 1) +
      0.5 * drawdown(bar, 1) +
      0.25 * turnover(bar, 1) +
      7 * cost(bar, 1);
    expect(makeReward({ ...weights, scale: 100 })(bar, 1)).to.be.closeTo(100 * expected, 1e-9);
    expect(makeReward(rewardConfig.parse({}))(bar, 1)).to.equal(logGrowth(bar, 1));
  });

  it('log growth sums to the log of final over starting equity', () => {
    const { total, growth } = walk({}, (_row, t) => t % 3);
    expect(total).to.be.closeTo(Math.log(growth), 1e-6);
  });

  it('excess log growth of holding the asset from the first bar on is nothing but its costs and the first gap', () => {
    const { total, growth } = walk({ logGrowth: 0, excessLogGrowth: 1 }, () => 2);
    const { close } = worlds.bars;
    const held = close[worlds.paths[0].to - 1] / close[worlds.warmupBars];
    expect(total).to.be.closeTo(Math.log(growth / held), 1e-6);
  });

  for (const weights of [{}, { excessLogGrowth: 1 }, { drawdown: 0.1, cost: 1, turnover: 0.001 }]) {
    it(`a clairvoyant earns more than one who stays flat, who earns more than its inverse: ${JSON.stringify(weights)}`, () => {
      const { open, close } = worlds.bars;
      const direction = (row: number) => Math.sign(close[row + 1] - open[row + 1]);
      const clairvoyant = walk(weights, (row) => 1 + direction(row)).total;
      const flat = walk(weights, () => 1).total;
      const inverted = walk(weights, (row) => 1 - direction(row)).total;
      expect(clairvoyant).to.be.above(flat);
      expect(flat).to.be.above(inverted);
    });
  }

  it('refuses unknown terms, negative weights and a reward of penalties alone', () => {
    expect(rewardConfig.safeParse({ logGrwth: 1 }).success).to.equal(false);
    expect(rewardConfig.safeParse({ turnover: -1 }).success).to.equal(false);
    expect(rewardConfig.safeParse({ logGrowth: 0, drawdown: 1 }).success).to.equal(false);
    expect(rewardConfig.safeParse({ logGrowth: 0, excessLogGrowth: 1 }).success).to.equal(true);
  });
});

/** Sum of rewards and growth of equity over the whole path. */
function walk(weights: Partial<RewardConfig>, act: (row: number, t: number) => number) {
  const env = handEnv(worlds, {
    source: walkPaths(worlds.paths, worlds.warmupBars, 'sample'),
    execution: drawnExecution({ takerFeeBps: 1 }),
    reward: makeReward(rewardConfig.parse(weights)),
    observer: { onBar: (_env, _row, accounts) => void (growth = accounts.equity[0] / 1000) },
  });
  let growth = 1;
  let total = 0;
  let batch = env.reset();
  for (let t = 0; batch.truncated[0] === 0; t++) {
    batch = env.step(Int32Array.of(act(batch.row[0], t)));
    total += batch.reward[0];
  }
  return { total, growth };
}
