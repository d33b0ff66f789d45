/** Several policies as one: the action whose score is highest on average, mean-Q where the scores are action values. */

import type { Observations } from '../../core/spec.ts';
import type { ScoringPolicy } from '../agent.ts';
import { requireMembers } from './vote.ts';

export interface MeanScoreOptions {
  readonly name: string;
  readonly members: readonly ScoringPolicy[];
  readonly numActions: number;
  /**
   * `asGiven` averages the scores themselves: mean-Q, for members whose scores share a unit, such as DQNs of one reward.
   * `standardized` first gives each member's scores of an observation mean 0 and deviation 1: for members of any kind.
   */
  readonly scale: 'asGiven' | 'standardized';
}

/** Of actions with equal means, the first wins. @throws InputError without members */
export function createMeanScore({ name, members, numActions, scale }: MeanScoreOptions): ScoringPolicy {
  requireMembers(name, members);

  async function score(observations: Observations, scores: Float32Array): Promise<void> {
    const own = new Float32Array(scores.length);
    scores.fill(0);
    for (const member of members) {
      await member.score(observations, own);
      if (scale === 'standardized') standardizeRows(own, numActions);
      for (let i = 0; i < own.length; i++) scores[i] += own[i] / members.length;
    }
  }

  return {
    name,
    score,
    async act(observations, actions) {
      const scores = new Float32Array(actions.length * numActions);
      await score(observations, scores);
      for (let env = 0; env < actions.length; env++) {
        const row = scores.subarray(env * numActions, (env + 1) * numActions);
        actions[env] = row.indexOf(Math.max(...row));
      }
    },
    reset(numEnvs) {
      for (const member of members) member.reset?.(numEnvs);
    },
  };
}

/** Each row gets mean 0 and deviation 1; a row whose scores are all alike says nothing, and becomes zero. */
function standardizeRows(scores: Float32Array, numActions: number): void {
  for (let first = 0; first < scores.length; first += numActions) {
    const row = scores.subarray(first, first + numActions);
    const mean = row.reduce((sum, value) => sum + value, 0) / numActions;
    const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numActions);
    for (let k = 0; k < numActions; k++) row[k] = deviation > 0 ? (row[k] - mean) / deviation : 0;
  }
}
