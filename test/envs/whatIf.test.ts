import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { RngColumns } from '../../core/rngColumns.ts';
import type { Counterfactuals } from '../../core/spec.ts';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { Accounts } from '../../envs/account.ts';
import { STATE_COLUMNS, STATE_SIZE } from '../../envs/accountState.ts';
import { tradingConfig } from '../../envs/tradingConfig.ts';
import { TradingVectorEnv } from '../../envs/tradingVectorEnv.ts';
import type { CounterfactualScope } from '../../envs/whatIf.ts';
import { COST_MODES, type CostMode, type ExecutionModel } from '../../market/execution/executionModel.ts';
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

function createEnv(
  costMode: CostMode,
  counterfactual: boolean | CounterfactualScope,
  trading = tradingConfig.parse({}),
): TradingVectorEnv {
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
    const env = createEnv('sample', 'positions');
    env.reset();
    for (const actions of LIVED.slice(0, 6)) env.step(actions);
    const saved = env.save();
    const rest = (from: TradingVectorEnv) =>
      LIVED.slice(6).map((actions) => [...(from.step(actions).counterfactuals?.reward ?? [])]);
    const other = createEnv('sample', 'positions');
    other.restore(saved);
    const expected = rest(env);
    expect(rest(other)).to.deep.equal(expected);
    expect(rest(createEnvAt(0)), 'another moment').not.to.deep.equal(expected);
  });

  it('from every position: of the lived one those of its actions, of every other those of one that was just taken', () => {
    const [wide, narrow] = [createEnv('p50', 'positions'), createEnv('p50', 'actions')];
    wide.reset();
    narrow.reset();
    for (const actions of LIVED) {
      const [equity, mark, held] = [wide.accounts.equity, wide.accounts.mark, wide.accounts.targetWeight].map(
        (column) => [...column],
      );
      const { finalRow, counterfactuals: told } = wide.step(actions);
      const { counterfactuals: ofActions } = narrow.step(actions);
      if (told === undefined || ofActions === undefined) throw new Error('nothing was told');
      expect(told.numStarts).to.equal(WEIGHTS.length);
      for (let env = 0; env < NUM_ENVS; env++) {
        WEIGHTS.forEach((weight, start) => {
          const own = env * WEIGHTS.length + start;
          const outcomes = told.reward.subarray(own * WEIGHTS.length, (own + 1) * WEIGHTS.length);
          if (weight === held[env]) {
            const lived = ofActions.reward.subarray(env * WEIGHTS.length, (env + 1) * WEIGHTS.length);
            expect([...outcomes]).to.deep.equal([...lived]);
            expect(startOf(told, own)).to.deep.equal(startOf(ofActions, env));
            return;
          }
          WEIGHTS.forEach((asked, action) => {
            const other = standing(weight, { mark: mark[env], equity: equity[env], row: finalRow[env] });
            expectClose(startOf(told, own), other.state());
            other.step(asked);
            expect(outcomes[action]).to.be.closeTo(Math.log(other.equity() / equity[env]), 1e-6);
            const ended = told.state.subarray((own * WEIGHTS.length + action) * STATE_SIZE).subarray(0, STATE_SIZE);
            expectClose([...ended], other.state());
          });
        });
      }
    }
  });

  it('are not told under rules that remember more than an account does', () => {
    const limited = tradingConfig.parse({ limits: { maxWeight: 0.5 } });
    expect(() => createEnv('p50', true, limited)).to.throw('plain trading');
    expect(() => createEnv('p50', false, limited)).not.to.throw();
  });
});

const startOf = ({ start }: Counterfactuals, index: number): number[] => [
  ...start.subarray(index * STATE_SIZE, (index + 1) * STATE_SIZE),
];

/** An account of another life has seen another peak. */
function expectClose(state: readonly number[], other: readonly number[]): void {
  STATE_COLUMNS.forEach((name, column) => {
    if (name !== 'drawdown') expect(state[column], name).to.be.closeTo(other[column], 1e-6);
  });
}

/** An account that traded to a weight on a bar without costs and without a move, about to live the bar at `row`. */
function standing(
  weight: number,
  { mark, equity, row }: { readonly mark: number; readonly equity: number; readonly row: number },
) {
  const { open, close } = worlds.bars;
  const accounts = new Accounts({
    count: 1,
    startEquity: equity,
    execution: luckySpread,
    prices: {
      open: Float64Array.of(mark, open[row]),
      close: Float64Array.of(mark, close[row]),
      session: Uint8Array.of(0, worlds.session[row]),
    },
    streams: new RngColumns(['standing']),
  });
  accounts.open(0, COST_MODES.indexOf('none'), mark);
  accounts.stepBar(0, weight, 0);
  accounts.costMode[0] = COST_MODES.indexOf('p50');
  return {
    step: (asked: number) => accounts.stepBar(0, asked, 1),
    equity: () => accounts.equity[0],
    state() {
      const state = new Float32Array(STATE_SIZE);
      accounts.writeState(0, state, 0);
      return [...state];
    },
  };
}

function createEnvAt(steps: number): TradingVectorEnv {
  const env = createEnv('sample', 'positions');
  env.reset();
  for (const actions of LIVED.slice(0, steps)) env.step(actions);
  return env;
}
