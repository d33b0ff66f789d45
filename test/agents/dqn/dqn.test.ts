import { expect } from 'chai';
import { describe, it } from 'mocha';
import { dqnConfig, type DqnConfig } from '../../../agents/dqn/dqnConfig.ts';
import { loadOnnx } from '../../../agents/nn/ort/loadOnnx.ts';
import { createRng } from '../../../core/rng.ts';
import { ChainEnv, chainValue, type ChainEnvOptions } from '../../../envs/chainEnv.ts';
import { IdentityEnv } from '../../../envs/identityEnv.ts';
import { testLearnerContract, testLearnerExactness } from '../../contracts/learnerContract.ts';
import { NUM_ENVS, smallDqn } from '../helpers/learners.ts';
import { MaskedEnv } from '../helpers/maskedEnv.ts';
import { expectMasksLearned } from '../helpers/maskedLearning.ts';
import { meanReward, train } from '../helpers/train.ts';

const DISTRIBUTIONS: Record<string, Partial<DqnConfig>> = {
  noisy: { noisy: true },
  categorical: { categorical: { numAtoms: 11, minValue: 0, maxValue: 10 } },
  quantile: { quantile: { numQuantiles: 5 } },
};
const GAMMA = 0.9;
const LENGTH = 5;

/** (states, 2) action values that a DQN with `changes` ends up with on the chain. */
async function learnChain(goal: 'stays' | 'ends', changes: Partial<DqnConfig>): Promise<number[][]> {
  const chain: ChainEnvOptions = { numEnvs: NUM_ENVS, length: LENGTH, episodeLength: 12, goal };
  const env = new ChainEnv(chain);
  const totalSteps = 24_000;
  const learner = await smallDqn(
    { spec: env.spec, totalSteps },
    { epsilonEnd: 0.5, annealLearningRate: true, ...changes },
  );
  await train(learner, env, totalSteps / NUM_ENVS);
  const model = await loadOnnx(learner.exportPolicy());
  const everyState = Float32Array.from({ length: LENGTH * LENGTH }, (_, i) => Number(i % (LENGTH + 1) === 0));
  const { scores } = model.run({ state: everyState });
  learner.dispose();
  model.dispose();
  return Array.from({ length: LENGTH }, (_, state) => [scores[2 * state], scores[2 * state + 1]]);
}

