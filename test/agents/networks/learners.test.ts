import { expect } from 'chai';
import { describe, it } from 'mocha';
import { networkConfig, type NetworkConfig } from '../../../agents/networks/network.ts';
import { testLearnerExactness } from '../../contracts/learnerContract.ts';
import { smallDqn, smallPpo } from '../helpers/learners.ts';

/** Small networks of every kind, some with dropout, whose luck must resume exactly. */
const NETWORKS: readonly NetworkConfig[] = [
  { kind: 'mlp', hidden: [16], dropout: 0.3, layerNorm: true },
  { kind: 'conv1d', channels: [8], kernel: 2, dropout: 0.2, hidden: [8] },
  { kind: 'lstm', units: 16, numLayers: 2, dropout: 0.1, hidden: [] },
  { kind: 'attention', dModel: 8, numHeads: 2, dropout: 0.2, hidden: [8] },
  { kind: 'transformer', dModel: 8, numHeads: 2, feedForward: 16, dropout: 0.2, hidden: [8] },
  { kind: 'pathways', posterior: [0, 1, 2, 3], trunk: { kind: 'lstm', units: 4, hidden: [8] } },
].map((config) => networkConfig.parse(config));

for (const network of NETWORKS) {
  describe(`dqn on ${network.kind}`, () => {
    const changes = { network, learningRate: 1e-2, trainFrequency: 16, batchSize: 32 };
    testLearnerExactness((options) => smallDqn(options, changes), ['context']);
  });
}

describe('ppo on a network with dropout', () => {
  const [network] = NETWORKS;
  testLearnerExactness((options) => smallPpo(options, { network, learningRate: 1e-2 }), ['context']);
});

it('no kind of network escapes the contract', () => {
  const held = NETWORKS.map(({ kind }) => kind);
  expect(held).to.deep.equal(networkConfig.options.map(({ shape }) => shape.kind.value));
});
