/** Several policies as one: each observation's action is the one with the heaviest votes. */

import { InputError } from '../../core/errors.ts';
import type { Observations } from '../../core/spec.ts';
import type { Policy } from '../agent.ts';

export interface VoteOptions {
  readonly name: string;
  readonly members: readonly Policy[];
  /** What the vote of each member weighs. */
  readonly weights: readonly number[];
  readonly numActions: number;
}

/** Of actions with equally heavy votes, the one that the earliest member chose wins. @throws InputError without members */
export function createVote({ name, members, weights, numActions }: VoteOptions): Policy {
  requireMembers(name, members);
  return {
    name,
    async act(observations, actions) {
      const votes = await collectVotes(members, observations, actions.length);
      const heard = new Float64Array(numActions);
      for (let env = 0; env < actions.length; env++) {
        heard.fill(0);
        votes.forEach((vote, member) => (heard[vote[env]] += weights[member]));
        const most = Math.max(...heard);
        for (let member = votes.length - 1; member >= 0; member--) {
          if (heard[votes[member][env]] === most) actions[env] = votes[member][env];
        }
      }
    },
    reset(numEnvs) {
      for (const member of members) member.reset?.(numEnvs);
    },
  };
}

export function requireMembers(name: string, members: readonly Policy[]): void {
  if (members.length > 0) return;
  throw new InputError({ what: 'an ensemble without members', where: name, rule: 'at least one policy votes' });
}

async function collectVotes(
  members: readonly Policy[],
  observations: Observations,
  numEnvs: number,
): Promise<readonly Int32Array[]> {
  const votes = members.map(() => new Int32Array(numEnvs));
  for (const [member, policy] of members.entries()) await policy.act(observations, votes[member]);
  return votes;
}
