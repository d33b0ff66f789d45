/** The Markov chain that trades as often, and in the same positions, as a ledger does. */

import { InputError } from '../core/errors.ts';
import type { Ledger } from '../envs/ledger.ts';

export interface MatchedTurnover {
  /** (actions) share of bars in each position: the chain's stationary distribution. */
  readonly shares: Float64Array;
  /** (actions)(actions) probability of the next position given this one. */
  readonly transitions: readonly Float64Array[];
}

/**
 * Calibrates the chain to ledgers.
 *
 * Each ledger's last position is counted as leading back to its first: a closed walk enters every position as often as it
 * leaves it, so the shares are exactly stationary. The changes that closing added are then taken out by slowing all changes
 * alike, which leaves the shares as they are and the expected number of changes a bar equal to the ledgers'.
 *
 * @throws InputError when a ledger holds a weight that is no action
 */
export function matchTurnover(ledgers: readonly Ledger[], targetWeights: readonly number[]): MatchedTurnover {
  const size = targetWeights.length;
  const counts = targetWeights.map(() => new Float64Array(size));
  const visits = new Float64Array(size);
  let changes = 0;
  let closing = 0;
  let steps = 0;
  for (const ledger of ledgers) {
    const actions = actionsOf(ledger, targetWeights);
    for (const [bar, action] of actions.entries()) {
      const last = bar === actions.length - 1;
      const next = last ? actions[0] : actions[bar + 1];
      counts[action][next] += 1;
      visits[action] += 1;
      if (next !== action && last) closing += 1;
      else if (next !== action) changes += 1;
    }
    steps += Math.max(0, actions.length - 1);
  }
  const bars = visits.reduce((total, count) => total + count, 0);
  const wantedRate = steps === 0 ? 0 : changes / steps;
  const closedRate = (changes + closing) / bars;
  const fastest = Math.max(...counts.map((row, from) => (visits[from] - row[from]) / Math.max(visits[from], 1)));
  const pace = closedRate === 0 ? 1 : Math.min(wantedRate / closedRate, 1 / fastest);
  return {
    shares: visits.map((count) => count / bars),
    transitions: counts.map((row, from) =>
      row.map((count, to) => {
        const moves = visits[from] === 0 ? 0 : count / visits[from];
        const stays = visits[from] === 0 ? 1 : row[from] / visits[from];
        return to === from ? 1 - pace * (1 - stays) : pace * moves;
      }),
    ),
  };
}

function actionsOf(ledger: Ledger, targetWeights: readonly number[]): number[] {
  return Array.from(ledger.columns().targetWeight, (weight, bar) => {
    const action = targetWeights.indexOf(weight);
    if (action >= 0) return action;
    throw new InputError({
      what: 'ledger holds a weight that is no action',
      where: `ledger of path '${ledger.path}', bar ${bar}`,
      rule: `one of ${targetWeights.join(', ')}`,
      value: weight,
    });
  });
}
