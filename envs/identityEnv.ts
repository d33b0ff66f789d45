/** The simplest thing to learn: say what you see. Any learner that cannot is broken. */

import { RngColumns } from '../core/rngColumns.ts';
import { createRng, type Rng } from '../core/rng.ts';
import { SavedReader, type Saved } from '../core/saved.ts';
import { createStepBatch, type Context, type EnvSpec, type StepBatch, type VectorEnv } from '../core/spec.ts';
import { clearStepBatch, restoreStepBatch, saveStepBatch } from './stepBatchState.ts';

export interface IdentityEnvOptions {
  readonly numEnvs: number;
  readonly numActions: number;
  readonly episodeLength: number;
  /** Where the symbol is shown: in the state row, or in the context one row *before* the observed one, so that only a window sees it. */
  readonly shownIn: 'state' | 'context';
  readonly rng: Rng;
}

const CONTEXT_ROWS = 512;
const WINDOW = 2;

/**
 * Shows a random symbol; naming it is right.
 *
 * Actions: one per symbol. Observation: the symbol, one-hot, in the state row or in the context. Reward: 1 for the symbol
 * shown, else 0, so the optimal return is `episodeLength` and no action changes what comes next. Episodes are truncated
 * after `episodeLength` steps and never terminate.
 */
export class IdentityEnv implements VectorEnv {
  readonly spec: EnvSpec;
  readonly numEnvs: number;
  readonly #options: IdentityEnvOptions;
  readonly #luck: RngColumns;
  readonly #symbol: Int32Array;
  readonly #age: Int32Array;
  readonly #step: StepBatch;

  constructor(options: IdentityEnvOptions) {
    const { numEnvs, numActions, rng, shownIn } = options;
    this.#options = options;
    this.numEnvs = numEnvs;
    this.spec = {
      stateSize: numActions,
      actions: { kind: 'discrete', numActions },
      context: shownIn === 'context' ? makeContext(numActions) : null,
    };
    this.#luck = new RngColumns(Array.from({ length: numEnvs }, (_, env) => `${rng.path}/env${env}`));
    this.#symbol = new Int32Array(numEnvs);
    this.#age = new Int32Array(numEnvs);
    this.#step = createStepBatch(numEnvs, numActions);
  }

  reset(): StepBatch {
    this.#age.fill(0);
    for (let env = 0; env < this.numEnvs; env++) this.#show(env);
    clearStepBatch(this.#step);
    return this.#step;
  }

  step(actions: Int32Array): StepBatch {
    const step = this.#step;
    const size = this.spec.stateSize;
    for (let env = 0; env < this.numEnvs; env++) {
      step.reward[env] = actions[env] === this.#symbol[env] ? 1 : 0;
      this.#show(env);
      // What follows a cut and what begins the next episode are the same draw: symbols are independent anyway.
      step.finalRow[env] = step.row[env];
      for (let k = 0; k < size; k++) step.finalState[env * size + k] = step.state[env * size + k];
      this.#age[env] += 1;
      const isOver = this.#age[env] === this.#options.episodeLength;
      step.truncated[env] = isOver ? 1 : 0;
      if (isOver) this.#age[env] = 0;
    }
    return step;
  }

  save(): Saved {
    return {
      luck: this.#luck.save(),
      symbol: this.#symbol.slice(),
      age: this.#age.slice(),
      step: saveStepBatch(this.#step),
    };
  }

  restore(saved: Saved): StepBatch {
    const reader = new SavedReader(saved, 'identity env');
    this.#luck.restore(reader.any('luck'));
    reader.into('symbol', this.#symbol);
    reader.into('age', this.#age);
    restoreStepBatch(reader.any('step'), this.#step);
    return this.#step;
  }

  #show(env: number): void {
    const { numActions } = this.#options;
    const { context } = this.spec;
    if (context === null) {
      this.#symbol[env] = Math.floor(this.#luck.next(env) * numActions);
      for (let k = 0; k < numActions; k++) this.#step.state[env * numActions + k] = Number(k === this.#symbol[env]);
      return;
    }
    const row = WINDOW - 1 + Math.floor(this.#luck.next(env) * (context.rows - WINDOW + 1));
    const shown = context.matrix.subarray((row - 1) * numActions, row * numActions);
    this.#step.row[env] = row;
    this.#symbol[env] = shown.indexOf(1);
  }
}

/** The same for every env of as many symbols: a context is data, not luck. */
function makeContext(numActions: number): Context {
  const matrix = new Float32Array(CONTEXT_ROWS * numActions);
  const draw = createRng('identity context');
  for (let row = 0; row < CONTEXT_ROWS; row++) matrix[row * numActions + draw.int(numActions)] = 1;
  return { matrix, rows: CONTEXT_ROWS, features: numActions, window: WINDOW };
}
