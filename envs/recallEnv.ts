/** What memory is for: the sign shown some bars ago decides the reward, and nothing since then tells it. */

import { createRng, type Rng } from '../core/rng.ts';
import type { Saved } from '../core/saved.ts';
import type { Context, EnvSpec, StepBatch, VectorEnv } from '../core/spec.ts';
import { Quiz } from './quiz.ts';

export interface RecallEnvOptions {
  readonly numEnvs: number;
  /** Bars from the sign to the decision. */
  readonly delayBars: number;
  /** Bars that an observation spans: above `delayBars` it reaches the sign. */
  readonly window: number;
  readonly episodeLength: number;
  /** Which half of the bars is asked about: what is learned by heart in one is of no use in the other. */
  readonly half: 'train' | 'test';
  readonly rng: Rng;
}

const FEATURES = 2;
const NUM_SIGNS = 1_000;
/** Bars between two signs beyond the delay, drawn from 1 to this. */
const MOST_EXTRA_BARS = 20;

/**
 * Asks for the sign that a marked bar showed `delayBars` ago; the bars since show signs too, but are not marked.
 *
 * Actions: 0 says minus, 1 says plus. Observation: a row of a context with the features sign (-1 or 1) and mark (0 or 1); the
 * state holds one zero. Reward: 1 for the right sign, else 0, so that who cannot remember earns one half. Every step
 * asks about another place. Episodes are truncated after `episodeLength` steps and never terminate.
 */
export class RecallEnv implements VectorEnv {
  readonly spec: EnvSpec;
  readonly numEnvs: number;
  readonly #quiz: Quiz;

  constructor(options: RecallEnvOptions) {
    const { numEnvs, window, half } = options;
    const { context, questions } = makeBars(options);
    const middle = questions.length / 2;
    const own = half === 'train' ? questions.slice(0, middle) : questions.slice(middle);
    this.numEnvs = numEnvs;
    this.spec = {
      stateSize: 1,
      actions: { kind: 'discrete', numActions: 2 },
      context: { ...context, window },
    };
    this.#quiz = new Quiz({
      ...options,
      stateSize: 1,
      ask({ row: rows }, env, luck) {
        const { row, answer } = own[Math.floor(luck * own.length)];
        rows[env] = row;
        return answer;
      },
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

interface Question {
  readonly row: number;
  readonly answer: 0 | 1;
}

/** The same bars for every env of one delay: a context is data, not luck. */
function makeBars({ delayBars, window }: RecallEnvOptions): { context: Context; questions: Question[] } {
  const draw = createRng(`recall context ${delayBars}`);
  const marks: number[] = [];
  let row = window;
  for (let sign = 0; sign < NUM_SIGNS; sign++) {
    marks.push(row);
    row += delayBars + 1 + draw.int(MOST_EXTRA_BARS);
  }
  const matrix = new Float32Array(row * FEATURES);
  for (let bar = 0; bar < row; bar++) matrix[bar * FEATURES] = draw.next() < 0.5 ? -1 : 1;
  for (const mark of marks) matrix[mark * FEATURES + 1] = 1;
  const questions = marks.map((mark): Question => ({
    row: mark + delayBars,
    answer: matrix[mark * FEATURES] > 0 ? 1 : 0,
  }));
  return { context: { matrix, rows: row, features: FEATURES, window }, questions };
}
