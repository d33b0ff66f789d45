/** The simplest thing to learn: say what you see. Any learner that cannot is broken. */

import { createRng, type Rng } from '../core/rng.ts';
import type { Saved } from '../core/saved.ts';
import type { Context, EnvSpec, StepBatch, VectorEnv } from '../core/spec.ts';
import { Quiz } from './quiz.ts';

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
  readonly #quiz: Quiz;

  constructor(options: IdentityEnvOptions) {
    const { numEnvs, numActions, shownIn } = options;
    const context = shownIn === 'context' ? makeContext(numActions) : null;
    this.numEnvs = numEnvs;
    this.spec = { stateSize: numActions, actions: { kind: 'discrete', numActions }, context };
    this.#quiz = new Quiz({
      ...options,
      stateSize: numActions,
      ask: (step, env, luck) =>
        context === null ? showSymbol(step, env, luck) : showRow(step, env, { luck, context }),
    });
  }

  reset(): StepBatch {
    return this.#quiz.reset();
  }

  step(actions: Int32Array): StepBatch {
    return this.#quiz.answer(actions);
  }

  save(): Saved {
    return this.#quiz.save();
  }

  restore(saved: Saved): StepBatch {
    return this.#quiz.restore(saved);
  }
}

function showSymbol({ state, row }: StepBatch, env: number, luck: number): number {
  const numActions = state.length / row.length;
  const symbol = Math.floor(luck * numActions);
  for (let k = 0; k < numActions; k++) state[env * numActions + k] = Number(k === symbol);
  return symbol;
}

function showRow(
  { row }: StepBatch,
  env: number,
  { luck, context }: { readonly luck: number; readonly context: Context },
): number {
  row[env] = WINDOW - 1 + Math.floor(luck * (context.rows - WINDOW + 1));
  return context.matrix.subarray((row[env] - 1) * context.features, row[env] * context.features).indexOf(1);
}

/** The same for every env of as many symbols: a context is data, not luck. */
function makeContext(numActions: number): Context {
  const matrix = new Float32Array(CONTEXT_ROWS * numActions);
  const draw = createRng('identity context');
  for (let row = 0; row < CONTEXT_ROWS; row++) matrix[row * numActions + draw.int(numActions)] = 1;
  return { matrix, rows: CONTEXT_ROWS, features: numActions, window: WINDOW };
}
