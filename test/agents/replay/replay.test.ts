import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Replay } from '../../../agents/replay/replay.ts';
import { createTransitions } from '../../../agents/replay/transitions.ts';
import { createStepBatch, type StepBatch } from '../../../core/spec.ts';

const GAMMA = 0.9;
type Ending = 'goes on' | 'terminated' | 'truncated';
/** What each vector step did to each env: (steps)(numEnvs). */
type Life = readonly (readonly { readonly reward: number; readonly ending: Ending }[])[];

/** One transition in the open: what the replay must hand back. */
interface Transition {
  row: number;
  state: number;
  action: number;
  reward: number;
  bootstrap: number;
  /** Null where nothing is bootstrapped. */
  nextRow: number | null;
  nextState: number | null;
}

/** Observations are numbered: env e at time t shows row 100 e + t; a final observation shows 10,000 more. */
const rowAt = (env: number, t: number) => 1000 * env + t;
const FINAL = 10_000;

function live(life: Life, options: { capacity: number; nStep: number }) {
  const numEnvs = life[0].length;
  const ready = new Set<number>();
  const index = { add: (slot: number) => void ready.add(slot), remove: (slot: number) => void ready.delete(slot) };
  const replay = new Replay({ ...options, numEnvs, stateSize: 1, numActions: 300, gamma: GAMMA, index });
  const observe = (step: StepBatch, t: number) => {
    for (let env = 0; env < numEnvs; env++) {
      step.row[env] = rowAt(env, t);
      step.state[env] = rowAt(env, t) / 2;
    }
  };
  const step = createStepBatch(numEnvs, 1);
  observe(step, 0);
  replay.begin(step);
  life.forEach((moment, t) => {
    observe(step, t + 1);
    moment.forEach(({ reward, ending }, env) => {
      step.reward[env] = reward;
      step.terminated[env] = Number(ending === 'terminated');
      step.truncated[env] = Number(ending === 'truncated');
      step.finalRow[env] = ending === 'goes on' ? step.row[env] : step.row[env] + FINAL;
      step.finalState[env] = ending === 'goes on' ? step.state[env] : -step.state[env];
    });
    replay.record(
      Int32Array.from(moment, (_, env) => (t + env) % 300),
      step,
    );
    replay.begin(step);
  });
  return { replay, ready };
}

function readAll(replay: Replay, slots: Iterable<number>): Transition[] {
  const list = Int32Array.from(slots);
  const batch = createTransitions(list.length, 1);
  replay.gather(list, batch);
  return Array.from(list, (_, i) => ({
    row: batch.row[i],
    state: batch.state[i],
    action: batch.action[i],
    reward: batch.reward[i],
    bootstrap: batch.bootstrap[i],
    nextRow: batch.bootstrap[i] === 0 ? null : batch.nextRow[i],
    nextState: batch.bootstrap[i] === 0 ? null : batch.nextState[i],
  })).sort((a, b) => a.row - b.row);
}

/** The definition, looked up step by step in the whole life: what a transition from (env, t) is, or null while it is open. */
function bruteForce(life: Life, env: number, t: number, nStep: number): Transition | null {
  let [reward, discount] = [0, 1];
  const result = { row: rowAt(env, t), state: rowAt(env, t) / 2, action: (t + env) % 300 };
  for (let k = 0; k < nStep; k++) {
    const moment = life[t + k]?.[env];
    if (moment === undefined) return null;
    reward += discount * moment.reward;
    discount *= GAMMA;
    const next = rowAt(env, t + k + 1);
    if (moment.ending === 'terminated') return { ...result, reward, bootstrap: 0, nextRow: null, nextState: null };
    if (moment.ending === 'truncated') {
      return { ...result, reward, bootstrap: discount, nextRow: next + FINAL, nextState: -next / 2 };
    }
    if (k === nStep - 1) return { ...result, reward, bootstrap: discount, nextRow: next, nextState: next / 2 };
  }
  return null;
}

const lives = fc.integer({ min: 1, max: 4 }).chain((numEnvs) =>
  fc.array(
    fc.array(
      fc.record({
        reward: fc.integer({ min: -8, max: 8 }),
        ending: fc.constantFrom<Ending>('goes on', 'goes on', 'goes on', 'terminated', 'truncated'),
      }),
      { minLength: numEnvs, maxLength: numEnvs },
    ),
    { minLength: 1, maxLength: 60 },
  ),
);

