import { expect } from 'chai';
import { describe, it } from 'mocha';
import { z } from 'zod';
import { checkConfig, parseConfig } from '../../core/config.ts';
import { InputError, nearestName } from '../../core/errors.ts';

const agent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('dqn'),
    gamma: z.number().min(0).max(1).default(0.99),
    doubleQ: z.boolean().default(true),
  }),
  z.strictObject({ kind: z.literal('ppo'), clipCoef: z.number().positive().default(0.2) }),
]);
const schema = z.strictObject({
  name: z.string(),
  market: z.strictObject({ file: z.string().nullable().default(null) }).prefault({}),
  agents: z.array(agent).default([]),
  costs: z.enum(['sample', 'p90']).default('sample'),
});

const parse = (text: string, options = {}) => parseConfig(schema, { name: 'x.yaml', text }, options);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).to.be.instanceOf(InputError);
    return (error as InputError).message;
  }
  throw new Error('was not refused');
}

describe('core/config', () => {
  it('defaults fill what is left out', () => {
    expect(parse('name: a\nagents:\n  - kind: dqn')).to.deep.equal({
      name: 'a',
      market: { file: null },
      agents: [{ kind: 'dqn', gamma: 0.99, doubleQ: true }],
      costs: 'sample',
    });
  });

  it('an unknown key is refused with its line, the known keys of the chosen union member and the nearest of them', () => {
    const message = refusal(() => parse('name: a\nagents:\n  - kind: dqn\n    gama: 0.5'));
    expect(message).to.contain('x.yaml:4:5 agents.0.gama');
    expect(message).to.contain("did you mean 'gamma'?");
    expect(message).not.to.contain('clipCoef');
  });

  it('every offence is reported, with field, rule and value', () => {
    const message = refusal(() => parse('name: 3\nagents:\n  - kind: dqn\n    gamma: 1.5\ncosts: p9'));
    expect(message.split('\n')).to.have.length(3);
    expect(message).to.contain('agents.0.gamma').and.contain('got 1.5').and.contain('<=1');
    expect(message).to.contain("did you mean 'p90'?");
  });

  it('a missing value says so', () => {
    expect(refusal(() => parse('costs: p90')))
      .to.contain('name')
      .and.contain('missing value');
  });

  it('broken YAML is refused with line and column', () => {
    expect(refusal(() => parse('name: [a\nb: c'))).to.match(/^x\.yaml:\d+:\d+: /);
  });

  it('environment variables are substituted in strings, with defaults, and missed by name', () => {
    const environment = { DIR: '/data' };
    expect(parse('name: a\nmarket: { file: "${DIR}/${FILE:-b.csv}" }', { environment }).market.file).to.equal(
      '/data/b.csv',
    );
    expect(refusal(() => parse('name: a\nmarket: { file: "${NOPE}" }')))
      .to.contain('NOPE')
      .and.contain('market.file');
  });

  it('overrides reach into records and lists and are checked like the file', () => {
    const overrides = ['agents.0.gamma=0.5', 'market.file=x.csv'];
    const config = parse('name: a\nagents: [{ kind: dqn }]', { overrides });
    expect(config.agents[0]).to.deep.include({ gamma: 0.5 });
    expect(config.market.file).to.equal('x.csv');
    expect(refusal(() => parse('name: a', { overrides: ['market.fil=x'] }))).to.contain("did you mean 'file'?");
    expect(refusal(() => parse('name: a', { overrides: ['nonsense'] }))).to.contain('--set path.to.key=value');
    const added = parse('name: a\nagents: [{ kind: dqn }]', { overrides: ['agents.1={ kind: dqn, gamma: 0.25 }'] });
    expect(added.agents.map((agent) => ('gamma' in agent ? agent.gamma : null))).to.deep.equal([0.99, 0.25]);
    expect(refusal(() => parse('name: a\nagents: []', { overrides: ['agents.3.gamma=1'] }))).to.contain(
      'no such list item',
    );
  });

  it('a value that is already parsed is checked alike', () => {
    expect(refusal(() => checkConfig(schema, { name: 'a', cots: 1 }))).to.contain("did you mean 'costs'?");
  });

  it('the nearest name forgives case and swapped letters, and is null for a stranger', () => {
    expect(nearestName('learningrate', ['learningRate', 'gamma'])).to.equal('learningRate');
    expect(nearestName('gmama', ['gamma', 'name'])).to.equal('gamma');
    expect(nearestName('zebra', ['gamma', 'name'])).to.equal(null);
  });
});
