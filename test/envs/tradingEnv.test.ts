import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createCurriculum } from '../../curricula/curriculum.ts';
import { STATE_SIZE } from '../../envs/accountState.ts';
import { TradingEnv, type TradingEnvOptions } from '../../envs/tradingEnv.ts';
import { makeReward } from '../../rewards/reward.ts';
import { rewardConfig } from '../../rewards/rewardConfig.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { walkEnv } from '../helpers/tradingEnvs.ts';

const worlds = randomWalkWorlds({ seed: 5, barsPerPath: 200, window: 16 });
const stages = [{ name: 'all', regimes: null, costs: 'sample', share: 1 }] as const;

function singleEnv(options: Partial<TradingEnvOptions> = {}): TradingEnv {
  return new TradingEnv({
    worlds,
    source: createCurriculum({ stages, episodeBars: 40, worlds }),
    execution: drawnExecution(),
    reward: makeReward(rewardConfig.parse({})),
    targetWeights: [-1, 0, 1],
    startEquity: 10_000,
    ...options,
  });
}

describe('single trading env', () => {
  it('reset with the same seed starts at the same row and lives the same life, every time', () => {
    const env = singleEnv();
    const lives = [1, 2, 3, 4].map(() => {
      const shown: unknown[] = [env.reset({ seed: 123 }).info];
      for (let t = 0; t < 10; t++) {
        const { observation, reward, info } = env.step(t % 3);
        shown.push([...observation], reward, info);
      }
      return shown;
    });
    for (const life of lives) expect(life).to.deep.equal(lives[0]);
    expect(env.reset({ seed: 124 }).info).to.not.deep.equal(lives[0][0]);
  });

  it('reset without a seed goes on to another episode', () => {
    const env = singleEnv({ seed: 3 });
    const rows = new Set(Array.from({ length: 10 }, () => env.reset().info.row));
    expect(rows.size).to.be.above(5);
    expect(singleEnv({ seed: 3 }).reset().info).to.deep.equal(singleEnv({ seed: 3 }).reset().info);
  });

  it('an observation is the window that ends on the row, oldest first, then the account; it never holds a later row', () => {
    const env = singleEnv();
    const { observationSpace, actionSpace } = env;
    expect(observationSpace.shape).to.deep.equal([16 * worlds.context.features + STATE_SIZE]);
    expect(actionSpace).to.deep.equal({ kind: 'discrete', numActions: 3 });
    let { observation, info } = env.reset({ seed: 1 });
    for (let t = 0; t < 20; t++) {
      const { matrix, features } = worlds.context;
      const window = matrix.slice((info.row - 15) * features, (info.row + 1) * features);
      expect(observation.slice(0, window.length)).to.deep.equal(window);
      expect(observation[window.length]).to.be.closeTo(
        (info.quantity * worlds.bars.close[info.row]) / info.equity,
        1e-5,
      );
      ({ observation, info } = env.step(t % 3));
    }
  });

  it('lives the life of the vector env of width 1', () => {
    const env = singleEnv();
    const vector = walkEnv(7, 1, { worlds });
    expect(env.reset({ seed: 7 }).info.row).to.equal(vector.reset().row[0]);
    for (let t = 0; t < 40; t++) {
      const step = env.step(t % 3);
      const batch = vector.step(Int32Array.of(t % 3));
      expect(step.reward).to.equal(batch.reward[0]);
      expect(step.info.row).to.equal(batch.finalRow[0]);
      expect(step.truncated).to.equal(batch.truncated[0] === 1);
      if (!step.truncated) expect(step.info.equity).to.equal(vector.accounts.equity[0]);
      else expect(step.info.equity).to.not.equal(10_000); // of the episode that ended, not of the next
    }
  });

  it('walks the episode it is told to', () => {
    const env = singleEnv();
    const episode = { startRow: 220, endRow: 223, costMode: 'none' } as const;
    expect(env.reset({ options: { episode } }).info.row).to.equal(220);
    expect([env.step(2).truncated, env.step(2).truncated, env.step(2).truncated]).to.deep.equal([false, false, true]);
  });

  it('refuses a step before reset, after the end, and after close', async () => {
    const env = singleEnv();
    expect(await refusal(() => env.step(1))).to.contain('call reset');
    env.reset();
    for (let t = 0; t < 40; t++) env.step(1);
    expect(await refusal(() => env.step(1))).to.contain('ended');
    env.reset();
    expect(await refusal(() => env.step(7))).to.contain('below 3');
    env.close();
    expect(await refusal(() => env.step(1))).to.contain('closed');
    expect(await refusal(() => env.reset())).to.contain('closed');
  });
});
