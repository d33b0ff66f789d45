import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createDqn } from '../../../agents/dqn/dqn.ts';
import { dqnConfig } from '../../../agents/dqn/dqnConfig.ts';
import { buildActing, buildUpdate } from '../../../agents/dqn/dqnGraph.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { CounterfactualReplay, createCounterfactualTransitions } from '../../../agents/replay/counterfactualReplay.ts';
import { createRng } from '../../../core/rng.ts';
import { createStepBatch, type EnvSpec, type StepBatch } from '../../../core/spec.ts';
import { CartPoleEnv } from '../../../envs/cartPoleEnv.ts';

const NUM_ACTIONS = 3;
const spec: EnvSpec = { stateSize: 2, actions: { kind: 'discrete', numActions: NUM_ACTIONS }, context: null };

/** Two envs; everything told is a function of the step's number, the env and the action. */
function stepNumber(t: number): StepBatch {
  const outcomes = 2 * NUM_ACTIONS;
  return {
    ...createStepBatch(2, 2),
    row: Int32Array.of(t + 1, t + 101),
    state: Float32Array.of(t + 1, 0, t + 1, 1),
    finalRow: Int32Array.of(t + 1, t + 101),
    counterfactuals: {
      reward: Float32Array.from({ length: outcomes }, (_, k) => 10 * t + k),
      state: Float32Array.from({ length: outcomes * 2 }, (_, k) => 100 * t + k),
      terminated: Uint8Array.from({ length: outcomes }, (_, k) => (k === 4 ? 1 : 0)),
    },
  };
}

describe('counterfactual replay', () => {
  const added: number[] = [];
  const replay = new CounterfactualReplay({
    capacity: 6,
    numEnvs: 2,
    stateSize: 2,
    numActions: NUM_ACTIONS,
    gamma: 0.9,
    index: { add: (slot) => added.push(slot) },
  });
  for (let t = 0; t < 4; t++) {
    replay.begin({ row: Int32Array.of(t, t + 100), state: Float32Array.of(t, 0, t, 1) });
    replay.record(new Int32Array(2), stepNumber(t));
  }

  it('gives back every outcome of an observation, the oldest overwritten first; an end bootstraps nothing', () => {
    const batch = createCounterfactualTransitions(2, 2, NUM_ACTIONS);
    replay.gather(Int32Array.of(1, 2), batch);
    expect([...batch.row]).to.deep.equal([103, 1]);
    expect([...batch.state]).to.deep.equal([3, 1, 1, 0]);
    expect([...batch.nextRow]).to.deep.equal([104, 104, 104, 2, 2, 2]);
    expect([...batch.reward]).to.deep.equal([33, 34, 35, 10, 11, 12]);
    expect([...batch.nextState.subarray(0, 6)]).to.deep.equal([306, 307, 308, 309, 310, 311]);
    expect([...batch.bootstrap]).to.deep.equal([0.9, 0, 0.9, 0.9, 0.9, 0.9].map(Math.fround));
    expect(added).to.deep.equal([0, 1, 2, 3, 4, 5, 0, 1]);
  });

  it('refuses an environment that tells of the lived action alone', async () => {
    const env = new CartPoleEnv({ numEnvs: 2, rng: createRng(1) });
    const config = dqnConfig.parse({ numEnvs: 2, counterfactual: true, network: { kind: 'mlp', hidden: [4] } });
    const learner = await createDqn({ config, spec: env.spec, rng: createRng(1), totalSteps: 100 });
    const actions = new Int32Array(2);
    await learner.explore(env.reset(), actions);
    const refusal = await learner.learn(actions, env.step(actions)).catch((error: Error) => error.message);
    expect(refusal).to.contain('an environment made with counterfactuals');
    learner.dispose();
  });

  it('refuses to look further than one step', async () => {
    const config = dqnConfig.parse({ counterfactual: true, nStep: 3 });
    const refusal = await createDqn({ config, spec, rng: createRng(1), totalSteps: 100 }).catch(
      (error: Error) => error.message,
    );
    expect(refusal).to.contain('nStep 1');
  });
});

describe('a counterfactual update', () => {
  const BATCH = 4;
  const config = dqnConfig.parse({
    counterfactual: true,
    batchSize: BATCH,
    huberDelta: 1e6,
    network: { kind: 'mlp', hidden: [8] },
  });

  it('is half the mean squared error over all actions, each against its own outcome', async () => {
    const engine = createOrtEngine();
    const variables = new Variables();
    const program = buildUpdate(config, spec);
    variables.initialize(program.graph, createRng('weights'));
    variables.copy('online', 'target');
    const updater = await engine.compile(program, variables);
    const actor = await engine.compile(buildActing(config, spec), variables);
    const rng = createRng('batch');
    const normals = (length: number) => Float32Array.from({ length }, () => rng.normal());
    const feeds = {
      ...createCounterfactualTransitions(BATCH, 2, NUM_ACTIONS),
      state: normals(BATCH * 2),
      reward: normals(BATCH * NUM_ACTIONS),
      nextState: normals(BATCH * NUM_ACTIONS * 2),
      bootstrap: new Float32Array(BATCH * NUM_ACTIONS).fill(0.9),
      weight: new Float32Array(BATCH).fill(1),
    };
    const scoresOf = (state: Float32Array) => Float32Array.from(actor.run({ state }).scores);
    const scores = scoresOf(feeds.state);
    const next = scoresOf(feeds.nextState);
    const errors = Array.from(scores, (score, k) => {
      const best = Math.max(...next.subarray(k * NUM_ACTIONS, (k + 1) * NUM_ACTIONS));
      return score - feeds.reward[k] - 0.9 * best;
    });
    const { loss, tdError } = updater.run({ ...feeds, learningRate: 0 });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(loss[0]).to.be.closeTo(mean(errors.map((error) => error ** 2 / 2)), 1e-5);
    expect(tdError[0]).to.be.closeTo(mean(errors.slice(0, NUM_ACTIONS).map(Math.abs)), 1e-5);
    const lived = mean(errors.filter((_, k) => k % NUM_ACTIONS === 0).map((error) => error ** 2 / 2));
    expect(Math.abs(loss[0] - lived), 'of one action alone').to.be.above(1e-3);
    updater.dispose();
    actor.dispose();
  });
});
