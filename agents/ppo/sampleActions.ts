/** Choosing by chance. */

import type { Rng } from '../../core/rng.ts';

/**
 * Draws an action of each env from its distribution.
 *
 * @param logProbs (numEnvs, numActions)
 * @param out `actions` and the log probability of each, both (numEnvs), written in place
 */
export function sampleActions(
  rng: Rng,
  logProbs: ArrayLike<number>,
  { actions, logProb }: { readonly actions: Int32Array; readonly logProb: Float32Array },
): void {
  const numActions = logProbs.length / actions.length;
  for (let env = 0; env < actions.length; env++) {
    const first = env * numActions;
    let rest = rng.next();
    let action = 0;
    // The last action takes what rounding leaves over.
    while (action < numActions - 1 && rest >= Math.exp(logProbs[first + action])) {
      rest -= Math.exp(logProbs[first + action]);
      action += 1;
    }
    actions[env] = action;
    logProb[env] = logProbs[first + action];
  }
}
