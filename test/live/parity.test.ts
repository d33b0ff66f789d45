import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Policy } from '../../agents/agent.ts';
import { loadPolicy } from '../../agents/policy.ts';
import { createRng } from '../../core/rng.ts';
import { createActions, type Context } from '../../core/spec.ts';
import { createCurriculum } from '../../curricula/curriculum.ts';
import { TradingVectorEnv } from '../../envs/tradingVectorEnv.ts';
import { LEARNERS, NUM_ENVS } from '../agents/helpers/learners.ts';
import { logGrowth } from '../../rewards/terms.ts';
import { runBacktest } from '../../evaluation/backtest.ts';
import { checkLiveParity, replayLive, type ParityOptions } from '../../live/parity.ts';
import { COST_MODES } from '../../market/execution/executionModel.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';
import { liveWorlds, windowRule } from './liveWorlds.ts';

function options(seed: number, overrides: Partial<ParityOptions> = {}): ParityOptions {
  const { worlds, featureSet, normalizer } = liveWorlds(seed);
  return {
    agent: 'rule',
    worlds,
    path: worlds.paths[1],
    loadPolicy: async (context) => windowRule(context),
    execution: drawnExecution(),
    costMode: 'sample',
    targetWeights: [-1, 0, 1],
    startEquity: 10_000,
    rng: createRng(seed).fork('judge'),
    featureSet,
    normalizer,
    ...overrides,
  };
}

const STAGES = [{ name: 'all', regimes: null, costs: 'sample', share: 1 }] as const;

describe('live parity', () => {
  it('a path replayed through the live runner gives the ledger of its backtest, to the last bit, in every cost mode', async () => {
    for (const costMode of COST_MODES) {
      const result = await checkLiveParity(options(3, { costMode }));
      const { worlds, path } = options(3);
      expect(result.bars).to.equal(path.to - 1 - path.from - worlds.warmupBars);
      expect(result.maxAbsEquityDiff).to.equal(0);
      expect(result.maxAbsDiff).to.equal(0);
      expect(new Set(result.live.columns().targetWeight).size).to.equal(3);
    }
  });

  it('a path backtested among others has the ledger that it has live', async () => {
    const parts = options(5);
    const { worlds } = parts;
    const together = await runBacktest({ ...parts, paths: worlds.paths, policy: windowRule(worlds.context) });
    const live = await replayLive(parts);
    expect([...live.columns().equity]).to.deep.equal([...together[1].columns().equity]);
  });

  it('another random stream, a shifted context or another normalizer is noticed', async () => {
    const parts = options(7);
    const other = liveWorlds(8);
    const negatives: Partial<ParityOptions>[] = [
      { normalizer: other.normalizer },
      {
        loadPolicy: async (context) =>
          windowRule(
            context === parts.worlds.context ? context : { ...context, matrix: context.matrix.map((x) => x + 1e-3) },
          ),
      },
    ];
    for (const negative of negatives) {
      const { maxAbsEquityDiff } = await checkLiveParity({ ...parts, ...negative });
      expect(maxAbsEquityDiff).to.be.greaterThan(1e-9);
    }
  });

  it('a ruined account stays in cash in both worlds', async () => {
    const { bars, maxAbsDiff, live } = await checkLiveParity(options(9, { targetWeights: [-30, 0, 30] }));
    expect(maxAbsDiff).to.equal(0);
    const { equity, quantity } = live.columns();
    expect(quantity[bars - 1]).to.equal(0);
    expect(equity[bars - 1]).to.be.closeTo(10, 1e-9);
  });

  it('weights of a range are traded live on the bars, and to the weights, of the backtest', async () => {
    const trembling = (context: Context): Policy => ({
      name: 'trembling',
      act({ row }, actions) {
        for (let env = 0; env < actions.length; env++) {
          actions[env] = Math.tanh(context.matrix[row[env] * context.features]);
        }
      },
    });
    const changes = async (deadband: number) => {
      const parts = options(11, {
        targetWeights: { min: -1, max: 1, deadband },
        loadPolicy: async (context) => trembling(context),
      });
      const { maxAbsDiff, live, bars } = await checkLiveParity(parts);
      expect(maxAbsDiff).to.equal(0);
      const { targetWeight, tradedNotional } = live.columns();
      const traded = tradedNotional.filter((notional) => notional > 0).length;
      expect(new Set(targetWeight).size).to.be.above(10);
      return traded / bars;
    };
    expect(await changes(0.5)).to.be.below(0.7);
    expect(await changes(0)).to.equal(1);
  });

  it('trained policies, read back from their ONNX files, trade live as they were judged', async () => {
    const cases = [
      ...Object.values(LEARNERS).map((create) => ({ create, targetWeights: [-1, 0, 1] })),
      { create: LEARNERS.ppo, targetWeights: { min: -1.5, max: 1, deadband: 0.03 } },
    ];
    for (const { create, targetWeights } of cases) {
      const parts = options(13, { targetWeights });
      const { worlds } = parts;
      const env = new TradingVectorEnv({
        ...parts,
        numEnvs: NUM_ENVS,
        source: createCurriculum({ stages: STAGES, episodeBars: 100, worlds }),
        reward: logGrowth,
      });
      const learner = await create({ spec: env.spec, totalSteps: 3000 });
      const actions = createActions(env.spec.actions, NUM_ENVS);
      let step = env.reset();
      for (let t = 0; t < 150; t++) {
        await learner.explore(step, actions);
        step = env.step(actions);
        await learner.learn(actions, step);
      }
      const model = learner.exportPolicy();
      learner.dispose();
      const { maxAbsDiff, live } = await checkLiveParity({
        ...parts,
        loadPolicy: (context) => loadPolicy({ name: learner.name, model, context, spec: { ...env.spec, context } }),
      });
      expect(maxAbsDiff, learner.name).to.equal(0);
      expect(new Set(live.columns().targetWeight).size, `${learner.name} trades`).to.be.greaterThan(1);
    }
  }).timeout(20_000);
});
