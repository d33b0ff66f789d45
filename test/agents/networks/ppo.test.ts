import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { NetworkConfig } from '../../../agents/networks/network.ts';
import { loadPolicy } from '../../../agents/policy.ts';
import { createRng } from '../../../core/rng.ts';
import { IdentityEnv } from '../../../envs/identityEnv.ts';
import { NUM_ENVS, smallPpo } from '../helpers/learners.ts';
import { meanReward, train } from '../helpers/train.ts';
import { SMALL_NETWORKS, withoutDropout } from './helpers/smallNetworks.ts';

/** The symbol is shown in the context one bar before the last, so that only a window sees it. */
const identity = (seed: number) =>
  new IdentityEnv({ numEnvs: NUM_ENVS, numActions: 4, episodeLength: 7, shownIn: 'context', rng: createRng(seed) });
const { spec } = identity(1);

const STEPS_OF_ROLLOUT = 32;
const ROLLOUTS = 24;

const make = (network: NetworkConfig, seed = 1) =>
  smallPpo(
    { spec, totalSteps: 1e9, seed },
    { network, learningRate: 1e-2, gamma: 0, numSteps: STEPS_OF_ROLLOUT, numMinibatches: 2, updateEpochs: 3 },
  );

describe('ppo on every kind of network', () => {
  for (const network of SMALL_NETWORKS) {
    it(`${network.kind}: stopped within a rollout and resumed in fresh parts, it ends at the same weights; another seed at others`, async () => {
      const env = identity(5);
      const [learner, other] = [await make(network), await make(network, 2)];
      let { batch } = await train(learner, env, STEPS_OF_ROLLOUT + 9);
      await train(other, identity(5), STEPS_OF_ROLLOUT);
      expect(other.weightsHash()).not.to.equal(learner.weightsHash());
      const saved = structuredClone({ env: env.save(), learner: learner.save() });
      const before = learner.weightsHash();
      ({ batch } = await train(learner, env, 40, batch));
      expect(learner.weightsHash()).not.to.equal(before);

      // `other` has lived another life, to be forgotten.
      const resumedEnv = identity(77);
      other.restore(saved.learner);
      await train(other, resumedEnv, 40, resumedEnv.restore(saved.env));
      expect(other.weightsHash()).to.equal(learner.weightsHash());
      for (const each of [learner, other]) each.dispose();
    });

    it(`${network.kind}: learns what the window shows, and its exported model acts as it does`, async () => {
      const learner = await make(withoutDropout(network));
      expect(await meanReward(learner, identity(99), 30)).to.be.lessThan(0.8);
      await train(learner, identity(1), ROLLOUTS * STEPS_OF_ROLLOUT);
      expect(await meanReward(learner, identity(99), 30)).to.be.greaterThan(0.9);

      const { context } = spec;
      const policy = await loadPolicy({ name: 'exported', model: learner.exportPolicy(), context, spec });
      const [own, exported] = [new Int32Array(NUM_ENVS), new Int32Array(NUM_ENVS)];
      const env = identity(3);
      let batch = env.reset();
      for (let t = 0; t < 20; t++) {
        await learner.act(batch, own);
        await policy.act(batch, exported);
        expect(exported).to.deep.equal(own);
        batch = env.step(own);
      }
      learner.dispose();
      policy.dispose();
    });
  }
});
