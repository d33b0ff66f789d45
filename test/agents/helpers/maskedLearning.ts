/** What every learner of discrete actions does with masks. */

import { expect } from 'chai';
import type { Learner } from '../../../agents/agent.ts';
import { MaskedEnv } from './maskedEnv.ts';
import { NUM_ENVS } from './learners.ts';
import { train } from './train.ts';

/** Trains in the env of masks, which throws at a forbidden action, and expects the best allowed action ever after. */
export async function expectMasksLearned(learner: Learner, vectorSteps: number): Promise<void> {
  await train(learner, new MaskedEnv(NUM_ENVS, 3), vectorSteps);
  const env = new MaskedEnv(NUM_ENVS, 9);
  const actions = new Int32Array(NUM_ENVS);
  let [earned, possible] = [0, 0];
  let batch = env.reset();
  for (let t = 0; t < 60; t++) {
    possible += env.best();
    await learner.act(batch, actions);
    batch = env.step(actions);
    earned += batch.reward.reduce((a, b) => a + b, 0) / NUM_ENVS;
  }
  expect(earned).to.be.closeTo(possible, 0.02 * possible);
}
