/** A compiled network that acts: from observations to greedy actions in one engine call. */

import type { Actions, EnvSpec, Observations } from '../core/spec.ts';
import { feedObservations } from './networks/observation.ts';
import type { Executable, Fetches } from './nn/engine.ts';

/** What of a spec an actor reads. */
type Observed = Pick<EnvSpec, 'context' | 'actions'>;

/** Runs `executable`, whose inputs are an observation's, for any number of envs. @returns reused by the next call */
export const evaluate = (executable: Executable, spec: Observed, observations: Observations): Fetches =>
  executable.run(feedObservations(spec, observations));

/** Writes the fetch `action` of a network into `actions`. */
export function actGreedily(
  executable: Executable,
  spec: Observed,
  observations: Observations,
  actions: Actions,
): void {
  const { action } = evaluate(executable, spec, observations);
  for (let i = 0; i < actions.length; i++) actions[i] = action[i];
}
