import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { STATE_SIZE } from '../../envs/accountState.ts';
import type { TradingVectorEnv } from '../../envs/tradingVectorEnv.ts';
import { testVectorEnvContract } from '../contracts/vectorEnvContract.ts';
import { constantExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { handEnv, handWorlds, walkEnv } from '../helpers/tradingEnvs.ts';

const [SHORT, FLAT, LONG] = [0, 1, 2];
const one = (action: number) => Int32Array.of(action);

testVectorEnvContract('trading env', (seed, numEnvs) => walkEnv(seed, numEnvs));
testVectorEnvContract('leveraged trading env that is often ruined', leveragedEnv);
testVectorEnvContract('trading env whose actions are any weight of a range', (seed, numEnvs) =>
  walkEnv(seed, numEnvs, { targetWeights: { min: -2, max: 3, deadband: 0.05 } }),
);

describe('trading env', () => {
  it('an action on bar t never fills at a price the observation held: it earns from the next open on', () => {
    const env = handEnv(handWorlds([100, 150, 150], [100, 180, 180]));
    env.reset();
    const { reward } = env.step(one(LONG));
    expect(reward[0]).to.be.closeTo(Math.log(180 / 150), 1e-6); // and not log(180 / 100)
  });

  it('the first entry pays fees, spread and slippage', () => {
    const execution = constantExecution({ takerFeeBps: 50, halfSpreadBps: 30, slippageBps: 20 });
    const env = handEnv(handWorlds([100, 100, 100]), { execution });
    env.reset();
    env.step(one(LONG));
    expect(env.accounts.equity[0]).to.be.closeTo(1000 / 1.01, 1e-9);
    expect(env.accounts.cash[0]).to.be.closeTo(0, 1e-9);
  });

  it('ruin is terminated, not truncated, even on the last row, and the reward is finite', () => {
    const env = handEnv(handWorlds([100, 100, 300]));
    env.reset();
    env.step(one(SHORT));
    const { terminated, truncated, reward, finalState } = env.step(one(SHORT));
    expect([terminated[0], truncated[0]]).to.deep.equal([1, 0]);
    expect(reward[0]).to.be.closeTo(Math.log(1e-3), 1e-5);
    expect([...finalState].every(Number.isFinite)).to.equal(true);
  });

  it('the leveraged env of the contract suite does end both ways', () => {
    const env = leveragedEnv(1, 8);
    env.reset();
    const ends = { terminated: 0, truncated: 0 };
    for (let t = 0; t < 200; t++) {
      const { terminated, truncated } = env.step(Int32Array.from({ length: 8 }, (_, i) => (t + i) % 4));
      ends.terminated += terminated.reduce((sum, end) => sum + end);
      ends.truncated += truncated.reduce((sum, end) => sum + end);
    }
    expect(Math.min(ends.terminated, ends.truncated)).to.be.above(10);
  });

  it('the end of the data is truncated, not terminated, and the final observation is of the last row', () => {
    const env = handEnv(handWorlds([100, 101, 102]));
    env.reset();
    expect(env.step(one(FLAT)).truncated[0]).to.equal(0);
    const batch = env.step(one(FLAT));
    expect([batch.terminated[0], batch.truncated[0], batch.finalRow[0], batch.row[0]]).to.deep.equal([0, 1, 2, 0]);
  });

  it('an episode carries nothing of the one before: flat, with the starting cash, no cost, no drawdown', () => {
    const env = walkEnv(9, 8);
    env.reset();
    let starts = 0;
    for (let t = 0; t < 200; t++) {
      const { terminated, truncated, state } = env.step(new Int32Array(8).fill(t % 3));
      for (let i = 0; i < 8; i++) {
        if (terminated[i] + truncated[i] === 0) continue;
        starts += 1;
        expect([...state.subarray(i * STATE_SIZE, (i + 1) * STATE_SIZE)].every((value) => value === 0)).to.equal(true);
        expect([env.accounts.equity[i], env.accounts.quantity[i]]).to.deep.equal([10_000, 0]);
      }
    }
    expect(starts).to.be.above(20);
  });

  it('no window reaches into another path', () => {
    const worlds = randomWalkWorlds({ window: 16, barsPerPath: 60, paths: 5 });
    const env = walkEnv(3, 16, { worlds });
    let batch = env.reset();
    for (let t = 0; t < 200; t++) {
      for (const row of [...batch.row, ...batch.finalRow]) {
        const path = worlds.paths.find(({ from, to }) => row >= from && row < to);
        expect(row - 15).to.be.at.least(path?.from ?? Infinity);
      }
      batch = env.step(new Int32Array(16).fill(1));
    }
  });

  it('no edge on a random walk: following or fading the last return earns nothing before costs', () => {
    const worlds = randomWalkWorlds({ seed: 12, paths: 20, barsPerPath: 600, volatility: 0.01 });
    expect(Math.abs(edge(worlds, 1))).to.be.below(4);
    expect(Math.abs(edge(worlds, -1))).to.be.below(4);
  });

  it('and the same measure sees an edge where the observation leaks the next bar', () => {
    const worlds = randomWalkWorlds({ seed: 12, paths: 20, barsPerPath: 600, volatility: 0.01 });
    const { matrix, features, rows } = worlds.context;
    for (let row = 0; row < rows - 1; row++) matrix[row * features] = matrix[(row + 1) * features];
    expect(edge(worlds, 1)).to.be.above(20);
  });

  it('refuses an unknown action, an episode outside its path, and options that make no market', async () => {
    const env = handEnv(handWorlds([100, 101, 102]));
    expect(await refusal(() => env.step(one(LONG)))).to.contain('step before reset');
    env.reset();
    for (const action of [3, -1]) expect(await refusal(() => env.step(one(action)))).to.contain('below 3');
    const outside = (startRow: number, endRow: number) =>
      handEnv(handWorlds([100, 101, 102]), { source: { next: () => ({ startRow, endRow, costMode: 'none' }) } });
    for (const [start, end] of [
      [0, 3],
      [2, 2],
      [-1, 2],
      [5, 7],
    ]) {
      expect(await refusal(() => outside(start, end).reset())).to.contain('episode does not fit');
    }
    const worlds = handWorlds([100, 101]);
    expect(await refusal(() => handEnv(worlds, { targetWeights: [] }))).to.contain('targetWeights');
    expect(await refusal(() => handEnv(worlds, { targetWeights: [NaN] }))).to.contain('targetWeights');
    expect(await refusal(() => handEnv(worlds, { startEquity: 0 }))).to.contain('startEquity');
    expect(await refusal(() => handEnv(worlds, { numEnvs: 0 }))).to.contain('numEnvs');
    expect(await refusal(() => handEnv(worlds, { ruinFraction: 1 }))).to.contain('ruinFraction');
    expect(await refusal(() => handEnv(worlds, { numEnvs: 2, streamNames: ['a', 'a'] }))).to.contain('streamNames');
    expect(await refusal(() => handEnv({ ...worlds, session: new Uint8Array(1) }))).to.contain('session');
    const long = { ...worlds, context: { ...worlds.context, window: 2 } };
    expect(await refusal(() => handEnv(long))).to.contain('warmupBars');
  });

  it('a saved state of another width is refused', async () => {
    const saved = walkEnv(1, 2).save();
    expect(await refusal(() => walkEnv(1, 3).restore(saved))).to.contain('another width');
  });
});

function leveragedEnv(seed: number, numEnvs: number): TradingVectorEnv {
  const worlds = randomWalkWorlds({ seed: 2, barsPerPath: 200, volatility: 0.2 });
  return walkEnv(seed, numEnvs, { worlds, targetWeights: [-3, 0, 0.5, 3] });
}

/** t-statistic of the per-bar gain of holding `follow * sign(last return)`, free of cost. */
function edge(worlds: ReturnType<typeof randomWalkWorlds>, follow: number): number {
  const numEnvs = 32;
  const env = walkEnv(21, numEnvs, { worlds, execution: constantExecution(), rng: createRng(4) });
  const { matrix, features } = worlds.context;
  let batch = env.reset();
  let count = 0;
  let sum = 0;
  let squares = 0;
  const actions = new Int32Array(numEnvs);
  for (let t = 0; t < 400; t++) {
    for (let i = 0; i < numEnvs; i++) actions[i] = 1 + follow * Math.sign(matrix[batch.row[i] * features]);
    batch = env.step(actions);
    for (const reward of batch.reward) {
      const gain = Math.exp(reward) - 1;
      count += 1;
      sum += gain;
      squares += gain * gain;
    }
  }
  const mean = sum / count;
  return mean / Math.sqrt((squares / count - mean * mean) / count);
}
