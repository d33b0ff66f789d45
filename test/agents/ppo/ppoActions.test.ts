import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadPolicy } from '../../../agents/policy.ts';
import { createRng } from '../../../core/rng.ts';
import { createActions } from '../../../core/spec.ts';
import { NUM_ENVS, smallPpo } from '../helpers/learners.ts';
import { MaskedEnv } from '../helpers/maskedEnv.ts';
import { expectMasksLearned } from '../helpers/maskedLearning.ts';
import { CONTINUOUS, MULTI_DISCRETE, TargetEnv } from '../helpers/targetEnv.ts';
import { meanReward, train } from '../helpers/train.ts';

const SPACES = { continuous: CONTINUOUS, 'multi-discrete': MULTI_DISCRETE };

describe('agents/ppo: kinds of actions', () => {
  for (const [name, space] of Object.entries(SPACES)) {
    const make = (seed = 1, scale = 1) => new TargetEnv({ numEnvs: NUM_ENVS, space, rng: createRng(seed), scale });

    it(`${name}: learns to name what it is shown, within 0.06 of all there is; untrained it does not`, async () => {
      const totalSteps = 20_000;
      const learner = await smallPpo({ spec: make().spec, totalSteps }, { gamma: 0, entCoef: 0.001 });
      expect(await meanReward(learner, make(9), 60)).to.be.below(0.9);
      const { metrics } = await train(learner, make(), totalSteps / NUM_ENVS);
      expect(metrics['train/entropy']).to.be.a('number');
      expect(await meanReward(learner, make(9), 60)).to.be.above(0.94);
      learner.dispose();
    });

    it(`${name}: the first update starts at a ratio of one`, async () => {
      const once = { updateEpochs: 1, numMinibatches: 1 };
      const learner = await smallPpo({ spec: make().spec, totalSteps: 1e9 }, once);
      const { metrics } = await train(learner, make(), 32);
      expect(metrics['train/approxKl']).to.be.closeTo(0, 1e-6);
      learner.dispose();
    });

    it(`${name}: resumes bit for bit, and its exported policy acts as it does`, async () => {
      const options = { normalizeObservations: true, normalizeRewards: true };
      const create = () => smallPpo({ spec: make().spec, totalSteps: 10_000 }, options);
      const [learner, env] = [await create(), make(1, 5)];
      let { batch } = await train(learner, env, 50);
      const saved = structuredClone({ env: env.save(), learner: learner.save() });
      ({ batch } = await train(learner, env, 60, batch));
      const [learner2, env2] = [await create(), make(7, 5)];
      await train(learner2, env2, 40);
      learner2.restore(saved.learner);
      await train(learner2, env2, 60, env2.restore(saved.env));
      expect(learner2.weightsHash()).to.equal(learner.weightsHash());
      expect(learner2.save()).to.deep.equal(learner.save());

      const { spec } = env;
      const policy = await loadPolicy({ name: 'exported', model: learner.exportPolicy(), context: null, spec });
      const [own, exported] = [createActions(space, NUM_ENVS), createActions(space, NUM_ENVS)];
      for (let t = 0; t < 10; t++) {
        learner.act(batch, own);
        policy.act(batch, exported);
        expect(exported).to.deep.equal(own);
        batch = env.step(own);
      }
      policy.dispose();
      for (const part of [learner, learner2]) part.dispose();
    });
  }

  it('states of a thousandth are learned from when normalized, and not otherwise', async () => {
    const totalSteps = 16_000;
    const earn = async (normalizeObservations: boolean): Promise<number> => {
      const make = (seed: number) =>
        new TargetEnv({ numEnvs: NUM_ENVS, space: MULTI_DISCRETE, rng: createRng(seed), scale: 1e-3 });
      const learner = await smallPpo({ spec: make(1).spec, totalSteps }, { gamma: 0, normalizeObservations });
      await train(learner, make(1), totalSteps / NUM_ENVS);
      const reward = await meanReward(learner, make(9), 60);
      learner.dispose();
      return reward;
    };
    expect(await earn(true)).to.be.above(0.9);
    expect(await earn(false)).to.be.below(0.7);
  });

  it('a forbidden action is never taken, exploring or greedy, and the best allowed one is found', async () => {
    const { spec } = new MaskedEnv(NUM_ENVS);
    const learner = await smallPpo({ spec, totalSteps: 16_000 }, { gamma: 0, entCoef: 0.001 });
    await expectMasksLearned(learner, 16_000 / NUM_ENVS);
    learner.dispose();
  });
});
