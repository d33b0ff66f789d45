/** One question a step, whose answer is right or wrong and changes nothing that is asked later: what such envs share. */

import { RngColumns } from '../core/rngColumns.ts';
import type { Rng } from '../core/rng.ts';
import { SavedReader, type Saved } from '../core/saved.ts';
import { createStepBatch, type StepBatch } from '../core/spec.ts';
import { clearStepBatch, restoreStepBatch, saveStepBatch } from './stepBatchState.ts';

export interface QuizOptions {
  readonly numEnvs: number;
  readonly stateSize: number;
  /** Steps until an episode is cut; none ever terminates. */
  readonly episodeLength: number;
  readonly rng: Rng;
  /** Writes a question into the row and state of an env. @param luck in [0, 1) @returns the action that is right */
  readonly ask: (step: StepBatch, env: number, luck: number) => number;
}

/** Questions are independent: the one that follows a cut is also the one that the next episode begins with. */
export class Quiz {
  readonly #options: QuizOptions;
  readonly #luck: RngColumns;
  readonly #answer: Int32Array;
  readonly #age: Int32Array;
  readonly #step: StepBatch;

  constructor(options: QuizOptions) {
    const { numEnvs, stateSize, rng } = options;
    this.#options = options;
    this.#luck = new RngColumns(Array.from({ length: numEnvs }, (_, env) => `${rng.path}/env${env}`));
    this.#answer = new Int32Array(numEnvs);
    this.#age = new Int32Array(numEnvs);
    this.#step = createStepBatch(numEnvs, stateSize);
  }

  reset(): StepBatch {
    this.#age.fill(0);
    for (let env = 0; env < this.#age.length; env++) this.#ask(env);
    clearStepBatch(this.#step);
    return this.#step;
  }

  /** Pays 1 for each right answer and asks anew. */
  answer(actions: Int32Array): StepBatch {
    const step = this.#step;
    for (let env = 0; env < this.#age.length; env++) {
      step.reward[env] = actions[env] === this.#answer[env] ? 1 : 0;
      this.#ask(env);
      this.#age[env] += 1;
      const isOver = this.#age[env] === this.#options.episodeLength;
      step.truncated[env] = isOver ? 1 : 0;
      if (isOver) this.#age[env] = 0;
    }
    step.finalRow.set(step.row);
    step.finalState.set(step.state);
    return step;
  }

  save(): Saved {
    return {
      luck: this.#luck.save(),
      answer: this.#answer.slice(),
      age: this.#age.slice(),
      step: saveStepBatch(this.#step),
    };
  }

  restore(saved: Saved): StepBatch {
    const reader = new SavedReader(saved, 'quiz');
    this.#luck.restore(reader.any('luck'));
    reader.into('answer', this.#answer);
    reader.into('age', this.#age);
    restoreStepBatch(reader.any('step'), this.#step);
    return this.#step;
  }

  #ask(env: number): void {
    this.#answer[env] = this.#options.ask(this.#step, env, this.#luck.next(env));
  }
}
