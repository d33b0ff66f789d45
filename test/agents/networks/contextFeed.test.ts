import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadPolicy } from '../../../agents/policy.ts';
import { randomWalkWorlds } from '../../../bench/randomWalkWorlds.ts';
import type { Context, EnvSpec } from '../../../core/spec.ts';
import { walkEnv } from '../../helpers/tradingEnvs.ts';
import { NUM_ENVS, smallDqn, smallPpo } from '../helpers/learners.ts';
import { train } from '../helpers/train.ts';

const worlds = randomWalkWorlds({ seed: 5, barsPerPath: 200 });

function inSharedMemory(context: Context): Context {
  const matrix = new Float32Array(new SharedArrayBuffer(context.matrix.byteLength));
  matrix.set(context.matrix);
  return { ...context, matrix };
}

const shared = inSharedMemory(worlds.context);
const LEARNERS = {
  'dqn of three steps': (spec: EnvSpec) => smallDqn({ spec, totalSteps: 4000 }, { nStep: 3 }),
  'counterfactual dqn': (spec: EnvSpec) => smallDqn({ spec, totalSteps: 4000 }, { counterfactual: true }),
  ppo: (spec: EnvSpec) => smallPpo({ spec, totalSteps: 4000 }),
  'recurrent ppo': (spec: EnvSpec) =>
    smallPpo({ spec, totalSteps: 4000 }, { recurrent: { units: 4, horizonSteps: 32 }, updateEpochs: 1 }),
};

describe('a context in shared memory', () => {
  for (const [name, create] of Object.entries(LEARNERS)) {
    it(`teaches ${name} the same weights and the same acts as one that is not`, async () => {
      const live = async (context: Context) => {
        const env = walkEnv(3, NUM_ENVS, { worlds, counterfactual: name.startsWith('counterfactual') });
        const spec = { ...env.spec, context };
        const learner = await create(spec);
        const untrained = learner.weightsHash();
        const { batch } = await train(learner, env, 120);
        const model = learner.exportPolicy();
        const policy = await loadPolicy({ name, model, context, spec });
        policy.reset?.(NUM_ENVS);
        const scores = new Float32Array(NUM_ENVS * 3);
        await policy.score(batch, scores);
        const weights = learner.weightsHash();
        learner.dispose();
        policy.dispose();
        return { untrained, weights, scores };
      };
      const own = await live(worlds.context);
      expect(await live(shared)).to.deep.equal(own);
      expect(own.weights).not.to.equal(own.untrained);
      const moved = { ...shared, matrix: shared.matrix.map((value) => value + 1) };
      expect((await live(inSharedMemory(moved))).weights).not.to.equal(own.weights);
    });
  }
});
