/** Shows a sign once, asks for it later: only what is carried from step to step can answer. */

import { createRng, type Rng } from '../../../core/rng.ts';
import { createStepBatch, type Actions, type EnvSpec, type StepBatch, type VectorEnv } from '../../../core/spec.ts';
import type { Saved } from '../../../core/saved.ts';

/** Steps of an episode: the sign at the first, the question at the last. */
export const FLASH_STEPS = 6;

/** State: the sign at the first step, else 0, and 1 at the last step, else 0. Pays 1 for the right sign at the last step; then it ends. */
export class FlashEnv implements VectorEnv {
  readonly spec: EnvSpec = { stateSize: 2, actions: { kind: 'discrete', numActions: 2 }, context: null };
  readonly numEnvs: number;
  readonly #luck: Rng;
  readonly #sign: Int32Array;
  readonly #step: StepBatch;
  #age = 0;

  constructor(numEnvs: number, seed: number) {
    this.numEnvs = numEnvs;
    this.#luck = createRng(seed);
    this.#sign = new Int32Array(numEnvs);
    this.#step = createStepBatch(numEnvs, 2);
  }

  reset(): StepBatch {
    this.#age = 0;
    this.#show();
    return this.#step;
  }

  step(actions: Actions): StepBatch {
    const asks = this.#age === FLASH_STEPS - 1;
    for (let env = 0; env < this.numEnvs; env++) {
      this.#step.reward[env] = asks && actions[env] === this.#sign[env] ? 1 : 0;
    }
    this.#step.terminated.fill(asks ? 1 : 0);
    this.#age = asks ? 0 : this.#age + 1;
    this.#show();
    this.#step.finalState.set(this.#step.state);
    return this.#step;
  }

  save(): Saved {
    return { luck: this.#luck.save(), age: this.#age, sign: this.#sign.slice() };
  }

  restore(): StepBatch {
    throw new Error('not needed');
  }

  #show(): void {
    for (let env = 0; env < this.numEnvs; env++) {
      if (this.#age === 0) this.#sign[env] = this.#luck.int(2);
      this.#step.state[env * 2] = this.#age === 0 ? 2 * this.#sign[env] - 1 : 0;
      this.#step.state[env * 2 + 1] = this.#age === FLASH_STEPS - 1 ? 1 : 0;
    }
  }
}
