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
import { walkEnv } from '../../helpers/tradingEnvs.ts';

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
      numStarts: 1,
      start: Float32Array.of(t, 0, t, 1),
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
    numStarts: 1,
    gamma: 0.9,
    index: { add: (slot) => added.push(slot) },
  });
  for (let t = 0; t < 4; t++) {
    replay.begin({ row: Int32Array.of(t, t + 100), state: Float32Array.of(t, 0, t, 1) });
    replay.record(new Int32Array(2), stepNumber(t));
  }

  it('gives back every outcome of an observation, the oldest overwritten first; an end bootstraps nothing', () => {
    const batch = createCounterfactualTransitions(2, { stateSize: 2, numActions: NUM_ACTIONS, numStarts: 1 });
    replay.gather(Int32Array.of(1, 2), batch);
    expect([...batch.row]).to.deep.equal([103, 1]);
    expect([...batch.state]).to.deep.equal([3, 1, 1, 0]);
    expect([...batch.nextRow]).to.deep.equal([104, 104, 104, 2, 2, 2]);
    expect([...batch.reward]).to.deep.equal([33, 34, 35, 10, 11, 12]);
    expect([...batch.nextState.subarray(0, 6)]).to.deep.equal([306, 307, 308, 309, 310, 311]);
    expect([...batch.bootstrap]).to.deep.equal([0.9, 0, 0.9, 0.9, 0.9, 0.9].map(Math.fround));
    expect(added).to.deep.equal([0, 1, 2, 3, 4, 5, 0, 1]);
  });

  it('gives back every outcome of every start', () => {
    const sizes = { stateSize: 2, numActions: NUM_ACTIONS, numStarts: NUM_ACTIONS };
    const ring = new CounterfactualReplay({ ...sizes, capacity: 4, numEnvs: 2, gamma: 0.9, index: { add: () => {} } });
    const count = (length: number) => Float32Array.from({ length }, (_, k) => k);
    for (let t = 0; t < 3; t++) {
      ring.begin({ row: Int32Array.of(t, t + 100), state: new Float32Array(4) });
      const told = {
        numStarts: NUM_ACTIONS,
        start: count(12),
        reward: count(18),
        state: count(36),
        terminated: new Uint8Array(18),
      };
      ring.record(new Int32Array(2), { ...stepNumber(t), counterfactuals: told });
    }
    const batch = createCounterfactualTransitions(1, sizes);
    ring.gather(Int32Array.of(1), batch);
    expect([...batch.row]).to.deep.equal([102, 102, 102]);
    expect([...batch.state]).to.deep.equal([6, 7, 8, 9, 10, 11]);
    expect([...batch.nextRow]).to.deep.equal(new Array(9).fill(103));
    expect([...batch.reward]).to.deep.equal([9, 10, 11, 12, 13, 14, 15, 16, 17]);
    expect([...batch.nextState]).to.deep.equal([...count(36).subarray(18)]);
  });

  it('refuses an environment that does not tell what it learns from', async () => {
    const cases = [
      [new CartPoleEnv({ numEnvs: 2, rng: createRng(1) }), 'actions', 'from the state lived'],
      [walkEnv(1, 2, { counterfactual: 'actions' }), 'positions', 'from every position'],
      [walkEnv(1, 2, { counterfactual: 'positions' }), 'actions', 'from the state lived'],
    ] as const;
    for (const [env, counterfactual, rule] of cases) {
      const config = dqnConfig.parse({ numEnvs: 2, counterfactual, network: { kind: 'mlp', hidden: [4] } });
      const learner = await createDqn({ config, spec: env.spec, rng: createRng(1), totalSteps: 100 });
      const actions = new Int32Array(2);
      await learner.explore(env.reset(), actions);
      const refusal = await learner.learn(actions, env.step(actions)).catch((error: Error) => error.message);
      expect(refusal).to.contain(`an environment made with counterfactuals ${rule}`);
      learner.dispose();
    }
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
  const shared = dqnConfig.parse({
    batchSize: BATCH,
    huberDelta: 1e6,
    network: { kind: 'mlp', hidden: [8] },
  });

  for (const scope of ['actions', 'positions'] as const) {
    it(`is half the mean squared error over all actions, each against its own outcome: ${scope}`, async () => {
      const config = { ...shared, counterfactual: scope };
      const numStarts = scope === 'actions' ? 1 : NUM_ACTIONS;
      const states = BATCH * numStarts;
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
        ...createCounterfactualTransitions(BATCH, { stateSize: 2, numActions: NUM_ACTIONS, numStarts }),
        state: normals(states * 2),
        reward: normals(states * NUM_ACTIONS),
        nextState: normals(states * NUM_ACTIONS * 2),
        bootstrap: new Float32Array(states * NUM_ACTIONS).fill(0.9),
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
      expect(tdError[0]).to.be.closeTo(mean(errors.slice(0, numStarts * NUM_ACTIONS).map(Math.abs)), 1e-5);
      const lived = mean(errors.filter((_, k) => k % NUM_ACTIONS === 0).map((error) => error ** 2 / 2));
      expect(Math.abs(loss[0] - lived), 'of one action alone').to.be.above(1e-3);
      updater.dispose();
      actor.dispose();
    });
  }
});
