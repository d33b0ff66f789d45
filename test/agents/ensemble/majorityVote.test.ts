import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Policy } from '../../../agents/agent.ts';
import { createMajorityVote } from '../../../agents/ensemble/majorityVote.ts';

/** A policy that always gives these actions. */
const always = (...choice: number[]): Policy => ({
  name: 'always',
  act: (_observations, actions) => actions.set(choice),
});

async function vote(...members: Policy[]): Promise<number[]> {
  const ensemble = createMajorityVote({ name: 'vote', members, numActions: 3 });
  const actions = new Int32Array(3);
  await ensemble.act({ row: new Int32Array(3), state: new Float32Array(3) }, actions);
  return [...actions];
}

describe('agents/ensemble', () => {
  it('each observation gets the action that most members choose', async () => {
    expect(await vote(always(0, 1, 2), always(0, 2, 1), always(1, 2, 1))).to.deep.equal([0, 2, 1]);
  });

  it('a tie goes to the earliest member among the tied, whatever the actions are called', async () => {
    expect(await vote(always(2, 1, 0), always(0, 2, 1))).to.deep.equal([2, 1, 0]);
    expect(await vote(always(2, 1, 0), always(0, 2, 1), always(1, 0, 2))).to.deep.equal([2, 1, 0]);
    expect(await vote(always(2, 2, 2), always(1, 1, 1), always(0, 0, 0), always(1, 1, 0))).to.deep.equal([1, 1, 0]);
  });

  it('an ensemble of one is its member, and of none is refused', async () => {
    expect(await vote(always(2, 0, 1))).to.deep.equal([2, 0, 1]);
    expect(() => createMajorityVote({ name: 'none', members: [], numActions: 3 })).to.throw(/without members/);
  });

  it('a reset reaches every member', () => {
    const widths: number[] = [];
    const member: Policy = { ...always(0), reset: (numEnvs) => void widths.push(numEnvs) };
    createMajorityVote({ name: 'vote', members: [member, always(1), member], numActions: 3 }).reset?.(4);
    expect(widths).to.deep.equal([4, 4]);
  });
});
