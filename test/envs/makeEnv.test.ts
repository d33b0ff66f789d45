import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { checkEnv, findBrokenPromises } from '../../envs/checkEnv.ts';
import type { GymAction, GymEnv } from '../../envs/gymEnv.ts';
import { make, type EnvId } from '../../envs/makeEnv.ts';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { refusal } from '../helpers/refusal.ts';

const small = { syntheticBars: 1200, episodeBars: 90, window: 8 } as const;

describe('make', () => {
  it("makes 'Trading-v0' ready to be stepped, and it keeps every promise", () => {
    const env = make('Trading-v0', small);
    checkEnv(env);
    const { observation } = env.reset({ seed: 1 });
    expect(observation).to.have.length(env.observationSpace.shape[0]);
    let steps = 0;
    for (let ended = false; !ended; steps++) {
      const { terminated, truncated } = env.step(steps % 3);
      ended = terminated || truncated;
    }
    expect(steps).to.equal(90);
  });

  it('takes any weight of a range, bare or as an array of one, and keeps every promise', () => {
    const config = { ...small, targetWeights: { min: -1, max: 2 } };
    const [env, other] = [make('Trading-v0', config), make('Trading-v0', config)];
    expect(env.actionSpace).to.deep.equal({ kind: 'box', shape: [1], low: [-1], high: [2] });
    checkEnv(env);
    env.reset({ seed: 1 });
    other.reset({ seed: 1 });
    for (const weight of [0.7, 0.705, -1, 0, 2]) {
      const { info } = env.step([weight]);
      expect(other.step(weight).info).to.deep.equal(info);
      expect(Math.sign(info.quantity)).to.equal(Math.sign(weight));
      expect(info.tradedNotional > 0, `${weight}`).to.equal(weight !== 0.705);
    }
  });

  it('trades the bars it is given, under the options it is given', () => {
    const { bars } = randomWalkWorlds({ paths: 1, barsPerPath: 600 });
    const env = make('Trading-v0', { ...small, bars, trading: { limits: { maxWeight: 0.5 } }, costs: 'none' });
    env.reset({ seed: 3 });
    const { info } = env.step(2);
    expect((info.quantity * bars.open[info.row]) / 100_000).to.be.closeTo(0.5, 1e-9);
  });

  it('refuses names and keys it does not know, and names the nearest', async () => {
    expect(await refusal(() => make('Trading-v1' as EnvId))).to.contain("'Trading-v0'");
    expect(await refusal(() => make('Trading-v0', { windw: 3 } as object))).to.contain("'window'");
    expect(await refusal(() => make('Trading-v0', { window: 0 }))).to.contain('window');
  });
});

describe('render', () => {
  it('draws an SVG of price by position and equity, and the same as ANSI text', async () => {
    const env = make('Trading-v0', small);
    expect(await refusal(() => env.render())).to.contain('call reset');
    env.reset({ seed: 2 });
    expect(env.render()).to.match(/^<svg [\s\S]*<\/svg>$/);
    for (let t = 0; t < 60; t++) env.step(Math.floor(t / 20));
    const svg = env.render();
    for (const color of ['#d73027', '#8c8c8c', '#1a9850', '#2166ac']) expect(svg).to.contain(color);
    expect(svg.match(/<polyline/g)).to.have.length(4);
    expect(svg).to.not.match(/NaN|Infinity/);
    const text = env.render('ansi').split('\n');
    expect(text).to.have.length(3);
    expect(text[0]).to.contain('bar 60');
    expect([...text[2]]).to.have.length(61);
    expect(text[1]).to.contain('\u001b[31m').and.to.contain('\u001b[32m');
  });

  it('shows the episode that ended until the next begins', () => {
    const env = make('Trading-v0', small);
    env.reset({ seed: 2 });
    for (let t = 0; t < 90; t++) env.step(2);
    expect(env.render('ansi')).to.contain('bar 90');
    env.reset();
    expect(env.render('ansi')).to.contain('bar 0');
  });
});

/** A counter that keeps every promise, with one thing changed. */
function counter(changes: Partial<GymEnv> & { obs?: () => number[]; luck?: () => number; last?: object } = {}): GymEnv {
  let t = 0;
  let rng = createRng(0);
  const look = changes.obs ?? (() => [t, 0]);
  return {
    observationSpace: { kind: 'box', shape: [2] },
    actionSpace: { kind: 'discrete', numActions: 2 },
    reset({ seed } = {}) {
      if (seed !== undefined) rng = createRng(seed);
      t = 0;
      return { observation: look(), info: {} };
    },
    step(action) {
      if (action >= 2) throw new Error('unknown action');
      t += 1;
      const reward = (changes.luck ?? (() => rng.next()))();
      return { observation: look(), info: {}, reward, terminated: t === 9, truncated: false, ...changes.last };
    },
    ...changes,
  };
}

describe('checkEnv', () => {
  it('passes an env that keeps every promise', () => {
    expect(findBrokenPromises(counter())).to.deep.equal([]);
    checkEnv(counter());
  });

  it('knows boxes of actions: their bounds, and that no number is no action', () => {
    const box = (low: number[], high: number[], step?: GymEnv<GymAction>['step']) =>
      findBrokenPromises({
        ...counter(),
        actionSpace: { kind: 'box', shape: [2], low, high },
        step: step ?? ((action) => counter().step(Number.isNaN(Object(action)[1]) ? 2 : 0)),
      }).map(({ what }) => what);
    expect(box([0, 0], [1, 1]).join())
      .to.not.contain('box')
      .and.not.contain('unknown action');
    expect(box([0, 1], [1, 1]).join()).to.contain('nor a box');
    expect(box([0], [1]).join()).to.contain('nor a box');
    expect(box([0, 0], [1, 1], () => counter().step(0)).join()).to.contain('unknown action');
  });

  it('lists each broken promise, once', () => {
    let unseeded = 0;
    const broken: [GymEnv, string][] = [
      [counter({ obs: () => [1] }), 'another shape'],
      [counter({ obs: () => [1, NaN] }), 'no number'],
      [counter({ luck: () => NaN }), 'a reward is no number'],
      [counter({ luck: () => (unseeded += 1) }), 'another life'],
      [counter({ obs: () => [(unseeded += 1), 0] }), 'starts elsewhere'],
      [counter({ last: { terminated: true, truncated: true } }), 'both terminated and truncated'],
      [counter({ last: { truncated: undefined } }), 'not flags'],
      [counter({ last: { info: null } }), 'info is missing'],
      [counter({ actionSpace: { kind: 'discrete', numActions: 0 } }), 'neither discrete'],
      [counter({ observationSpace: { kind: 'box', shape: [0] } }), 'no shape'],
      [
        { ...counter(), step: () => ({ ...counter().reset(), reward: 0, terminated: false, truncated: false }) },
        'unknown action',
      ],
      [
        {
          ...counter(),
          reset: () => {
            throw new Error('broken');
          },
        },
        'the env threw',
      ],
    ];
    for (const [env, what] of broken) {
      const found = findBrokenPromises(env).map((problem) => problem.what);
      expect(found.join('; ')).to.contain(what);
      expect(new Set(found).size).to.equal(found.length);
    }
  });

  it('throws all of them in one InputError', async () => {
    const both = counter({ obs: () => [1], luck: () => NaN });
    const message = await refusal(() => checkEnv(both));
    expect(message).to.contain('another shape').and.to.contain('a reward is no number');
  });
});
