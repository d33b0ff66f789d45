/** Several policies as one: each observation's action is the one that most of them choose. */

import type { Policy } from '../agent.ts';
import { createVote } from './vote.ts';

export interface MajorityVoteOptions {
  readonly name: string;
  /** Every member has one vote. */
  readonly members: readonly Policy[];
  readonly numActions: number;
}

/** Of actions with equally many votes, the one that the earliest member chose wins. @throws InputError without members */
export const createMajorityVote = ({ name, members, numActions }: MajorityVoteOptions): Policy =>
  createVote({ name, members, weights: members.map(() => 1), numActions });
