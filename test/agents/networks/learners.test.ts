import { expect } from 'chai';
import { describe, it } from 'mocha';
import { networkConfig } from '../../../agents/networks/network.ts';
import { testLearnerExactness } from '../../contracts/learnerContract.ts';
import { smallDqn } from '../helpers/learners.ts';
import { SMALL_NETWORKS } from './helpers/smallNetworks.ts';

for (const network of SMALL_NETWORKS) {
  describe(`dqn on ${network.kind}`, () => {
    const changes = { network, learningRate: 1e-2, trainFrequency: 16, batchSize: 32 };
    testLearnerExactness((options) => smallDqn(options, changes), ['context']);
  });
}

it('no kind of network escapes the contract', () => {
  const held = SMALL_NETWORKS.map(({ kind }) => kind);
  expect(held).to.deep.equal(networkConfig.options.map(({ shape }) => shape.kind.value));
});
