import { expect } from 'chai';
import { describe, it } from 'mocha';
import { networkConfig } from '../../agents/networks/network.ts';
import { createRng } from '../../core/rng.ts';
import { RecallEnv } from '../../envs/recallEnv.ts';
import { smallDqn } from './helpers/learners.ts';
import { meanReward, train } from './helpers/train.ts';

const DELAY_BARS = 40;
const NUM_ENVS = 8;

/** Share of right answers, on bars never trained on, of a policy of this network. */
async function recall(network: object, window: number, steps: number): Promise<number> {
  const make = (half: 'train' | 'test') =>
    new RecallEnv({ numEnvs: NUM_ENVS, delayBars: DELAY_BARS, window, episodeLength: 10, half, rng: createRng(half) });
  const env = make('train');
  const learner = await smallDqn(
    { spec: env.spec, totalSteps: steps },
    {
      network: networkConfig.parse(network),
      gamma: 0,
      learningRate: 3e-3,
      prioritized: false,
      dueling: false,
      trainFrequency: 8,
    },
  );
  await train(learner, env, steps / NUM_ENVS);
  const right = await meanReward(learner, make('test'), 100);
  learner.dispose();
  return right;
}

describe('the sign of 40 bars ago', () => {
  const window = DELAY_BARS + 2;
  const short = { kind: 'conv1d', channels: [16, 16], hidden: [16] };

  it('is out of reach for who sees one bar, and for taps that end before it: both guess', async () => {
    expect(await recall({ kind: 'mlp', hidden: [32] }, 1, 2000)).to.be.closeTo(0.5, 0.06);
    expect(await recall(short, window, 2000)).to.be.closeTo(0.5, 0.06);
  });

  const remembering = {
    attention: [{ kind: 'attention', dModel: 16, numHeads: 2, hidden: [16] }, 2000],
    lstm: [{ kind: 'lstm', units: 16, hidden: [16] }, 4000],
    transformer: [{ kind: 'transformer', dModel: 16, numHeads: 2, numLayers: 2, feedForward: 32, hidden: [16] }, 2800],
    'the same taps, if the most of all bars is kept,': [{ ...short, pool: 'max' }, 2000],
  } as const;
  for (const [name, [network, steps]] of Object.entries(remembering)) {
    it(`${name} finds it: at least 95 of 100 answers are right, 45 more than by guessing`, async function () {
      this.timeout(60_000);
      expect(await recall(network, window, steps)).to.be.at.least(0.95);
    });
  }
});
