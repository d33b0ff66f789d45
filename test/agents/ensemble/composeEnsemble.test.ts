import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import type { Policy } from '../../../agents/agent.ts';
import { composeEnsemble, type Vote } from '../../../agents/ensemble/composeEnsemble.ts';
import { createMeanScore } from '../../../agents/ensemble/meanScore.ts';
import { createVote } from '../../../agents/ensemble/vote.ts';
import { loadPolicy, type LoadedPolicy } from '../../../agents/policy.ts';
import { createRng } from '../../../core/rng.ts';
import type { Observations } from '../../../core/spec.ts';
import { IdentityEnv } from '../../../envs/identityEnv.ts';
import { FlashEnv } from '../helpers/flashEnv.ts';
import { MaskedEnv } from '../helpers/maskedEnv.ts';
import { NUM_ENVS, smallDqn, smallPpo } from '../helpers/learners.ts';
import { CONTINUOUS, TargetEnv } from '../helpers/targetEnv.ts';
import { train } from '../helpers/train.ts';

const NUM_ACTIONS = 4;
const ROWS = 200;

const env = new IdentityEnv({
  numEnvs: NUM_ENVS,
  numActions: NUM_ACTIONS,
  episodeLength: 7,
  shownIn: 'context',
  rng: createRng(1),
});
const { spec } = env;
const { context } = spec;

const load = (name: string, model: Uint8Array): Promise<LoadedPolicy> => loadPolicy({ name, model, context, spec });

/** Weights of votes that no float rounds. */
const COUNTED: Vote = { kind: 'count', weights: [0.25, 0.5, 0.375] };
const VOTES: readonly Vote[] = [
  { kind: 'count', weights: [1, 1, 1] },
  COUNTED,
  { kind: 'meanScore', scale: 'asGiven' },
  { kind: 'meanScore', scale: 'standardized' },
];

/** The same vote on policies, one engine call a member. */
function reference(members: readonly LoadedPolicy[], vote: Vote): Policy {
  const parts = { name: 'reference', members, numActions: NUM_ACTIONS };
  return vote.kind === 'count'
    ? createVote({ ...parts, weights: vote.weights })
    : createMeanScore({ ...parts, scale: vote.scale });
}

/** Four observations a step, over many rows. */
function* observations(): Generator<Observations> {
  for (let row = spec.context?.window ?? 1; row + 4 <= ROWS; row += 4) {
    yield { row: Int32Array.of(row, row + 1, row + 2, row + 3), state: new Float32Array(4 * spec.stateSize) };
  }
}

async function actionsOf(policy: Policy): Promise<number[]> {
  policy.reset?.(4);
  const taken: number[] = [];
  const actions = new Int32Array(4);
  for (const observed of observations()) {
    await policy.act(observed, actions);
    taken.push(...actions);
  }
  return taken;
}

