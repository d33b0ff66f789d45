/** A compiled network that acts: from observations to greedy actions in one engine call. */

import type { Actions, EnvSpec, Observations } from '../core/spec.ts';
import type { CarriedMemory } from './carriedMemory.ts';
import { feedObservations } from './networks/observation.ts';
import type { Executable, Feeds, Fetches } from './nn/engine.ts';

/** What of a spec an actor reads. */
type Observed = Pick<EnvSpec, 'context' | 'actions'>;

/** Runs `executable`, whose inputs are an observation's and perhaps more, for any number of envs. @returns reused by the next call */
export const evaluate = (executable: Executable, spec: Observed, observations: Observations, more?: Feeds): Fetches =>
  executable.run(
    more === undefined ? feedObservations(spec, observations) : { ...feedObservations(spec, observations), ...more },
  );

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

/** A network with its memory. */
export interface MindedActor {
  readonly executable: Executable;
  readonly spec: Observed;
  readonly memory: CarriedMemory;
}

/** Like {@link actGreedily}, remembering. @returns everything fetched, reused by the next call */
export function actMindfully(actor: MindedActor, observations: Observations, actions: Actions): Fetches {
  const { executable, spec, memory } = actor;
  const fetched = evaluate(executable, spec, observations, memory.feeds(observations.row.length));
  for (let i = 0; i < actions.length; i++) actions[i] = fetched.action[i];
  memory.take(fetched);
  return fetched;
}
