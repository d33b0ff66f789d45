import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Learner } from '../../../agents/agent.ts';
import type { PpoConfig } from '../../../agents/ppo/ppoConfig.ts';
import { createRng } from '../../../core/rng.ts';
import { IdentityEnv } from '../../../envs/identityEnv.ts';
import { testLearnerExactness } from '../../contracts/learnerContract.ts';
import { FLASH_STEPS, FlashEnv } from '../helpers/flashEnv.ts';
import { NUM_ENVS, smallPpo, type SmallOptions } from '../helpers/learners.ts';
import { meanReward, train } from '../helpers/train.ts';

const RECURRENT: Partial<PpoConfig> = { recurrent: { units: 16, horizonSteps: 8 }, numMinibatches: 2 };

const recurrentPpo = (options: SmallOptions, changes: Partial<PpoConfig> = {}) =>
  smallPpo(options, { ...RECURRENT, ...changes });

const TOTAL_STEPS = 24_000;

async function learnFlashes(changes: Partial<PpoConfig>): Promise<Learner> {
  const settings = { gamma: 0.95, entCoef: 0.003, learningRate: 6e-3, ...changes };
  const learner = await smallPpo({ spec: new FlashEnv(1, 1).spec, totalSteps: TOTAL_STEPS }, settings);
  await train(learner, new FlashEnv(NUM_ENVS, 1), TOTAL_STEPS / NUM_ENVS);
  return learner;
}

/** Share of right answers in fresh episodes, each begun with an empty memory. */
async function answer(learner: Learner): Promise<number> {
  let right = 0;
  for (let episode = 0; episode < 20; episode++) {
    right += (await meanReward(learner, new FlashEnv(NUM_ENVS, 100 + episode), FLASH_STEPS)) * FLASH_STEPS;
  }
  return right / 20;
}

describe('agents/ppo with memory', () => {
  const small = { recurrent: { units: 8, horizonSteps: 8 }, learningRate: 2e-2, numSteps: 16 };
  testLearnerExactness((options) => recurrentPpo(options, small), ['context']);

  it('answers with the sign shown five steps ago, until a reset makes it forget', async () => {
    const learner = await learnFlashes(RECURRENT);
    expect(await answer(learner)).to.be.at.least(0.95);
    const row = new Int32Array(2);
    const actions = new Int32Array(2);
    const show = (first: readonly number[], asks: 0 | 1) =>
      learner.act({ row, state: Float32Array.of(first[0], asks, first[1], asks) }, actions);
    learner.reset?.(2);
    await show([-1, 1], 0);
    for (let t = 0; t < 4; t++) await show([0, 0], 0);
    await show([0, 0], 1);
    expect([...actions]).to.deep.equal([0, 1]);
    learner.reset?.(2);
    await show([0, 0], 1);
    expect(actions[0]).to.equal(actions[1]);
    learner.dispose();
  }).timeout(60_000);

  it('without memory it guesses', async () => {
    const learner = await learnFlashes({});
    expect(await answer(learner)).to.be.closeTo(0.5, 0.12);
    learner.dispose();
  });

  it('the update recomputes what the explorer said, over cuts and from rollout to rollout', async () => {
    const env = new IdentityEnv({
      numEnvs: NUM_ENVS,
      numActions: 4,
      episodeLength: 7,
      shownIn: 'context',
      rng: createRng(1),
    });
    const once = { updateEpochs: 1, numMinibatches: 1, learningRate: 1e-2 };
    const learner = await recurrentPpo({ spec: env.spec, totalSteps: 1e9 }, once);
    let batch = env.reset();
    for (let rollout = 0; rollout < 4; rollout++) {
      const trained = await train(learner, env, 32, batch);
      ({ batch } = trained);
      expect(trained.metrics['train/approxKl']).to.be.closeTo(0, 1e-8);
      expect(trained.metrics['train/clipFraction']).to.equal(0);
    }
    learner.dispose();
  });

  it('minibatches that would tear an env apart are refused', async () => {
    const { spec } = new FlashEnv(NUM_ENVS, 1);
    const refused = await recurrentPpo({ spec, totalSteps: 1 }, { numMinibatches: 16 }).catch(String);
    expect(refused).to.match(/a divisor of numEnvs = 8: with memory, a minibatch holds whole envs/);
  });
});
