import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { CART_POLE_EPISODE_STEPS, CartPoleEnv } from '../../envs/cartPoleEnv.ts';
import { testVectorEnvContract } from '../contracts/vectorEnvContract.ts';
import { refusal } from '../helpers/refusal.ts';

interface Reference {
  readonly episodes: readonly { readonly start: readonly number[]; readonly steps: readonly (readonly number[])[] }[];
}

const reference = JSON.parse(readFileSync(new URL('../parity/cartPole.json', import.meta.url), 'utf8')) as Reference;

const create = (seed: number, numEnvs: number) => new CartPoleEnv({ numEnvs, rng: createRng(seed) });

testVectorEnvContract('cart pole', create);

describe('cart pole', () => {
  it("moves as Gymnasium's CartPole-v1 does from the same start", () => {
    for (const { start, steps } of reference.episodes) {
      const env = create(1, 1);
      env.reset();
      env.restore({ ...(env.save() as object), physics: Float64Array.from(start) });
      for (const [action, ...shown] of steps) {
        const { finalState, reward, terminated } = env.step(Int32Array.of(action));
        const found = [...finalState, reward[0], terminated[0]];
        shown.forEach((value, k) => expect(found[k]).to.be.closeTo(value, 1e-6));
      }
    }
  });

  it('a pole kept upright is cut after 500 steps, not ended', () => {
    const env = create(3, 1);
    let { state } = env.reset();
    for (let t = 1; t <= CART_POLE_EPISODE_STEPS; t++) {
      const lean = 0.02 * state[0] + 0.1 * state[1] + state[2] + 0.5 * state[3];
      const batch = env.step(Int32Array.of(lean > 0 ? 1 : 0));
      expect([batch.terminated[0], batch.truncated[0]]).to.deep.equal([0, Number(t === CART_POLE_EPISODE_STEPS)]);
      state = batch.state;
    }
  });

  it('refuses an unknown action', async () => {
    const env = create(1, 1);
    env.reset();
    expect(await refusal(() => env.step(Int32Array.of(2)))).to.contain('0 or 1');
  });
});
