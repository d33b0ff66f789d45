import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadPolicy } from '../../agents/policy.ts';
import { createRng } from '../../core/rng.ts';
import type { Context } from '../../core/spec.ts';
import { IdentityEnv } from '../../envs/identityEnv.ts';
import { smallDqn } from './helpers/learners.ts';
import { train } from './helpers/train.ts';

async function trained() {
  const env = new IdentityEnv({ numEnvs: 8, numActions: 4, episodeLength: 7, shownIn: 'context', rng: createRng(1) });
  const { spec } = env;
  const { context } = spec;
  if (context === null) throw new Error('the identity env shows its symbol in a context');
  const learner = await smallDqn({ spec, totalSteps: 4_000 });
  await train(learner, env, 500);
  const model = learner.exportPolicy();
  learner.dispose();
  return { spec, context, model };
}

describe('agents/policy', () => {
  it('a short context that slides under one observation gives the actions of the whole one', async () => {
    const { spec, context, model } = await trained();
    const { window, features } = context;
    const sliding: Context = { matrix: new Float32Array(window * features), rows: window, features, window };
    const whole = await loadPolicy({ name: 'whole', model, context, spec });
    const live = await loadPolicy({ name: 'live', model, context: sliding, spec });
    const state = new Float32Array(spec.stateSize);
    const [expected, found] = [new Int32Array(1), new Int32Array(1)];
    const seen = new Set<number>();
    for (let row = window - 1; row < 200; row++) {
      await whole.act({ row: Int32Array.of(row), state }, expected);
      sliding.matrix.set(context.matrix.subarray((row - window + 1) * features, (row + 1) * features));
      await live.act({ row: Int32Array.of(window - 1), state }, found);
      expect(found[0]).to.equal(expected[0]);
      seen.add(found[0]);
    }
    expect(seen.size).to.equal(4);
    whole.dispose();
    live.dispose();
  });

  it('bytes that are no model, and a context of other features, are refused', async () => {
    const { spec, context, model } = await trained();
    const broken = await loadPolicy({ name: 'broken', model: model.slice(0, 100), context, spec }).catch(String);
    expect(broken).to.match(/InputError/);
    const narrow = { ...context, features: context.features - 1 };
    const refused = await loadPolicy({ name: 'narrow', model, context: narrow, spec }).catch(String);
    expect(refused).to.match(/narrow: policy does not fit: another size of 'context'; got 4; rule: 3 here/);
  });
});
