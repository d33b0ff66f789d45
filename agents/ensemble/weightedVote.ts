/** Several policies as one: better ones have heavier votes. */

import { InputError } from '../../core/errors.ts';
import type { Policy } from '../agent.ts';
import { createVote } from './vote.ts';

export interface WeightedVoteOptions {
  readonly name: string;
  readonly members: readonly Policy[];
  /** How well each member did where it was not trained, in any unit in which more is better; null where that is unknown. */
  readonly performances: readonly (number | null)[];
  /** Difference of performance that makes a vote e times as heavy: small trusts the best, large trusts all. */
  readonly temperature: number;
  readonly numActions: number;
}

/** @throws InputError without members, or without a performance for each */
export function createWeightedVote(options: WeightedVoteOptions): Policy {
  const { name, members, performances, temperature, numActions } = options;
  if (performances.length !== members.length) {
    throw new InputError({
      what: 'not one performance for each member',
      where: name,
      rule: `${members.length} members`,
      value: performances.length,
    });
  }
  return createVote({ name, members, weights: performanceWeights(performances, temperature), numActions });
}

/**
 * Weights that add up to one: exp(performance / temperature), shared out.
 *
 * An unknown performance counts as the worst known one; where none is known all weigh the same.
 */
export function performanceWeights(performances: readonly (number | null)[], temperature: number): number[] {
  if (!(temperature > 0)) {
    throw new InputError({
      what: 'temperature of a vote',
      where: 'temperature',
      rule: 'greater than zero',
      value: temperature,
    });
  }
  const known = performances.filter((value) => value !== null);
  const best = Math.max(...known, -Infinity);
  const worst = Math.min(...known, Infinity);
  const raw = performances.map((value) => (known.length === 0 ? 1 : Math.exp(((value ?? worst) - best) / temperature)));
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => value / total);
}
