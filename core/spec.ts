/** The contract between environments and agents. An observation is an address: a row of the context and a few account numbers. */

import type { Saved } from './saved.ts';

/** One of so many. */
export interface DiscreteActions {
  readonly kind: 'discrete';
  readonly numActions: number;
  /** True where every observation says, in `actionMask`, which actions it allows. */
  readonly masked?: boolean;
}

/** Several choices at once, each one of so many. */
export interface MultiDiscreteActions {
  readonly kind: 'multiDiscrete';
  /** Number of options of each choice. */
  readonly sizes: readonly number[];
}

/** Numbers within bounds, such as target weights. */
export interface ContinuousActions {
  readonly kind: 'continuous';
  /** Bounds of each number. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** What an agent chooses from. */
export type ActionSpace = DiscreteActions | MultiDiscreteActions | ContinuousActions;

/** (numEnvs, numbers of one action), row-major: indices, or numbers where actions are continuous. */
export type Actions = Int32Array | Float32Array;

/** How many numbers one action is made of. */
export function actionSize(space: ActionSpace): number {
  if (space.kind === 'discrete') return 1;
  return space.kind === 'multiDiscrete' ? space.sizes.length : space.low.length;
}

/** Room for the actions of `numEnvs` environments. */
export const createActions = (space: ActionSpace, numEnvs: number): Actions =>
  space.kind === 'continuous'
    ? new Float32Array(numEnvs * actionSize(space))
    : new Int32Array(numEnvs * actionSize(space));

/**
 * The exogenous part of every observation, built once and shared: actions never change it.
 *
 * A row is known in full at the close of its bar. A window of W bars is rows `row-W+1 .. row`, gathered inside the
 * network's graph; an env never starts an episode so early that a window would reach into another path.
 */
export interface Context {
  /** (rows, features), row-major. */
  readonly matrix: Float32Array;
  readonly rows: number;
  readonly features: number;
  /** Rows that one observation spans, at least 1. */
  readonly window: number;
}

/** What an agent needs to know of an environment, and nothing else. */
export interface EnvSpec {
  /** Length of one state row. */
  readonly stateSize: number;
  readonly actions: ActionSpace;
  /** Null where the state is the whole observation (classic control). */
  readonly context: Context | null;
}

/** A batch of observations: all that a policy may look at. */
export interface Observations {
  /** (numEnvs) row of the context; all zero where there is no context. */
  readonly row: Int32Array;
  /** (numEnvs, stateSize), row-major. */
  readonly state: Float32Array;
  /** (numEnvs, numActions) 1 where an action is allowed, at least once a row; where the spec's actions are `masked`. */
  readonly actionMask?: Uint8Array;
}

/** One vector step. Same-step autoreset: an environment whose episode ended has already begun its next one. */
export interface StepBatch extends Observations {
  /** (numEnvs), (numEnvs, stateSize): the observation the step ended on; differs from `row`, `state` only where an episode ended. */
  readonly finalRow: Int32Array;
  readonly finalState: Float32Array;
  /** (numEnvs, numActions) what the final observation allows; where the spec's actions are `masked`. */
  readonly finalActionMask?: Uint8Array;
  /** (numEnvs) */
  readonly reward: Float32Array;
  /** (numEnvs) 1 where the episode reached an end of its own (ruin): bootstrap nothing. */
  readonly terminated: Uint8Array;
  /** (numEnvs) 1 where the episode was cut off (time, end of data): bootstrap from the final observation. */
  readonly truncated: Uint8Array;
  /** What every action would have led to; from environments that were asked to tell. */
  readonly counterfactuals?: Counterfactuals;
}

/**
 * What each action would have led to in the step just taken, where nothing but the state depends on it.
 *
 * Told from the state that was lived or, where there are as many starts as actions, from a state for each of them: that of an
 * env whose last action it was. The context row reached is the lived one, `finalRow`; the entry of the lived start and
 * action is what was lived.
 */
export interface Counterfactuals {
  /** Starting states of each env: 1, or as many as actions. */
  readonly numStarts: number;
  /** (numEnvs, numStarts, stateSize) the states that the step would have begun in. */
  readonly start: Float32Array;
  /** (numEnvs, numStarts, numActions) */
  readonly reward: Float32Array;
  /** (numEnvs, numStarts, numActions, stateSize) the state that the step would have ended on. */
  readonly state: Float32Array;
  /** (numEnvs, numStarts, numActions) 1 where the action would have ended the episode. */
  readonly terminated: Uint8Array;
}

/** Environments stepped side by side. A single environment is one of width 1. */
export interface VectorEnv {
  readonly spec: EnvSpec;
  readonly numEnvs: number;
  /** Starts every episode anew. The batch returned is overwritten by the next `step`. */
  reset(): StepBatch;
  /** @param actions (numEnvs, numbers of one action) as the spec's action space says */
  step(actions: Actions): StepBatch;
  /** Everything that decides the env's future: accounts, cursors, random streams, episode source. */
  save(): Saved;
  /** Takes up a saved state; the batch returned is the one that was current when it was saved. */
  restore(saved: Saved): StepBatch;
}

export function createStepBatch(numEnvs: number, stateSize: number): StepBatch {
  return {
    row: new Int32Array(numEnvs),
    state: new Float32Array(numEnvs * stateSize),
    finalRow: new Int32Array(numEnvs),
    finalState: new Float32Array(numEnvs * stateSize),
    reward: new Float32Array(numEnvs),
    terminated: new Uint8Array(numEnvs),
    truncated: new Uint8Array(numEnvs),
  };
}
