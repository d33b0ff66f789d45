import { memory } from '@tensorflow/tfjs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createOrtEngine } from '../../agents/nn/ort/ortEngine.ts';
import { createTfjsEngine } from '../../agents/nn/tfjs/tfjsEngine.ts';
import { loadPolicy } from '../../agents/policy.ts';
import { createRng } from '../../core/rng.ts';
import { IdentityEnv } from '../../envs/identityEnv.ts';
import { LEARNERS, NUM_ENVS } from './helpers/learners.ts';
import { meanReward, train } from './helpers/train.ts';

const identity = (seed: number) =>
  new IdentityEnv({
    numEnvs: NUM_ENVS,
    numActions: 4,
    episodeLength: 7,
    shownIn: 'context',
    rng: createRng(seed),
  });

describe('agents on another engine', () => {
  for (const [kind, create] of Object.entries(LEARNERS)) {
    it(`${kind} on TensorFlow.js learns as it does on onnxruntime, resumes exactly, and leaves no tensor behind`, async function () {
      this.timeout(20_000);
      const before = memory().numTensors;
      const engine = createTfjsEngine({ provider: 'js' });
      const totalSteps = 4_000;
      const make = (on = engine) => create({ spec: identity(1).spec, totalSteps, engine: on });
      const [mine, theirs] = [await make(), await make(createOrtEngine())];

      // As long as rounding has not yet led to another action, both report the same losses.
      const [myEnv, theirEnv] = [identity(1), identity(1)];
      let my = await train(mine, myEnv, 60);
      const their = await train(theirs, theirEnv, 60);
      expect(Object.keys(my.metrics)).to.not.be.empty;
      for (const [key, value] of Object.entries(their.metrics)) {
        expect(my.metrics[key], key).to.be.closeTo(value, 1e-3 * Math.max(1, Math.abs(value)));
      }

      const saved = structuredClone({ env: myEnv.save(), learner: mine.save() });
      my = await train(mine, myEnv, 40, my.batch);
      const resumedEnv = identity(77);
      const resumed = await make();
      resumed.restore(saved.learner);
      await train(resumed, resumedEnv, 40, resumedEnv.restore(saved.env));
      expect(resumed.weightsHash()).to.equal(mine.weightsHash());

      await train(mine, myEnv, totalSteps / NUM_ENVS - 100, my.batch);
      const { spec } = myEnv;
      const policy = await loadPolicy({ name: 'exported', model: mine.exportPolicy(), context: spec.context, spec });
      expect(await meanReward(policy, identity(99), 40)).to.be.greaterThan(0.9);
      for (const learner of [mine, theirs, resumed]) learner.dispose();
      expect(memory().numTensors).to.equal(before);
    });
  }
});