const near = (found: Transition[], expected: Transition[]) => {
  expect(found.length).to.equal(expected.length);
  found.forEach((transition, i) => {
    expect(transition.reward).to.be.closeTo(expected[i].reward, 1e-4);
    expect(transition.bootstrap).to.be.closeTo(expected[i].bootstrap, 1e-6);
    expect({ ...transition, reward: 0, bootstrap: 0 }).to.deep.equal({ ...expected[i], reward: 0, bootstrap: 0 });
  });
};

describe('agents/replay/replay', () => {
  it('hands back exactly the n-step transitions of the definition: none spans an episode, cuts bootstrap, ends do not', () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 30 }), (life, nStep, spare) => {
        const numEnvs = life[0].length;
        const rows = nStep + 2 + spare;
        const { replay, ready } = live(life, { capacity: rows * numEnvs, nStep });
        const oldest = Math.max(0, life.length + 1 - rows);
        const expected: Transition[] = [];
        for (let env = 0; env < numEnvs; env++) {
          for (let t = oldest; t < life.length; t++) {
            const transition = bruteForce(life, env, t, nStep);
            if (transition !== null) expected.push(transition);
          }
        }
        near(
          readAll(replay, ready),
          expected.sort((a, b) => a.row - b.row),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('the brute force tells a cut from an end: taking one for the other is noticed', () => {
    const cut: Life = [[{ reward: 1, ending: 'truncated' }]];
    const end: Life = [[{ reward: 1, ending: 'terminated' }]];
    const { replay, ready } = live(cut, { capacity: 8, nStep: 1 });
    expect(() =>
      near(
        readAll(replay, ready),
        [bruteForce(end, 0, 0, 1)].filter((t) => t !== null),
      ),
    ).to.throw();
  });

  it('a reset of the envs leads no transition across it', () => {
    const { replay, ready } = live(
      Array.from({ length: 6 }, () => [{ reward: 1, ending: 'goes on' as const }]),
      { capacity: 40, nStep: 3 },
    );
    const before = readAll(replay, ready);
    const step = createStepBatch(1, 1);
    step.row[0] = 500;
    replay.begin(step);
    for (let t = 1; t <= 4; t++) {
      step.row[0] = 500 + t;
      replay.record(Int32Array.of(0), step);
    }
    const after = readAll(replay, ready);
    expect(after.filter(({ row }) => row < 500)).to.deep.equal(before);
    expect(after.filter(({ row }) => row >= 500).map(({ row, nextRow }) => [row, nextRow])).to.deep.equal([
      [500, 503],
      [501, 504],
    ]);
  });

  it('a restored replay goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 1, max: 3 }), (life, nStep) => {
        const numEnvs = life[0].length;
        const { replay, ready } = live(life, { capacity: 12 * numEnvs, nStep });
        const index = { add: () => {}, remove: () => {} };
        const again = new Replay({
          capacity: 12 * numEnvs,
          numEnvs,
          stateSize: 1,
          numActions: 300,
          nStep,
          gamma: GAMMA,
          index,
        });
        again.restore(replay.save());
        const step = createStepBatch(numEnvs, 1);
        for (const one of [replay, again]) {
          step.reward.fill(3);
          step.truncated.fill(1);
          one.record(new Int32Array(numEnvs), step);
        }
        expect(readAll(again, ready)).to.deep.equal(readAll(replay, ready));
        expect(again.save()).to.deep.equal(replay.save());
      }),
      { numRuns: 50 },
    );
  });

  it('one million transitions over a window of 60 x 32 take less than 64 MB', () => {
    const index = { add: () => {}, remove: () => {} };
    const replay = new Replay({
      capacity: 1_000_000,
      numEnvs: 16,
      stateSize: 5,
      numActions: 3,
      nStep: 3,
      gamma: GAMMA,
      index,
    });
    expect(replay.byteLength).to.be.lessThan(38e6); // the tree above takes another 9 MB
  });

  it('a capacity that cannot hold one n-step transition per env is refused', () => {
    const index = { add: () => {}, remove: () => {} };
    const options = { capacity: 40, numEnvs: 16, stateSize: 1, numActions: 2, nStep: 3, gamma: GAMMA, index };
    expect(() => new Replay(options)).to.throw(/replayCapacity.*at least numEnvs \* \(nStep \+ 2\) = 80/);
  });
});
