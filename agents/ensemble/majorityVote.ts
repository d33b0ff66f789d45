/** Several policies as one: each observation's action is the one that most of them choose. */

import { InputError } from '../../core/errors.ts';
import type { Observations } from '../../core/spec.ts';
import type { Policy } from '../agent.ts';

export interface MajorityVoteOptions {
  readonly name: string;
  /** Every member has one vote. */
  readonly members: readonly Policy[];
  readonly numActions: number;
}

/** Of actions with equally many votes, the one that the earliest member chose wins. @throws InputError without members */
export function createMajorityVote({ name, members, numActions }: MajorityVoteOptions): Policy {
  if (members.length === 0) {
    throw new InputError({ what: 'an ensemble without members', where: name, rule: 'at least one policy votes' });
  }
  return {
    name,
    async act(observations: Observations, actions: Int32Array): Promise<void> {
      const votes = await collectVotes(members, observations, actions.length);
      const counts = new Int32Array(numActions);
      for (let env = 0; env < actions.length; env++) {
        counts.fill(0);
        for (const vote of votes) counts[vote[env]] += 1;
        const most = Math.max(...counts);
        for (let member = votes.length - 1; member >= 0; member--) {
          if (counts[votes[member][env]] === most) actions[env] = votes[member][env];
        }
      }
    },
    reset(numEnvs: number): void {
      for (const member of members) member.reset?.(numEnvs);
    },
  };
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
