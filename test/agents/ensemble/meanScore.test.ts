import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ScoringPolicy } from '../../../agents/agent.ts';
import { createMeanScore, type MeanScoreOptions } from '../../../agents/ensemble/meanScore.ts';
import { loadPolicy } from '../../../agents/policy.ts';
import { createRng } from '../../../core/rng.ts';
import { IdentityEnv } from '../../../envs/identityEnv.ts';
import { NUM_ENVS, smallDqn, smallPpo } from '../helpers/learners.ts';
import { meanReward, train } from '../helpers/train.ts';

const says = (...scores: number[]): ScoringPolicy => ({
  name: 'says',
  act: () => undefined,
  score: (_observations, out) => out.set(scores),
});

async function choose(scale: MeanScoreOptions['scale'], ...members: ScoringPolicy[]): Promise<number> {
  const actions = new Int32Array(1);
  const ensemble = createMeanScore({ name: 'mean', members, numActions: 3, scale });
  await ensemble.act({ row: new Int32Array(1), state: new Float32Array(1) }, actions);
  return actions[0];
}

describe('agents/ensemble/meanScore', () => {
  it('the action of the highest mean wins, though no member likes it best', async () => {
    expect(await choose('asGiven', says(1, 0.9, 0), says(0, 0.9, 1))).to.equal(1);
  });

  it('as given, the loudest member decides; standardized, each counts the same', async () => {
    const members = [says(1000, 0, 0), says(0, 1, 0), says(0, 1, 0)];
    expect(await choose('asGiven', ...members)).to.equal(0);
    expect(await choose('standardized', ...members)).to.equal(1);
  });

  it('a member that finds all actions alike has no say, and of equal means the first wins', async () => {
    expect(await choose('standardized', says(5, 5, 5), says(0, 0, 0.1))).to.equal(2);
    expect(await choose('asGiven', says(5, 5, 5))).to.equal(0);
    expect(() => createMeanScore({ name: 'none', members: [], numActions: 3, scale: 'asGiven' })).to.throw(
      /without members/,
    );
  });

  it('takes agents of every kind as they were exported, and is as right as they are', async () => {
    const make = (seed: number) =>
      new IdentityEnv({ numEnvs: NUM_ENVS, numActions: 4, episodeLength: 7, shownIn: 'state', rng: createRng(seed) });
    const { spec } = make(1);
    const members = [];
    for (const create of [smallDqn, smallPpo]) {
      const learner = await create({ spec, totalSteps: 8_000 });
      await train(learner, make(1), 1_000);
      members.push(await loadPolicy({ name: learner.name, model: learner.exportPolicy(), context: null, spec }));
      learner.dispose();
    }
    const ensemble = createMeanScore({ name: 'both', members, numActions: 4, scale: 'standardized' });
    expect(await meanReward(ensemble, make(9), 40)).to.equal(1);
    for (const member of members) member.dispose();
  });
});
