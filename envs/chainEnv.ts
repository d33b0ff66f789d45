/** A chain of states with a known optimum: patience pays, and only bootstrapping past a cut shows how much. */

import { SavedReader, type Saved } from '../core/saved.ts';
import { createStepBatch, type EnvSpec, type StepBatch, type VectorEnv } from '../core/spec.ts';
import { clearStepBatch, restoreStepBatch, saveStepBatch } from './stepBatchState.ts';

export const CHAIN_LEFT = 0;
export const CHAIN_RIGHT = 1;
const LEFT_REWARD = 0.2;
const GOAL_REWARD = 1;

export interface ChainEnvOptions {
  readonly numEnvs: number;
  /** Number of states; the last is the goal. */
  readonly length: number;
  readonly episodeLength: number;
  /** Going right in the goal pays 1 and `stays` there for ever, or `ends` the episode. */
  readonly goal: 'stays' | 'ends';
}

/**
 * States 0 to length-1, start at 0, no luck at all.
 *
 * Actions: 0 goes back to the start and pays 0.2; 1 goes one right and pays nothing, except in the goal, where it pays 1.
 * Observation: the state, one-hot. Terminates: only where the goal `ends` the episode. Truncated after `episodeLength`
 * steps. The optimal values, with no horizon because a cut is not an end, are {@link chainValue}.
 */
export class ChainEnv implements VectorEnv {
  readonly spec: EnvSpec;
  readonly numEnvs: number;
  readonly #options: ChainEnvOptions;
  readonly #at: Int32Array;
  readonly #age: Int32Array;
  readonly #step: StepBatch;

  constructor(options: ChainEnvOptions) {
    const { numEnvs, length } = options;
    this.#options = options;
    this.numEnvs = numEnvs;
    this.spec = { stateSize: length, actions: { kind: 'discrete', numActions: 2 }, context: null };
    this.#at = new Int32Array(numEnvs);
    this.#age = new Int32Array(numEnvs);
    this.#step = createStepBatch(numEnvs, length);
  }

  reset(): StepBatch {
    this.#at.fill(0);
    this.#age.fill(0);
    for (let env = 0; env < this.numEnvs; env++) this.#show(env, this.#step.state);
    clearStepBatch(this.#step);
    return this.#step;
  }

  step(actions: Int32Array): StepBatch {
    const { length, episodeLength, goal } = this.#options;
    const step = this.#step;
    for (let env = 0; env < this.numEnvs; env++) {
      const goesRight = actions[env] === CHAIN_RIGHT;
      const pays = goesRight && this.#at[env] === length - 1;
      step.reward[env] = pays ? GOAL_REWARD : goesRight ? 0 : LEFT_REWARD;
      this.#at[env] = goesRight ? Math.min(length - 1, this.#at[env] + 1) : 0;
      this.#age[env] += 1;
      step.terminated[env] = pays && goal === 'ends' ? 1 : 0;
      step.truncated[env] = step.terminated[env] === 0 && this.#age[env] === episodeLength ? 1 : 0;
      this.#show(env, step.finalState);
      if (step.terminated[env] === 1 || step.truncated[env] === 1) {
        this.#at[env] = 0;
        this.#age[env] = 0;
      }
      this.#show(env, step.state);
    }
    return step;
  }

  save(): Saved {
    return { at: this.#at.slice(), age: this.#age.slice(), step: saveStepBatch(this.#step) };
  }

  restore(saved: Saved): StepBatch {
    const reader = new SavedReader(saved, 'chain env');
    reader.into('at', this.#at);
    reader.into('age', this.#age);
    restoreStepBatch(reader.any('step'), this.#step);
    return this.#step;
  }

  #show(env: number, states: Float32Array): void {
    const { length } = this.#options;
    for (let k = 0; k < length; k++) states[env * length + k] = Number(k === this.#at[env]);
  }
}

/** Discounted value of always going right from `state`: optimal wherever it exceeds always going left, 0.2 / (1 - gamma). */
export function chainValue(state: number, gamma: number, { length, goal }: ChainEnvOptions): number {
  const atGoal = goal === 'ends' ? GOAL_REWARD : GOAL_REWARD / (1 - gamma);
  return gamma ** (length - 1 - state) * atGoal;
}
