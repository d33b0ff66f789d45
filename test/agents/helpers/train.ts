/** The trainer's loop in its shortest form, for tests of learners. */

import type { Learner, LearnMetrics, Policy } from '../../../agents/agent.ts';
import { createActions, type StepBatch, type VectorEnv } from '../../../core/spec.ts';

/** Lives and learns through `vectorSteps` steps from `start`. @returns the last batch and the last metrics reported */
export async function train(
  learner: Learner,
  env: VectorEnv,
  vectorSteps: number,
  start: StepBatch = env.reset(),
): Promise<{ batch: StepBatch; metrics: LearnMetrics }> {
  const actions = createActions(env.spec.actions, env.numEnvs);
  let batch = start;
  let metrics: LearnMetrics = {};
  for (let t = 0; t < vectorSteps; t++) {
    await learner.explore(batch, actions);
    batch = env.step(actions);
    metrics = (await learner.learn(actions, batch)) ?? metrics;
  }
  return { batch, metrics };
}

/** Mean reward per step of the greedy policy. */
export async function meanReward(policy: Policy, env: VectorEnv, vectorSteps: number): Promise<number> {
  const actions = createActions(env.spec.actions, env.numEnvs);
  policy.reset?.(env.numEnvs);
  let batch = env.reset();
  let total = 0;
  for (let t = 0; t < vectorSteps; t++) {
    await policy.act(batch, actions);
    batch = env.step(actions);
    total += batch.reward.reduce((a, b) => a + b, 0);
  }
  return total / (vectorSteps * env.numEnvs);
}
