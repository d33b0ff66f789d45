import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AGENT_KINDS, createAgent, LEARNER_KINDS, agentConfig } from '../../agents/agentKinds.ts';
import { checkConfig } from '../../core/config.ts';
import { createRng } from '../../core/rng.ts';
import { ChainEnv } from '../../envs/chainEnv.ts';

describe('agents/agentKinds', () => {
  for (const [kind, { schema }] of Object.entries(LEARNER_KINDS)) {
    it(`${kind}: a config of kind and name alone makes a learner of that name`, async () => {
      const config = agentConfig.parse({ kind, name: 'mine' });
      if (config.kind === 'ensemble') throw new Error('an ensemble is not trained');
      const { spec } = new ChainEnv({ numEnvs: config.numEnvs, length: 3, episodeLength: 5, goal: 'stays' });
      const learner = await createAgent({ config, spec, rng: createRng(1), totalSteps: 100 });
      expect(learner.name).to.equal('mine');
      learner.dispose();
      for (const [field, { description }] of Object.entries(schema.shape)) expect(description, field).to.be.a('string');
    });
  }

  it('an unknown kind lists the known ones, an unknown key names the nearest', () => {
    expect(() => checkConfig(agentConfig, { kind: 'sarsa', name: 'mine' })).to.throw(
      /an agent kind is one of dqn, ppo, ensemble/,
    );
    expect(() => checkConfig(agentConfig, { kind: 'ppo', name: 'mine', gaelambda: 1 })).to.throw(/gaeLambda/);
  });

  it('every kind is one that a config can name', () => {
    const known = agentConfig.options.map(({ shape }) => shape.kind.value);
    expect(known).to.deep.equal(AGENT_KINDS);
  });
});
