import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ppoConfig } from '../../../agents/ppo/ppoConfig.ts';
import { ChainEnv, chainValue, type ChainEnvOptions } from '../../../envs/chainEnv.ts';
import { createRng } from '../../../core/rng.ts';
import { IdentityEnv } from '../../../envs/identityEnv.ts';
import { testLearnerContract } from '../../contracts/learnerContract.ts';
import { NUM_ENVS, smallPpo } from '../helpers/learners.ts';
import { train } from '../helpers/train.ts';

const GAMMA = 0.9;

describe('agents/ppo', () => {
  testLearnerContract(smallPpo);

  it('its critic finds the value of the chain, cut every 12 steps, as if it were never cut', async () => {
    const chain: ChainEnvOptions = { numEnvs: NUM_ENVS, length: 5, episodeLength: 12, goal: 'stays' };
    const env = new ChainEnv(chain);
    const totalSteps = 40_000;
    const learner = await smallPpo({ spec: env.spec, totalSteps }, { clipValueLoss: false, entCoef: 0.001 });
    // Stops in the middle of a rollout: the critic's values of what was acted on lie in the saved rollout.
    await train(learner, env, totalSteps / NUM_ENVS - 1);
    const { rollout } = learner.save() as { rollout: { state: Float32Array; value: Float32Array; filled: number } };
    const seen = new Set<number>();
    for (let i = 0; i < rollout.filled; i++) {
      const state = rollout.state.subarray(i * 5, i * 5 + 5).indexOf(1);
      seen.add(state);
      expect(rollout.value[i], `state ${state}`).to.be.closeTo(chainValue(state, GAMMA, chain), 0.4);
    }
    expect(seen.size).to.equal(5);
    learner.dispose();
  });

  it('a tiny KL target stops after the first epoch, none runs them all', async () => {
    for (const [targetKl, epochs] of [
      [1e-9, 1],
      [null, 4],
    ] as const) {
      const env = new ChainEnv({ numEnvs: NUM_ENVS, length: 5, episodeLength: 12, goal: 'stays' });
      const learner = await smallPpo({ spec: env.spec, totalSteps: 5_000 }, { targetKl });
      const { metrics } = await train(learner, env, 64);
      expect(metrics['train/updateEpochs']).to.equal(epochs);
      learner.dispose();
    }
  });

  it('the learning rate falls linearly over the run when annealed, else stays', async () => {
    for (const annealLearningRate of [true, false]) {
      const env = new ChainEnv({ numEnvs: NUM_ENVS, length: 5, episodeLength: 12, goal: 'stays' });
      const learner = await smallPpo({ spec: env.spec, totalSteps: 4 * 256 }, { annealLearningRate });
      const { metrics } = await train(learner, env, 3 * 32);
      expect(metrics['train/learningRate']).to.be.closeTo(annealLearningRate ? 0.5 * 3e-3 : 3e-3, 1e-9);
      learner.dispose();
    }
  });

  it('the first epoch starts at a ratio of one: what the update recomputes is what the actor drew from', async () => {
    const env = new IdentityEnv({
      numEnvs: NUM_ENVS,
      numActions: 4,
      episodeLength: 9,
      shownIn: 'context',
      rng: createRng(1),
    });
    const learner = await smallPpo({ spec: env.spec, totalSteps: 1e9 }, { updateEpochs: 1, numMinibatches: 1 });
    const { metrics } = await train(learner, env, 32);
    expect(metrics['train/approxKl']).to.be.closeTo(0, 1e-9);
    expect(metrics['train/clipFraction']).to.equal(0);
    expect(metrics['train/entropy']).to.be.closeTo(Math.log(4), 1e-3);
    learner.dispose();
  });

  it('minibatches that do not divide the rollout are refused', async () => {
    const env = new ChainEnv({ numEnvs: NUM_ENVS, length: 5, episodeLength: 12, goal: 'stays' });
    const refused = await smallPpo({ spec: env.spec, totalSteps: 1 }, { numMinibatches: 7 }).catch(String);
    expect(refused).to.match(/numMinibatches: minibatches do not divide the rollout; got 7.*256/);
    expect(() => ppoConfig.parse({ gamma: 1.5 })).to.throw(/gamma/);
  });
});
