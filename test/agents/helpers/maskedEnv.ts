/** A bandit whose best action is often forbidden: what a learner of masks must respect. */

import { createStepBatch, type Actions, type StepBatch, type VectorEnv, type EnvSpec } from '../../../core/spec.ts';
import { createRng, type Rng } from '../../../core/rng.ts';
import type { Saved } from '../../../core/saved.ts';

const PAY = [0, 0.3, 0.6, 1];

/**
 * Actions 0 to 3 pay 0, 0.3, 0.6, 1. Each step forbids some, never action 0; what is allowed is shown in the state and in
 * the mask. Cut every 5 steps. A forbidden action is an error. The optimum is the highest allowed action.
 */
export class MaskedEnv implements VectorEnv {
  readonly spec: EnvSpec = {
    stateSize: 4,
    actions: { kind: 'discrete', numActions: 4, masked: true },
    context: null,
  };
  readonly numEnvs: number;
  readonly #step: StepBatch & { readonly actionMask: Uint8Array; readonly finalActionMask: Uint8Array };
  readonly #luck: Rng;
  #age = 0;

  constructor(numEnvs: number, seed = 1) {
    this.numEnvs = numEnvs;
    this.#luck = createRng(seed);
    const mask = () => new Uint8Array(4 * numEnvs);
    this.#step = { ...createStepBatch(numEnvs, 4), actionMask: mask(), finalActionMask: mask() };
  }

  reset(): StepBatch {
    this.#age = 0;
    this.#show();
    return this.#step;
  }

  step(actions: Actions): StepBatch {
    const step = this.#step;
    this.#age += 1;
    for (let env = 0; env < this.numEnvs; env++) {
      if (step.actionMask[env * 4 + actions[env]] !== 1) throw new Error(`action ${actions[env]} is forbidden`);
      step.reward[env] = PAY[actions[env]];
    }
    step.truncated.fill(this.#age % 5 === 0 ? 1 : 0);
    this.#show();
    step.finalState.set(step.state);
    step.finalActionMask.set(step.actionMask);
    return step;
  }

  /** The most that the current observations can pay, on average. */
  best(): number {
    let sum = 0;
    for (let env = 0; env < this.numEnvs; env++) {
      sum += Math.max(...PAY.filter((_, action) => this.#step.actionMask[env * 4 + action] === 1));
    }
    return sum / this.numEnvs;
  }

  save(): Saved {
    return { luck: this.#luck.save(), age: this.#age };
  }

  restore(): StepBatch {
    throw new Error('not needed');
  }

  #show(): void {
    const { actionMask, state } = this.#step;
    for (let i = 0; i < actionMask.length; i++) {
      actionMask[i] = i % 4 === 0 || this.#luck.next() < 0.6 ? 1 : 0;
      state[i] = actionMask[i];
    }
  }
}
