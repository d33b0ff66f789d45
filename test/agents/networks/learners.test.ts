import { expect } from 'chai';
import { describe, it } from 'mocha';
import { networkConfig } from '../../../agents/networks/network.ts';
import { createRng } from '../../../core/rng.ts';
import { IdentityEnv } from '../../../envs/identityEnv.ts';
import { testLearnerExactness } from '../../contracts/learnerContract.ts';
import { NUM_ENVS, smallDqn } from '../helpers/learners.ts';
import { meanReward, train } from '../helpers/train.ts';
import { SMALL_NETWORKS, withoutDropout } from './helpers/smallNetworks.ts';

/** The symbol is shown in the context one bar before the last, so that only a window sees it. */
const identity = (seed: number) =>
  new IdentityEnv({ numEnvs: NUM_ENVS, numActions: 4, episodeLength: 7, shownIn: 'context', rng: createRng(seed) });

for (const network of SMALL_NETWORKS) {
  describe(`dqn on ${network.kind}`, () => {
    const changes = { network, learningRate: 1e-2, trainFrequency: 16, batchSize: 32 };
    testLearnerExactness((options) => smallDqn(options, changes), ['context']);

    it('learns what the window shows', async () => {
      const settings = { ...changes, network: withoutDropout(network), gamma: 0, trainFrequency: 8 };
      const learner = await smallDqn({ spec: identity(1).spec, totalSteps: 4_000 }, settings);
      expect(await meanReward(learner, identity(99), 30)).to.be.lessThan(0.8);
      await train(learner, identity(1), 500);
      expect(await meanReward(learner, identity(99), 30)).to.be.greaterThan(0.9);
      learner.dispose();
    });
  });
}

it('no kind of network escapes the contract', () => {
  const held = SMALL_NETWORKS.map(({ kind }) => kind);
  expect(held).to.deep.equal(networkConfig.options.map(({ shape }) => shape.kind.value));
});
