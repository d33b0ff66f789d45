import { expect } from 'chai';
import { describe, it } from 'mocha';
import { agentList } from '../../agents/agentList.ts';
import { checkConfig } from '../../core/config.ts';

const LEARNERS = [
  { name: 'dqn', kind: 'dqn' },
  { name: 'ppo', kind: 'ppo' },
] as const;

const check = (...ensembles: readonly object[]) => checkConfig(agentList, [...LEARNERS, ...ensembles]);
const ensemble = (changes: object) => ({
  name: 'both',
  kind: 'ensemble',
  vote: 'majority',
  members: ['dqn', 'ppo'],
  ...changes,
});

describe('agents/agentList', () => {
  it('every vote over learners is taken, and ensembles of ensembles', () => {
    const list = check(
      ensemble({}),
      ensemble({ name: 'mean', vote: 'meanScore' }),
      ensemble({ name: 'best', vote: 'weighted', temperature: 0.5 }),
      ensemble({ name: 'all', members: ['both', 'mean', 'best'] }),
      ensemble({ name: 'means', vote: 'meanScore', members: ['mean', 'ppo'] }),
    );
    expect(list.map(({ name }) => name)).to.deep.equal(['dqn', 'ppo', 'both', 'mean', 'best', 'all', 'means']);
  });

  const refused: readonly (readonly [what: string, says: RegExp, ...ensembles: object[]])[] = [
    [
      'an unknown member',
      /2\.members\.1: invalid value; got "pop"; .*dqn, ppo; did you mean 'ppo'/,
      ensemble({ members: ['dqn', 'pop'] }),
    ],
    ['itself as member', /2\.members\.1: .*no member of itself/, ensemble({ members: ['dqn', 'both'] })],
    ['one member', /2\.members: .*at least two agents vote/, ensemble({ members: ['dqn'] })],
    ['a member twice', /2\.members\.1: .*one seat/, ensemble({ members: ['dqn', 'dqn'] })],
    [
      'members of each other',
      /2\.members\.1: .*stands before/,
      ensemble({ members: ['dqn', 'other'] }),
      ensemble({ name: 'other', members: ['dqn', 'both'] }),
    ],
    [
      'mean scores of a vote that has none',
      /3\.members\.0: .*'majority' ensemble counts votes/,
      ensemble({}),
      ensemble({ name: 'mean', vote: 'meanScore', members: ['both', 'ppo'] }),
    ],
    ['scores of two units', /2\.scale: .*no common unit/, ensemble({ vote: 'meanScore', scale: 'asGiven' })],
    ['a scale without scores', /2\.scale: .*'meanScore'/, ensemble({ scale: 'standardized' })],
    ['a temperature without weights', /2\.temperature: .*'weighted'/, ensemble({ temperature: 1 })],
    ['an unknown vote', /2\.vote: .*did you mean 'majority'/, ensemble({ vote: 'majorty' })],
    ['a setting of learners', /2\.totalSteps: unknown key/, ensemble({ totalSteps: 5 })],
    ['a name twice', /agent names must differ/, ensemble({ name: 'dqn' })],
  ];
  for (const [what, says, ...ensembles] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => check(...ensembles)).to.throw(says);
    });
  }
});