describe('agents/ensemble/composeEnsemble', () => {
  /** Hardly trained, so that they disagree; the second carries a memory, and so does the third. */
  let models: Uint8Array[];

  before(async () => {
    const recurrent = { recurrent: { units: 6, horizonSteps: 4 }, numMinibatches: 2 };
    const options = { spec, totalSteps: 4_000 };
    const learners = [
      await smallDqn(options),
      await smallPpo(options, recurrent),
      await smallPpo({ ...options, seed: 5 }, { ...recurrent, recurrent: { units: 3, horizonSteps: 4 } }),
    ];
    models = [];
    for (const learner of learners) {
      await train(learner, env, 100);
      models.push(learner.exportPolicy());
      learner.dispose();
    }
  });

  for (const vote of VOTES) {
    it(`one model with a ${JSON.stringify(vote)} vote acts as the vote on its members does, memories included`, async () => {
      const members = await Promise.all(models.map((model, i) => load(`member${i}`, model)));
      const whole = await load('whole', composeEnsemble(models, vote));
      const wanted = await actionsOf(reference(members, vote));
      expect(await actionsOf(whole)).to.deep.equal(wanted);
      expect(await actionsOf(whole), 'after a reset').to.deep.equal(wanted);

      const scores = new Float32Array(4 * NUM_ACTIONS);
      const [first] = observations();
      const actions = new Int32Array(4);
      whole.reset?.(4);
      await whole.score(first, scores);
      whole.reset?.(4);
      await whole.act(first, actions);
      for (let i = 0; i < 4; i++) {
        const row = scores.subarray(i * NUM_ACTIONS, (i + 1) * NUM_ACTIONS);
        expect(row.indexOf(Math.max(...row))).to.equal(actions[i]);
      }
      for (const policy of [...members, whole]) policy.dispose();
    });
  }

  it('the members disagree, and what they vote is none of theirs', async () => {
    const members = await Promise.all(models.map((model, i) => load(`member${i}`, model)));
    const sequences = new Set<string>();
    for (const policy of [...members, reference(members, COUNTED)]) sequences.add((await actionsOf(policy)).join());
    expect(sequences.size).to.equal(models.length + 1);
    for (const policy of members) policy.dispose();
  });

  it('a tie goes to the earliest member among the tied', async () => {
    const [a, b] = models;
    for (const pair of [
      [a, b],
      [b, a],
    ]) {
      const [first, tied] = [
        await load('first', pair[0]),
        await load('tied', composeEnsemble(pair, { kind: 'count', weights: [1, 1] })),
      ];
      expect(await actionsOf(tied)).to.deep.equal(await actionsOf(first));
      for (const policy of [first, tied]) policy.dispose();
    }
  });

  it('an ensemble is a member like any other', async () => {
    const inner = composeEnsemble(models, COUNTED);
    const outer = await load(
      'outer',
      composeEnsemble([inner, models[0], models[1]], { kind: 'count', weights: [3, 1, 1] }),
    );
    const policy = await load('inner', inner);
    expect(await actionsOf(outer)).to.deep.equal(await actionsOf(policy));
    for (const loaded of [outer, policy]) loaded.dispose();
  });

  it('a forbidden action is never chosen, and its score is not averaged with deviations', async () => {
    const masked = new MaskedEnv(NUM_ENVS, 3);
    const members: Uint8Array[] = [];
    for (const create of [smallDqn, smallPpo]) {
      const learner = await create({ spec: masked.spec, totalSteps: 1_000 });
      members.push(learner.exportPolicy());
      learner.dispose();
    }
    const model = composeEnsemble(members, { kind: 'count', weights: [1, 1] });
    const policy = await loadPolicy({ name: 'masked', model, context: null, spec: masked.spec });
    const actions = new Int32Array(NUM_ENVS);
    let batch = masked.reset();
    // The env throws at a forbidden action.
    for (let t = 0; t < 50; t++) {
      await policy.act(batch, actions);
      batch = masked.step(actions);
    }
    policy.dispose();
    expect(() => composeEnsemble(members, { kind: 'meanScore', scale: 'standardized' })).to.throw(
      /cannot be standardized/,
    );
  });

  it('numbers are averaged, by weight or alike, and stay within the bounds', async () => {
    const target = new TargetEnv({ numEnvs: NUM_ENVS, space: CONTINUOUS, rng: createRng(1) });
    const members: LoadedPolicy[] = [];
    const exported: Uint8Array[] = [];
    const loadTarget = (model: Uint8Array) => loadPolicy({ name: 'number', model, context: null, spec: target.spec });
    for (const seed of [1, 2]) {
      const learner = await smallPpo({ spec: target.spec, totalSteps: 1_000, seed });
      exported.push(learner.exportPolicy());
      members.push(await loadTarget(learner.exportPolicy()));
      learner.dispose();
    }
    const votes: readonly (readonly [Vote, share: number])[] = [
      [{ kind: 'meanScore', scale: 'asGiven' }, 0.5],
      [{ kind: 'count', weights: [3, 1] }, 0.75],
    ];
    const batch = target.reset();
    for (const [vote, share] of votes) {
      const whole = await loadTarget(composeEnsemble(exported, vote));
      const [first, second, mean] = [0, 1, 2].map(() => new Float32Array(NUM_ENVS * 2));
      await members[0].act(batch, first);
      await members[1].act(batch, second);
      await whole.act(batch, mean);
      expect(first).not.to.deep.equal(second);
      mean.forEach((value, i) => expect(value).to.be.closeTo(share * first[i] + (1 - share) * second[i], 1e-6));
      whole.dispose();
    }
    for (const member of members) member.dispose();
  });

  it('no members, not one weight for each, and members of other observations are refused', async () => {
    const other = new FlashEnv(NUM_ENVS, 1);
    const learner = await smallDqn({ spec: other.spec, totalSteps: 100 });
    const foreign = learner.exportPolicy();
    learner.dispose();
    expect(() => composeEnsemble([], COUNTED)).to.throw(/without members/);
    expect(() => composeEnsemble(models, { kind: 'count', weights: [1] })).to.throw(
      /not one weight for each member; got 1/,
    );
    expect(() => composeEnsemble([models[0], foreign], { kind: 'count', weights: [1, 1] })).to.throw(
      /disagree on 'state'/,
    );
  });
});
