import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { STATE_SIZE } from '../../envs/accountState.ts';
import { tradingConfig } from '../../envs/tradingConfig.ts';
import { TradingVectorEnv } from '../../envs/tradingVectorEnv.ts';
import type { CostMode, ExecutionModel } from '../../market/execution/executionModel.ts';
import { logGrowth } from '../../rewards/terms.ts';

const worlds = randomWalkWorlds({ paths: 2, barsPerPath: 60 });
const WEIGHTS = [-1, 0, 1];
const NUM_ENVS = 2;
/** A half-spread that is drawn anew at every fill. */
const luckySpread: ExecutionModel = {
  halfSpreadBps: (_session, mode, u) => (mode === 0 ? 100 * u : 20),
  slippageBps: () => 0,
  latencyMs: () => 0,
  latencyBudgetMs: 1000,
  takerFeeBps: 1,
  makerFeeBps: 1,
  borrowRatePerBar: 1e-4,
  cashRatePerBar: 0,
};

function createEnv(costMode: CostMode, counterfactual: boolean, trading = tradingConfig.parse({})): TradingVectorEnv {
  return new TradingVectorEnv({
    worlds,
    trading,
    numEnvs: NUM_ENVS,
    counterfactual,
    source: {
      next: (env) => ({
        startRow: worlds.paths[env].from + worlds.warmupBars,
        endRow: worlds.paths[env].to - 1,
        costMode,
      }),
    },
    execution: luckySpread,
    reward: logGrowth,
    targetWeights: WEIGHTS,
    startEquity: 1000,
    rng: createRng('whatIf'),
  });
}

const LIVED = Array.from({ length: 12 }, (_, t) => Int32Array.of((t * 5) % 3, (t >> 1) % 3));

describe('counterfactuals of the trading env', () => {
  it('are what another life lives that differs in the last action alone', () => {
    for (let length = 1; length <= LIVED.length; length++) {
      const env = createEnv('p50', true);
      env.reset();
      const { counterfactuals } = LIVED.slice(0, length).map((actions) => env.step(actions))[length - 1];
      for (let action = 0; action < WEIGHTS.length; action++) {
        const other = createEnv('p50', false);
        other.reset();
        for (const actions of LIVED.slice(0, length - 1)) other.step(actions);
        const step = other.step(new Int32Array(NUM_ENVS).fill(action));
        for (let i = 0; i < NUM_ENVS; i++) {
          const copy = i * WEIGHTS.length + action;
          expect(counterfactuals?.reward[copy]).to.equal(step.reward[i]);
          expect([
            ...(counterfactuals?.state.subarray(copy * STATE_SIZE, (copy + 1) * STATE_SIZE) ?? []),
          ]).to.deep.equal([...step.finalState.subarray(i * STATE_SIZE, (i + 1) * STATE_SIZE)]);
        }
      }
    }
  });

  it('leave the life that is lived as it is, to the last draw of luck, and repeat it at its own action', () => {
    const [with_, without] = [createEnv('sample', true), createEnv('sample', false)];
    with_.reset();
    without.reset();
    for (const actions of LIVED) {
      const [a, b] = [with_.step(actions), without.step(actions)];
      expect(b.counterfactuals).to.equal(undefined);
      expect(a.reward).to.deep.equal(b.reward);
      expect(a.finalState).to.deep.equal(b.finalState);
      for (let i = 0; i < NUM_ENVS; i++) {
        expect(a.counterfactuals?.reward[i * WEIGHTS.length + actions[i]]).to.equal(a.reward[i]);
      }
    }
  });

  it('go on after a restored checkpoint as if never interrupted', () => {
    const env = createEnv('sample', true);
    env.reset();
    for (const actions of LIVED.slice(0, 6)) env.step(actions);
    const saved = env.save();
    const rest = (from: TradingVectorEnv) =>
      LIVED.slice(6).map((actions) => [...(from.step(actions).counterfactuals?.reward ?? [])]);
    const other = createEnv('sample', true);
    other.restore(saved);
    const expected = rest(env);
    expect(rest(other)).to.deep.equal(expected);
    expect(rest(createEnvAt(0)), 'another moment').not.to.deep.equal(expected);
  });

  it('are not told under rules that remember more than an account does', () => {
    const limited = tradingConfig.parse({ limits: { maxWeight: 0.5 } });
    expect(() => createEnv('p50', true, limited)).to.throw('plain trading');
    expect(() => createEnv('p50', false, limited)).not.to.throw();
  });
});

function createEnvAt(steps: number): TradingVectorEnv {
  const env = createEnv('sample', true);
  env.reset();
  for (const actions of LIVED.slice(0, steps)) env.step(actions);
  return env;
}
