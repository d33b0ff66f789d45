import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Learner } from '../../agents/agent.ts';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import type { EnvSpec } from '../../core/spec.ts';
import { createCurriculum } from '../../curricula/curriculum.ts';
import { walkEnv } from '../helpers/tradingEnvs.ts';
import { NUM_ENVS, smallDqn, smallPpo } from './helpers/learners.ts';
import { train } from './helpers/train.ts';

const LEARNERS = {
  'dqn of three steps': (spec: EnvSpec) => smallDqn({ spec, totalSteps: 4000 }, { nStep: 3 }),
  'counterfactual dqn': (spec: EnvSpec) => smallDqn({ spec, totalSteps: 4000 }, { counterfactual: true }),
  ppo: (spec: EnvSpec) => smallPpo({ spec, totalSteps: 4000 }, { normalizeRewards: true }),
};

/** Into the fourth rollout of 32 steps. */
const STEPS = 100;

describe('rows that come to hold other bars', () => {
  for (const [name, create] of Object.entries(LEARNERS)) {
    /** Learns on the first path, which then becomes NaN, and goes on on the second. */
    const goOn = async (forget: (learner: Learner) => void) => {
      const worlds = randomWalkWorlds({ seed: 5, paths: 2, barsPerPath: 200 });
      const { matrix, features } = worlds.context;
      const stages = [{ name: 'all', regimes: null, costs: 'sample', share: 1 }] as const;
      const envOn = (path: number) => {
        const paths = [worlds.paths[path]];
        const source = createCurriculum({ stages, episodeBars: 40, worlds, paths });
        return walkEnv(3, NUM_ENVS, { worlds, source, counterfactual: name.startsWith('counterfactual') });
      };
      const env = envOn(0);
      const learner = await create(env.spec);
      try {
        await train(learner, env, STEPS);
        const before = learner.weightsHash();
        forget(learner);
        matrix.fill(NaN, 0, worlds.paths[0].to * features);
        await train(learner, envOn(1), STEPS);
        return learner.weightsHash() !== before;
      } finally {
        learner.dispose();
      }
    };

    it(`are never read again by ${name} that forgot them, and it goes on learning`, async () => {
      expect(await goOn((learner) => learner.forgetRows())).to.equal(true);
    });

    it(`are read again by ${name} that did not: the control`, async () => {
      expect(await goOn(() => undefined).catch(String)).to.match(/loss became NaN/);
    });
  }

  it('may go at any step where steps are learned from one by one, and between two rollouts', async () => {
    const worlds = randomWalkWorlds({ seed: 5, barsPerPath: 200 });
    for (const [name, create] of Object.entries(LEARNERS)) {
      const env = walkEnv(3, NUM_ENVS, { worlds, counterfactual: name.startsWith('counterfactual') });
      const learner = await create(env.spec);
      const settled: boolean[] = [learner.isSettled];
      const { batch } = await train(learner, env, 31);
      settled.push(learner.isSettled);
      await train(learner, env, 1, batch);
      settled.push(learner.isSettled);
      expect(settled, name).to.deep.equal([true, name !== 'ppo', true]);
      learner.dispose();
    }
  });
});
