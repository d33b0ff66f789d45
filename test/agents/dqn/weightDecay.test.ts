import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createDqn } from '../../../agents/dqn/dqn.ts';
import { dqnConfig } from '../../../agents/dqn/dqnConfig.ts';
import { loadPolicy } from '../../../agents/policy.ts';
import { createRng } from '../../../core/rng.ts';
import { createStepBatch, type EnvSpec } from '../../../core/spec.ts';

const ENVS = 16;
const STEPS = 250;
const STATE_SIZE = 6;
const JUDGED = 400;
const spec: EnvSpec = { stateSize: STATE_SIZE, actions: { kind: 'discrete', numActions: 2 }, context: null };

/** Episodes of one bar: the reward is noise of deviation one plus, for the action, `signal` times the sign of the first number seen. */
async function learn(signal: number, weightDecay: number) {
  const rng = createRng('decay');
  const totalSteps = ENVS * STEPS;
  const config = dqnConfig.parse({
    numEnvs: ENVS,
    network: { kind: 'mlp', hidden: [32] },
    learningRate: 3e-3,
    annealLearningRate: true,
    batchSize: 64,
    learningStarts: 500,
    trainFrequency: 2,
    epsilonEnd: 1,
    gamma: 0,
    prioritized: false,
    huberDelta: 20,
    weightDecay,
  });
  const learner = await createDqn({ config, spec, rng: rng.fork('agent'), totalSteps });
  const luck = rng.fork('env');
  const step = createStepBatch(ENVS, STATE_SIZE);
  const actions = new Int32Array(ENVS);
  const show = (state: Float32Array) => state.forEach((_, i) => (state[i] = luck.normal()));
  step.terminated.fill(1);
  show(step.state);
  for (let t = 0; t < STEPS; t++) {
    await learner.explore(step, actions);
    for (let env = 0; env < ENVS; env++) {
      const side = actions[env] === 1 ? 1 : -1;
      step.reward[env] = luck.normal() + signal * side * Math.sign(step.state[env * STATE_SIZE]);
    }
    show(step.state);
    step.finalState.set(step.state);
    await learner.learn(actions, step);
  }
  const policy = await loadPolicy({ name: 'judged', model: learner.exportPolicy(), context: null, spec });
  const state = new Float32Array(JUDGED * STATE_SIZE);
  show(state);
  const scores = new Float32Array(JUDGED * 2);
  await policy.score({ row: new Int32Array(JUDGED), state }, scores);
  policy.dispose();
  learner.dispose();
  const difference = Float64Array.from({ length: JUDGED }, (_, i) => scores[2 * i + 1] - scores[2 * i]);
  const right = difference.filter((gap, i) => gap > 0 === state[i * STATE_SIZE] > 0).length / JUDGED;
  const spread = Math.sqrt(difference.reduce((sum, gap) => sum + gap * gap, 0) / JUDGED);
  return { spread, right };
}

describe('weight decay of action values', () => {
  it('takes most of what was learned from noise, and little of what was learned from a signal', async function () {
    this.timeout(20_000);
    const [noise, decayedNoise] = [await learn(0, 0), await learn(0, 2)];
    const [signal, decayedSignal] = [await learn(0.5, 0), await learn(0.5, 2)];
    expect(decayedNoise.spread).to.be.below(noise.spread / 2);
    expect(decayedSignal.spread).to.be.above(0.8 * signal.spread);
    expect(decayedSignal.right).to.be.at.least(0.95);
    expect(noise.spread).to.be.above(0.1);
  });
});
