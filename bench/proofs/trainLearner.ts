/** The trainer's loop for proofs: nothing but explore, step, learn, and a look at the policy now and then. */

import type { Learner } from '../../agents/agent.ts';
import type { VectorEnv } from '../../core/spec.ts';

export interface Training {
  readonly learner: Learner;
  readonly env: VectorEnv;
  /** Environment steps over all envs. */
  readonly totalSteps: number;
  readonly lookEverySteps: number;
  /** Scores the policy as it stands. Returns true when nothing is left to learn. */
  look(step: number): Promise<boolean>;
}

/** @returns environment steps taken, and seconds spent in learning: looks are not counted */
export async function trainLearner(training: Training): Promise<{ steps: number; seconds: number }> {
  const { learner, env, totalSteps, lookEverySteps, look } = training;
  const actions = new Int32Array(env.numEnvs);
  let batch = env.reset();
  let steps = 0;
  let elapsedMs = 0;
  let startMs = performance.now();
  while (steps < totalSteps) {
    await learner.explore(batch, actions);
    batch = env.step(actions);
    await learner.learn(actions, batch);
    const before = steps;
    steps += env.numEnvs;
    if (steps < totalSteps && Math.floor(before / lookEverySteps) === Math.floor(steps / lookEverySteps)) continue;
    elapsedMs += performance.now() - startMs;
    if (await look(steps)) break;
    startMs = performance.now();
  }
  return { steps, seconds: elapsedMs / 1000 };
}
