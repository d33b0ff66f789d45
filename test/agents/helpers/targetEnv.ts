/** Small envs whose actions are several choices, or numbers: naming what is shown is right. */

import { RngColumns } from '../../../core/rngColumns.ts';
import type { Rng } from '../../../core/rng.ts';
import { SavedReader, type Saved } from '../../../core/saved.ts';
import {
  actionSize,
  createStepBatch,
  type ActionSpace,
  type Actions,
  type EnvSpec,
  type StepBatch,
  type VectorEnv,
} from '../../../core/spec.ts';

export const CONTINUOUS: ActionSpace = { kind: 'continuous', low: [-1, 0], high: [1, 4] };
export const MULTI_DISCRETE: ActionSpace = { kind: 'multiDiscrete', sizes: [3, 2] };

/**
 * Shows two numbers in [-1, 1], times `scale`; the first action is to name the first, the second the second.
 *
 * Continuous: reward 1 less the squared distance of each from its place between the bounds, (shown + 1) / 2 of the way.
 * Choices: one half for each choice that is the slice of [-1, 1] that the number lies in. Cut every 9 steps.
 */
export class TargetEnv implements VectorEnv {
  readonly spec: EnvSpec;
  readonly numEnvs: number;
  readonly #space: ActionSpace;
  readonly #scale: number;
  readonly #luck: RngColumns;
  readonly #shown: Float64Array;
  readonly #step: StepBatch;
  #age = 0;

  constructor({ numEnvs, space, rng, scale = 1 }: { numEnvs: number; space: ActionSpace; rng: Rng; scale?: number }) {
    this.numEnvs = numEnvs;
    this.#space = space;
    this.#scale = scale;
    this.spec = { stateSize: 2, actions: space, context: null };
    this.#luck = new RngColumns(Array.from({ length: numEnvs }, (_, env) => `${rng.path}/env${env}`));
    this.#shown = new Float64Array(numEnvs * 2);
    this.#step = createStepBatch(numEnvs, 2);
  }

  reset(): StepBatch {
    this.#age = 0;
    this.#show();
    return this.#step;
  }

  step(actions: Actions): StepBatch {
    const size = actionSize(this.#space);
    if (actions.length !== this.numEnvs * size) throw new Error(`${actions.length} numbers are not the actions`);
    for (let env = 0; env < this.numEnvs; env++) {
      this.#step.reward[env] = 0;
      for (let k = 0; k < size; k++) this.#step.reward[env] += this.#pay(k, actions[env * size + k], env);
    }
    this.#show();
    this.#step.finalState.set(this.#step.state);
    this.#age += 1;
    this.#step.truncated.fill(this.#age % 9 === 0 ? 1 : 0);
    return this.#step;
  }

  save(): Saved {
    return { luck: this.#luck.save(), shown: this.#shown.slice(), state: this.#step.state.slice(), age: this.#age };
  }

  restore(saved: Saved): StepBatch {
    const reader = new SavedReader(saved, 'target env');
    this.#luck.restore(reader.any('luck'));
    reader.into('shown', this.#shown);
    reader.into('state', this.#step.state);
    this.#age = reader.number('age');
    return this.#step;
  }

  #pay(k: number, action: number, env: number): number {
    const place = (this.#shown[env * 2 + k] + 1) / 2;
    if (this.#space.kind === 'continuous') {
      const { low, high } = this.#space;
      if (!(action >= low[k] && action <= high[k])) throw new Error(`${action} is out of bounds`);
      return 0.5 - ((action - low[k]) / (high[k] - low[k]) - place) ** 2;
    }
    const options = this.#space.kind === 'multiDiscrete' ? this.#space.sizes[k] : this.#space.numActions;
    return action === Math.min(options - 1, Math.floor(place * options)) ? 0.5 : 0;
  }

  #show(): void {
    for (let i = 0; i < this.#shown.length; i++) {
      this.#shown[i] = 2 * this.#luck.next(Math.floor(i / 2)) - 1;
      this.#step.state[i] = this.#shown[i] * this.#scale;
    }
  }
}
