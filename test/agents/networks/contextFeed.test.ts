import { expect } from 'chai';
import { describe, it } from 'mocha';
import { feedContext } from '../../../agents/networks/contextFeed.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { gatherWindow } from '../../../agents/nn/ops/indexing.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import { createTfjsEngine } from '../../../agents/nn/tfjs/tfjsEngine.ts';
import { Variables } from '../../../agents/nn/variables.ts';
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
    smallPpo({ spec, totalSteps: 4000 }, { recurrent: { units: 4, horizonSteps: 8 }, updateEpochs: 1, numSteps: 8 }),
};

describe('a context in shared memory', () => {
  for (const [name, create] of Object.entries(LEARNERS)) {
    it(`teaches ${name} the same weights and the same acts as one that is not`, async () => {
      const live = async (context: Context) => {
        const env = walkEnv(3, NUM_ENVS, { worlds, counterfactual: name.startsWith('counterfactual') });
        const spec = { ...env.spec, context };
        const learner = await create(spec);
        const untrained = learner.weightsHash();
        const { batch } = await train(learner, env, 64);
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

describe('a context that is overwritten in place', () => {
  const engines = { onnxruntime: createOrtEngine(), 'TensorFlow.js': createTfjsEngine({ provider: 'js' }) };
  for (const [name, engine] of Object.entries(engines)) {
    it(`is seen as it is by ${name}, which keeps no copy, in shared memory and not`, async () => {
      const graph = new Graph();
      const matrix = graph.input('context', ['rows', 2]);
      const fetches = { seen: gatherWindow(matrix, graph.input('row', ['batch'], 'int32'), 2) };
      const executable = await engine.compile({ graph, fetches }, new Variables());
      const plain = { matrix: Float32Array.from({ length: 20 }, (_, i) => i), rows: 10, features: 2, window: 2 };
      for (const context of [plain, inSharedMemory(plain)]) {
        const look = () => [...executable.run(feedContext(context, { row: Int32Array.of(1, 9) })).seen];
        expect(look()).to.deep.equal([0, 1, 2, 3, 16, 17, 18, 19]);
        context.matrix.fill(-1);
        expect(look()).to.deep.equal(new Array(8).fill(-1));
      }
      executable.dispose();
    });
  }
});
