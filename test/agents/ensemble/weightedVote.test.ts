import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Policy } from '../../../agents/agent.ts';
import { createWeightedVote, performanceWeights } from '../../../agents/ensemble/weightedVote.ts';

const always = (...choice: number[]): Policy => ({
  name: 'always',
  act: (_observations, actions) => actions.set(choice),
});

async function vote(performances: readonly (number | null)[], temperature: number): Promise<number[]> {
  const members = [always(0, 0), always(1, 1), always(1, 2)];
  const ensemble = createWeightedVote({ name: 'vote', members, performances, temperature, numActions: 3 });
  const actions = new Int32Array(2);
  await ensemble.act({ row: new Int32Array(2), state: new Float32Array(2) }, actions);
  return [...actions];
}

describe('agents/ensemble/weightedVote', () => {
  it('a far better member outvotes two that agree; with a high temperature they outvote it', async () => {
    expect(await vote([3, 1, 1], 0.5)).to.deep.equal([0, 0]);
    expect(await vote([3, 1, 1], 50)).to.deep.equal([1, 0]);
  });

  it('equal performances are a majority vote, whatever their size; unknown counts as the worst', async () => {
    expect(await vote([1e6, 1e6, 1e6], 1)).to.deep.equal([1, 0]);
    expect(performanceWeights([2, null, 1], 1)[1]).to.equal(performanceWeights([2, null, 1], 1)[2]);
    expect(performanceWeights([null, null], 1)).to.deep.equal([0.5, 0.5]);
  });

  it('weights add up to one and are e times as heavy for each temperature more', () => {
    const weights = performanceWeights([0.3, -0.7, 1.3], 1);
    expect(weights.reduce((a, b) => a + b, 0)).to.be.closeTo(1, 1e-12);
    expect(weights[0] / weights[1]).to.be.closeTo(Math.E, 1e-9);
    expect(weights[2] / weights[0]).to.be.closeTo(Math.E, 1e-9);
  });

  it('a performance that is missing, a temperature of zero and an empty ensemble are refused', () => {
    const make = (members: Policy[], performances: number[], temperature: number) => () =>
      createWeightedVote({ name: 'vote', members, performances, temperature, numActions: 3 });
    expect(make([always(0)], [], 1)).to.throw(/not one performance for each member; got 0; rule: 1 members/);
    expect(make([always(0)], [1], 0)).to.throw(/temperature/);
    expect(make([], [], 1)).to.throw(/without members/);
  });
});
