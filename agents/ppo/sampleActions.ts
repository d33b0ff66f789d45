/** Choosing by chance. */

import type { Rng } from '../../core/rng.ts';
import type { Actions } from '../../core/spec.ts';

/**
 * Draws each choice of each env from its distribution.
 *
 * @param logProbs (numEnvs, options of all choices)
 * @param sizes options of each choice
 * @param out `actions` (numEnvs, choices) and the log probability of each env's (numEnvs), written in place
 */
export function sampleActions(
  rng: Rng,
  logProbs: ArrayLike<number>,
  sizes: readonly number[],
  { actions, logProb }: { readonly actions: Actions; readonly logProb: Float32Array },
): void {
  let first = 0;
  for (let env = 0; env < logProb.length; env++) {
    let sum = 0;
    for (let choice = 0; choice < sizes.length; choice++) {
      const action = sampleIndex(rng, logProbs, first, sizes[choice]);
      actions[env * sizes.length + choice] = action;
      sum += logProbs[first + action];
      first += sizes[choice];
    }
    logProb[env] = sum;
  }
}

/** The last option that can be chosen at all takes what rounding leaves over. */
function sampleIndex(rng: Rng, logProbs: ArrayLike<number>, first: number, count: number): number {
  let rest = rng.next();
  let possible = 0;
  for (let action = 0; action < count; action++) {
    const probability = Math.exp(logProbs[first + action]);
    if (rest < probability) return action;
    if (probability > 0) possible = action;
    rest -= probability;
  }
  return possible;
}
