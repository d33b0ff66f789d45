import { expect } from 'chai';
import { describe, it } from 'mocha';
import { dqnConfig, type DqnConfig } from '../../../agents/dqn/dqnConfig.ts';
import { buildActing, buildUpdate } from '../../../agents/dqn/dqnGraph.ts';
import { Luck } from '../../../agents/networks/luck.ts';
import type { NetworkConfig } from '../../../agents/networks/network.ts';
import { feedObservations } from '../../../agents/networks/observation.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import { stringAttribute } from '../../../agents/nn/tensor.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { createRng } from '../../../core/rng.ts';
import { IdentityEnv } from '../../../envs/identityEnv.ts';
import { testLearnerExactness } from '../../contracts/learnerContract.ts';
import { NUM_ENVS, smallDqn } from '../helpers/learners.ts';
import { meanReward, train } from '../helpers/train.ts';
import { SMALL_NETWORKS } from './helpers/smallNetworks.ts';

const identity = (seed: number) =>
  new IdentityEnv({ numEnvs: NUM_ENVS, numActions: 4, episodeLength: 7, shownIn: 'context', rng: createRng(seed) });
const { spec } = identity(1);

const configOf = (network: NetworkConfig, noisy: DqnConfig['noisy']): DqnConfig => ({
  ...dqnConfig.parse({ batchSize: 8, noisy }),
  network,
});

/** Matrices of an online network that noise moves, and those that stay, by name. */
function matricesOf(config: DqnConfig): { readonly moved: string[]; readonly still: string[] } {
  const { graph } = buildUpdate(config, spec, new Luck(createRng(1)));
  const names = graph.parameters('online').map((parameter) => stringAttribute(parameter, 'name'));
  const moved = names.filter((name) => name.endsWith('/weightSigma')).map((name) => name.replace('Sigma', ''));
  return { moved, still: names.filter((name) => name.endsWith('/weight') && !moved.includes(name)) };
}

describe('noise on every fully connected layer', () => {
  for (const network of SMALL_NETWORKS) {
    it(`${network.kind}: all weights have noise but convolutions and what an LSTM carries; with true, those of the head alone`, () => {
      const all = matricesOf(configOf(network, 'all'));
      for (const name of all.still) expect(name).to.match(/\/(conv\d|recurrent)\/weight$/);
      const head = matricesOf(configOf(network, true));
      expect(head.moved.every((name) => /online\/(value|advantage)\/weight$/.test(name))).to.equal(true);
      expect(all.moved).to.include.members(head.moved);
      expect(all.moved.length).to.be.greaterThan(head.moved.length);
      expect(matricesOf(configOf(network, false)).moved).to.deep.equal([]);
    });

    it(`${network.kind}: each draw moves the values, the same draw moves them alike, and without luck the means act`, async () => {
      const config = configOf(network, 'all');
      const [luck, trained] = [new Luck(createRng(7)), new Variables()];
      trained.initialize(buildUpdate(config, spec, new Luck(createRng(1))).graph, createRng(2));
      const engine = createOrtEngine();
      const explorer = await engine.compile(buildActing(config, spec, luck), trained);
      const actor = await engine.compile(buildActing(config, spec), trained);
      const feeds = feedObservations(spec, { row: Int32Array.of(9), state: new Float32Array(spec.stateSize) });
      const scores = () => [...explorer.run({ ...feeds, ...luck.feeds }).scores];
      const start = luck.save();
      luck.draw();
      const first = scores();
      luck.draw();
      expect(scores()).not.to.deep.equal(first);
      luck.restore(start);
      luck.draw();
      expect(scores()).to.deep.equal(first);
      expect([...actor.run(feeds).scores]).not.to.deep.equal(first);
    });
  }

  it('explores without epsilon and learns', async () => {
    const learner = await smallDqn({ spec, totalSteps: 8_000 }, { noisy: 'all' });
    await train(learner, identity(1), 1_000);
    expect(await meanReward(learner, identity(99), 40)).to.equal(1);
    learner.dispose();
  });

  describe('on an mlp', () => {
    const [network] = SMALL_NETWORKS;
    const changes = { network, noisy: 'all', learningRate: 1e-2, trainFrequency: 16, batchSize: 32 } as const;
    testLearnerExactness((options) => smallDqn(options, changes), ['context']);
  });

  it('is refused where there is no fully connected layer but the head', () => {
    const bare: readonly Partial<NetworkConfig>[] = [
      { kind: 'mlp', hidden: [] },
      { kind: 'conv1d', channels: [4], kernel: 2, hidden: [] },
    ];
    for (const network of bare) {
      const config = dqnConfig.parse({ network, noisy: 'all' });
      expect(() => buildUpdate(config, spec, new Luck(createRng(1)))).to.throw(
        new RegExp(`online: noisy: a '${network.kind}' network without fully connected layers`),
      );
      expect(() => buildUpdate({ ...config, noisy: true }, spec, new Luck(createRng(1)))).not.to.throw();
    }
  });
});