describe('agents/dqn', () => {
  testLearnerContract(smallDqn);

  const variants: Record<string, Partial<DqnConfig>> = {
    'double dueling prioritized': {},
    plain: { doubleQ: false, dueling: false, prioritized: false },
    'soft target': { tau: 0.1, targetUpdateFrequency: 20 },
    'off-policy one step, uniform, double': { prioritized: false, dueling: false },
    categorical: { categorical: { numAtoms: 31, minValue: 0, maxValue: 12 } },
    'quantile, dueling no more': { quantile: { numQuantiles: 11 }, dueling: false },
  };
  for (const [name, changes] of Object.entries(variants)) {
    it(`finds the exact values of the chain, cut every 12 steps, as if it were never cut (${name})`, async () => {
      const values = await learnChain('stays', changes);
      const options: ChainEnvOptions = { numEnvs: 1, length: LENGTH, episodeLength: 12, goal: 'stays' };
      values.forEach(([left, right], state) => {
        expect(right, `right of ${state}`).to.be.closeTo(chainValue(state, GAMMA, options), 0.15);
        expect(left, `left of ${state}`).to.be.closeTo(0.2 + GAMMA * chainValue(0, GAMMA, options), 0.15);
      });
    });
  }

  for (const [name, changes] of Object.entries(DISTRIBUTIONS)) {
    describe(name, () =>
      testLearnerExactness((options) => smallDqn(options, { ...changes, trainFrequency: 16 }), ['context']),
    );
  }

  it('noise on the weights explores without epsilon, is trained, and acts no more when greedy', async () => {
    const make = (seed: number) =>
      new IdentityEnv({ numEnvs: NUM_ENVS, numActions: 4, episodeLength: 7, shownIn: 'state', rng: createRng(seed) });
    const learner = await smallDqn({ spec: make(1).spec, totalSteps: 12_000 }, { noisy: true });
    const [explored, chosen] = [new Int32Array(NUM_ENVS), new Int32Array(NUM_ENVS)];
    const first = make(1).reset();
    const tried = new Set<number>();
    for (let t = 0; t < 20; t++) {
      await learner.explore(first, explored);
      for (const action of explored) tried.add(action);
    }
    expect(tried.size).to.equal(4);
    await learner.act(first, chosen);
    for (let t = 0; t < 5; t++) {
      const again = new Int32Array(NUM_ENVS);
      await learner.act(first, again);
      expect(again).to.deep.equal(chosen);
    }
    const { metrics } = await train(learner, make(1), 12_000 / NUM_ENVS);
    expect(metrics['train/epsilon']).to.equal(0);
    expect(await meanReward(learner, make(99), 40)).to.equal(1);
    const { variables } = learner.save() as { variables: { online: { layout: { name: string }[] } } };
    expect(variables.online.layout.map(({ name }) => name)).to.include('online/advantage/weightSigma');
    learner.dispose();
  });

  it('a forbidden action is never taken, exploring or greedy, and the best allowed one is found', async () => {
    for (const changes of [{}, { noisy: true }, { quantile: { numQuantiles: 7 } }]) {
      const learner = await smallDqn(
        { spec: new MaskedEnv(NUM_ENVS).spec, totalSteps: 6_000 },
        { gamma: 0, ...changes },
      );
      await expectMasksLearned(learner, 6_000 / NUM_ENVS);
      learner.dispose();
    }
  });

  it('settings that exclude each other, and actions that are not discrete, are refused', async () => {
    const { spec } = new ChainEnv({ numEnvs: 1, length: 3, episodeLength: 9, goal: 'stays' });
    const both = { quantile: { numQuantiles: 3 }, categorical: { numAtoms: 3, minValue: 0, maxValue: 1 } };
    expect(await smallDqn({ spec, totalSteps: 1 }, both).catch(String)).to.match(/histograms and quantiles at once/);
    const continuous = { ...spec, actions: { kind: 'continuous', low: [-1], high: [1] } } as const;
    expect(await smallDqn({ spec: continuous, totalSteps: 1 }).catch(String)).to.match(
      /'discrete' actions, and these are 'continuous'.*'ppo'/,
    );
  });

  it('an end is worth what it pays and no more', async () => {
    const values = await learnChain('ends', {});
    expect(values[LENGTH - 1][1]).to.be.closeTo(1, 0.1); // not 1 + 0.9 * 2
    expect(values[LENGTH - 1][0]).to.be.closeTo(0.2 / (1 - GAMMA), 0.15);
  });

  it('updates as often as the config says, in a vector step that is worth several updates too', async () => {
    for (const [trainFrequency, expected] of [
      [16, 1],
      [8, 2],
      [2, 8],
    ]) {
      const env = new ChainEnv({ numEnvs: 16, length: 3, episodeLength: 9, goal: 'stays' });
      const learner = await smallDqn(
        { spec: env.spec, totalSteps: 1000 },
        { numEnvs: 16, learningStarts: 160, trainFrequency },
      );
      await train(learner, env, 29);
      const saved = learner.save() as { variables: { online: { step: number } } };
      expect(saved.variables.online.step).to.equal(20 * expected);
      learner.dispose();
    }
  });

  it('its config has defaults for everything and refuses what cannot be', () => {
    expect(dqnConfig.parse({}).network.kind).to.equal('mlp');
    expect(() => dqnConfig.parse({ gamma: 1.5 })).to.throw(/gamma/);
    expect(() => dqnConfig.parse({ tau: 0 })).to.throw(/tau/);
    expect(() => dqnConfig.parse({ network: { kind: 'mpl' } })).to.throw(/a network kind is one of mlp/);
  });
});
