/** The promises that every learner keeps; call it once per kind. */

import { expect } from 'chai';
import { it } from 'mocha';
import type { Learner } from '../../agents/agent.ts';
import { loadPolicy } from '../../agents/policy.ts';
import { createRng } from '../../core/rng.ts';
import type { EnvSpec } from '../../core/spec.ts';
import { ChainEnv } from '../../envs/chainEnv.ts';
import { IdentityEnv } from '../../envs/identityEnv.ts';
import { meanReward, train } from '../agents/helpers/train.ts';

const NUM_ENVS = 8;
const TOTAL_STEPS = 12_000;

export interface SmallLearnerOptions {
  readonly spec: EnvSpec;
  readonly totalSteps: number;
  readonly seed?: number;
}

type CreateLearner = (options: SmallLearnerOptions) => Promise<Learner>;

const identity = (shownIn: 'state' | 'context', seed = 1) =>
  new IdentityEnv({ numEnvs: NUM_ENVS, numActions: 4, episodeLength: 7, shownIn, rng: createRng(seed) });

/** @param create a learner of 8 envs at gamma 0.9 that needs no more than 12,000 steps */
export function testLearnerContract(create: CreateLearner): void {
  const chain = (goal: 'stays' | 'ends') => new ChainEnv({ numEnvs: NUM_ENVS, length: 5, episodeLength: 20, goal });
  const make = (env: { readonly spec: EnvSpec }, seed = 1) => create({ spec: env.spec, totalSteps: TOTAL_STEPS, seed });
  testLearnerExactness(create);

  for (const shownIn of ['state', 'context'] as const) {
    it(`solves the identity env shown in the ${shownIn} within ${TOTAL_STEPS} steps, on three seeds; untrained it does not`, async () => {
      for (const seed of [1, 2, 3]) {
        const env = identity(shownIn, seed);
        const learner = await make(env, seed);
        expect(await meanReward(learner, identity(shownIn, 99), 40)).to.be.lessThan(0.8);
        await train(learner, env, TOTAL_STEPS / NUM_ENVS);
        expect(await meanReward(learner, identity(shownIn, 99), 40)).to.equal(1);
        learner.dispose();
      }
    });
  }

  it('is patient on the chain whose goal pays for ever, and knows better where the goal ends it', async () => {
    for (const goal of ['stays', 'ends'] as const) {
      const env = chain(goal);
      const learner = await make(env);
      await train(learner, env, TOTAL_STEPS / NUM_ENVS);
      // Ever right: four steps of nothing, then 1 each. Where that ends it, ever left: 0.2 each is worth 2 at gamma 0.9.
      expect(await meanReward(learner, chain(goal), 20)).to.be.closeTo(goal === 'stays' ? 16 / 20 : 0.2, 1e-6);
      learner.dispose();
    }
  });

  it('refuses the checkpoint of an agent that observes something else', async () => {
    const learner = await make(identity('state'));
    const other = await make(identity('context'));
    expect(() => other.restore(learner.save())).to.throw(/saved agent observes another features/);
    learner.dispose();
    other.dispose();
  });

  it('a loss that is no longer a number stops the run and names the step', async () => {
    const env = identity('state');
    const learner = await make(env);
    let { batch } = await train(learner, env, 64);
    const actions = new Int32Array(NUM_ENVS);
    let failure: unknown = null;
    for (let t = 0; t < 64 && failure === null; t++) {
      await learner.explore(batch, actions);
      batch = env.step(actions);
      batch.reward.fill(NaN);
      await learner.learn(actions, batch).catch((error: unknown) => (failure = error));
    }
    expect(String(failure)).to.match(/loss became NaN at step \d+/);
    learner.dispose();
  });
}

/** The part of the contract that asks for bytes, not for skill. @param shown where the learner can see a symbol */
export function testLearnerExactness(
  create: CreateLearner,
  shown: readonly ('state' | 'context')[] = ['state', 'context'],
): void {
  const make = (env: { readonly spec: EnvSpec }, seed = 1) => create({ spec: env.spec, totalSteps: TOTAL_STEPS, seed });

  it('the same seed gives the same weights, another seed others', async () => {
    const hashes: string[] = [];
    for (const seed of [1, 1, 2]) {
      const env = identity('context', 5);
      const learner = await make(env, seed);
      await train(learner, env, 100);
      hashes.push(learner.weightsHash());
      learner.dispose();
    }
    expect(hashes[1]).to.equal(hashes[0]);
    expect(hashes[2]).not.to.equal(hashes[0]);
  });

  it('stopped at any step and resumed in fresh parts, it ends at the weights of the uninterrupted run', async () => {
    const env = identity('context', 5);
    const learner = await make(env);
    let { batch } = await train(learner, env, 70);
    for (const extra of [1, 30, 57]) {
      ({ batch } = await train(learner, env, extra, batch));
      const saved = { env: structuredClone(env.save()), learner: structuredClone(learner.save()) };
      ({ batch } = await train(learner, env, 90, batch));

      const [env2, learner2] = [identity('context', 77), await make(env)];
      await train(learner2, env2, 45); // another life, to be forgotten
      const resumed = env2.restore(saved.env);
      learner2.restore(saved.learner);
      await train(learner2, env2, 90, resumed);
      expect(learner2.weightsHash()).to.equal(learner.weightsHash());
      expect(learner2.save()).to.deep.equal(learner.save());
      learner2.dispose();
    }
    learner.dispose();
  });

  it('acting is greedy, leaves no trace, and takes any number of observations', async () => {
    const env = identity('context');
    const learner = await make(env);
    const { batch } = await train(learner, env, 50);
    const before = learner.save();
    const actions = new Int32Array(NUM_ENVS);
    learner.reset?.(NUM_ENVS);
    await learner.act(batch, actions);
    const single = new Int32Array(1);
    for (let i = 0; i < NUM_ENVS; i++) {
      learner.reset?.(1);
      await learner.act({ row: batch.row.slice(i, i + 1), state: batch.state.slice(i * 4, i * 4 + 4) }, single);
      expect(single[0]).to.equal(actions[i]);
    }
    expect(learner.save()).to.deep.equal(before);
    learner.dispose();
  });

  for (const shownIn of shown) {
    it(`its exported policy acts as it does (${shownIn}), and refuses other observations`, async () => {
      const env = identity(shownIn);
      const learner = await make(env);
      await train(learner, env, 60);
      const model = learner.exportPolicy();
      const { spec } = env;
      const policy = await loadPolicy({ name: 'exported', model, context: spec.context, spec });
      const [own, exported] = [new Int32Array(NUM_ENVS), new Int32Array(NUM_ENVS)];
      learner.reset?.(NUM_ENVS);
      policy.reset?.(NUM_ENVS);
      let batch = env.reset();
      const seen = new Set<number>();
      for (let t = 0; t < 100; t++) {
        await learner.act(batch, own);
        await policy.act(batch, exported);
        expect(exported).to.deep.equal(own);
        for (const action of own) seen.add(action);
        batch = env.step(own);
      }
      expect(seen.size).to.be.greaterThan(1);

      const other = { ...spec, stateSize: spec.stateSize + 1 };
      const refused = await loadPolicy({ name: 'exported', model, context: spec.context, spec: other }).catch(String);
      expect(refused).to.match(/another size of 'state'/);
      learner.dispose();
    });
  }
}
