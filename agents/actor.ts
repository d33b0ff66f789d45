/** A compiled network that acts: from observations to greedy actions in one engine call. */

import type { Context, Observations } from '../core/spec.ts';
import { feedObservations } from './networks/observation.ts';
import type { Executable, Fetches } from './nn/engine.ts';

/** Runs `executable`, whose inputs are an observation's, for any number of envs. @returns reused by the next call */
export const evaluate = (executable: Executable, context: Context | null, observations: Observations): Fetches =>
  executable.run(feedObservations(context, observations));

/** Writes the fetch `action` of a network into `actions`. */
export function actGreedily(
  executable: Executable,
  context: Context | null,
  observations: Observations,
  actions: Int32Array,
): void {
  const { action } = evaluate(executable, context, observations);
  for (let env = 0; env < actions.length; env++) actions[env] = action[env];
}
