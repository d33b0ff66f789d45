import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { createActions, type StepBatch, type VectorEnv } from '../../core/spec.ts';

export interface ContractOptions {
  /** Steps of each run; long enough for several episodes to end. */
  readonly steps?: number;
  /** False for an env whose course depends on the actions alone. */
  readonly drawsLuck?: boolean;
}

/** Registers the promises that every vector env keeps; call it once per implementation. */
export function testVectorEnvContract(
  name: string,
  create: (seed: number, numEnvs: number) => VectorEnv,
  { steps = 300, drawsLuck = true }: ContractOptions = {},
): void {
  describe(`${name} keeps the contract of vector envs`, () => {
    it('the same seed gives the same trajectory, bit for bit', () => {
      expect(live(create(7, 3), steps)).to.deep.equal(live(create(7, 3), steps));
    });

    if (drawsLuck) {
      it('another seed gives another trajectory', () => {
        expect(live(create(7, 3), steps)).to.not.deep.equal(live(create(8, 3), steps));
      });
    }

    it('an env lives the same life alone as among neighbors', () => {
      const alone = live(create(7, 1), steps);
      const among = live(create(7, 5), steps);
      expect(among.map((batch) => batch[0])).to.deep.equal(alone.map((batch) => batch[0]));
    });

    it('an episode never both terminates and truncates, and shows only finite numbers', () => {
      const env = create(1, 4);
      env.reset();
      const { stateSize, context } = env.spec;
      let ends = 0;
      forEachStep(env, steps, (batch) => {
        expect(batch.state).to.have.length(4 * stateSize);
        expect([...batch.state, ...batch.finalState, ...batch.reward].every(Number.isFinite)).to.equal(true);
        for (let i = 0; i < 4; i++) {
          expect(batch.terminated[i] + batch.truncated[i]).to.be.at.most(1);
          ends += batch.terminated[i] + batch.truncated[i];
        }
        for (const row of [...batch.row, ...batch.finalRow]) {
          expect(row).to.be.within(0, context === null ? 0 : context.rows - 1);
        }
      });
      expect(ends, 'no episode ended: the run is too short to tell').to.be.above(0);
    });

    it('the final observation differs from the next only where an episode ended', () => {
      const env = create(2, 4);
      env.reset();
      const { stateSize } = env.spec;
      forEachStep(env, steps, (batch) => {
        for (let i = 0; i < 4; i++) {
          if (batch.terminated[i] + batch.truncated[i] > 0) continue;
          const [from, to] = [i * stateSize, (i + 1) * stateSize];
          expect(batch.finalRow[i]).to.equal(batch.row[i]);
          expect(batch.finalState.slice(from, to)).to.deep.equal(batch.state.slice(from, to));
        }
      });
    });

    it('saved in mid-run and restored into a fresh env, it goes on as if it had not been interrupted', () => {
      const half = Math.floor(steps / 2);
      const original = create(3, 3);
      const lived = live(original, half);
      const saved = original.save();
      const rest = act(original, half, 99);

      const resumed = create(4, 3);
      live(resumed, 5);
      const current = resumed.restore(saved);
      expect(read(current, 3, resumed.spec.stateSize)).to.deep.equal(lived.at(-1));
      expect(act(resumed, half, 99)).to.deep.equal(rest);
    });

    it('reset begins every episode anew and clears what the last step reported', () => {
      const env = create(5, 3);
      live(env, 20);
      const batch = env.reset();
      expect([...batch.reward, ...batch.terminated, ...batch.truncated].every((value) => value === 0)).to.equal(true);
      expect(batch.finalRow).to.deep.equal(batch.row);
      expect(batch.finalState).to.deep.equal(batch.state);
    });
  });
}

/** Steps with actions that depend on the env's index alone, not on the width. */
function forEachStep(env: VectorEnv, steps: number, visit: (batch: StepBatch) => void, actionSeed = 11): void {
  const rngs = Array.from({ length: env.numEnvs }, (_, i) => createRng(actionSeed).fork(`env${i}`));
  const space = env.spec.actions;
  if (space.kind === 'multiDiscrete') throw new Error('the contract knows one choice or one number');
  const actions = createActions(space, env.numEnvs);
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < env.numEnvs; i++) {
      const [low, high] = space.kind === 'continuous' ? [space.low[0], space.high[0]] : [0, 0];
      actions[i] = space.kind === 'discrete' ? rngs[i].int(space.numActions) : low + (high - low) * rngs[i].next();
    }
    visit(env.step(actions));
  }
}

/** All that each env shows: the start after a reset, then `steps` steps. */
function live(env: VectorEnv, steps: number): number[][][] {
  const start = read(env.reset(), env.numEnvs, env.spec.stateSize);
  return [start, ...act(env, steps)];
}

/** All that each env shows in the next `steps` steps. */
function act(env: VectorEnv, steps: number, actionSeed = 11): number[][][] {
  const shown: number[][][] = [];
  forEachStep(env, steps, (batch) => shown.push(read(batch, env.numEnvs, env.spec.stateSize)), actionSeed);
  return shown;
}

function read(batch: StepBatch, numEnvs: number, stateSize: number): number[][] {
  return Array.from({ length: numEnvs }, (_, i) => [
    batch.row[i],
    batch.finalRow[i],
    batch.reward[i],
    batch.terminated[i],
    batch.truncated[i],
    ...batch.state.subarray(i * stateSize, (i + 1) * stateSize),
    ...batch.finalState.subarray(i * stateSize, (i + 1) * stateSize),
  ]);
}
