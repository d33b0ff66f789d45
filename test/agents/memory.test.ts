import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Learner } from '../../agents/agent.ts';
import { networkConfig } from '../../agents/networks/network.ts';
import { createRng } from '../../core/rng.ts';
import { IdentityEnv } from '../../envs/identityEnv.ts';
import { NUM_ENVS, smallDqn, smallPpo, type SmallOptions } from './helpers/learners.ts';

const UPDATES = 10_000;
/** Caches of the compiler and of the allocator fill first. */
const WARM_UP = 2_000;
const LOOK_EVERY = 1_000;

const KIB = 1024;
/** Bytes that may be held beyond: a leak of 50 bytes an update is more than the first of these, of one array more than the second. */
const MARGINS = { heapAndExternal: 400 * KIB, arrayBuffers: 0, rss: 24 * KIB * KIB };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function look(): Readonly<Record<keyof typeof MARGINS, number>> {
  // Once is not enough: buffers are let go after the objects that held them.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  return { heapAndExternal: heapUsed + external, arrayBuffers, rss };
}

interface Worker {
  readonly name: string;
  readonly updatesPerStep: number;
  create(options: SmallOptions): Promise<Learner>;
}

const network = networkConfig.parse({ kind: 'mlp', hidden: [16] });

const WORKERS: readonly Worker[] = [
  {
    name: 'dqn',
    updatesPerStep: NUM_ENVS,
    create: (options) =>
      smallDqn(options, { network, trainFrequency: 1, batchSize: 16, replayCapacity: 1_000, nStep: 3, noisy: true }),
  },
  {
    name: 'ppo',
    // 8 epochs in 8 minibatches every 32 steps.
    updatesPerStep: (8 * 8) / 32,
    create: (options) => smallPpo(options, { network, updateEpochs: 8, numMinibatches: 8, normalizeRewards: true }),
  },
];

/** What is held at the end beyond what was held after the warm-up: the least of the last three looks, since a leak is in all of them. */
async function growth(
  worker: Worker,
  updatesInAll: number,
  wrap: (learner: Learner) => Learner = (learner) => learner,
) {
  const env = new IdentityEnv({
    numEnvs: NUM_ENVS,
    numActions: 4,
    episodeLength: 7,
    shownIn: 'context',
    rng: createRng(1),
  });
  const learner = wrap(await worker.create({ spec: env.spec, totalSteps: 1e9 }));
  const actions = new Int32Array(NUM_ENVS);
  let batch = env.reset();
  let updates = 0;
  let learned = 0;
  const live = async (until: number) => {
    for (; updates < until; updates += worker.updatesPerStep) {
      await learner.explore(batch, actions);
      batch = env.step(actions);
      if ((await learner.learn(actions, batch)) !== null) learned += 1;
    }
  };
  await live(WARM_UP);
  const start = look();
  const found: ReturnType<typeof look>[] = [];
  for (let until = WARM_UP + LOOK_EVERY; until <= WARM_UP + updatesInAll; until += LOOK_EVERY) {
    await live(until);
    found.push(look());
  }
  learner.dispose();
  expect(learned).to.be.greaterThan(100);
  const last = (key: keyof typeof MARGINS) => Math.min(...found.slice(-3).map((seen) => seen[key])) - start[key];
  return { heapAndExternal: last('heapAndExternal'), arrayBuffers: last('arrayBuffers'), rss: last('rss') };
}

/** Holds on to a little of every update, as a forgotten list of metrics would. */
function leak(learner: Learner): Learner {
  const kept: Float32Array[] = [];
  const learn = learner.learn.bind(learner);
  learner.learn = (actions, step) => {
    kept.push(new Float32Array(100));
    return learn(actions, step);
  };
  return learner;
}

describe(`memory over ${UPDATES} updates`, function () {
  this.timeout(60_000);
  for (const worker of WORKERS) {
    it(`${worker.name} holds no more at their end than after the first ${WARM_UP}`, async () => {
      const grown = await growth(worker, UPDATES);
      for (const [what, margin] of Object.entries(MARGINS)) {
        expect(grown[what as keyof typeof MARGINS], what).to.be.at.most(margin);
      }
    });
  }

  it('and a learner that keeps 400 bytes of every step is noticed', async () => {
    const grown = await growth(WORKERS[0], 5 * LOOK_EVERY, leak);
    expect(grown.arrayBuffers).to.be.greaterThan(MARGINS.arrayBuffers);
  });
});
