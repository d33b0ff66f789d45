import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { IdentityEnv } from '../../envs/identityEnv.ts';
import { testVectorEnvContract } from '../contracts/vectorEnvContract.ts';

const make = (shownIn: 'state' | 'context', numEnvs = 4, seed = 1) =>
  new IdentityEnv({ numEnvs, numActions: 3, episodeLength: 5, shownIn, rng: createRng(seed) });

/** Names the symbol from the observation alone. */
function nameSymbols(env: IdentityEnv, row: Int32Array, state: Float32Array): Int32Array {
  const { context } = env.spec;
  return row.map((at, i) =>
    (context === null ? state.subarray(i * 3, i * 3 + 3) : context.matrix.subarray((at - 1) * 3, at * 3)).indexOf(1),
  );
}

describe('envs/identityEnv', () => {
  for (const shownIn of ['state', 'context'] as const) {
    it(`naming the symbol shown in the ${shownIn} earns 1 every step, another one nothing`, () => {
      const env = make(shownIn);
      let batch = env.reset();
      for (let t = 0; t < 50; t++) {
        const right = nameSymbols(env, batch.row, batch.state);
        const actions = right.map((symbol, i) => (i === 0 ? symbol : (symbol + 1) % 3));
        batch = env.step(actions);
        expect([...batch.reward]).to.deep.equal([1, 0, 0, 0]);
        expect([...batch.truncated]).to.deep.equal(Array(4).fill(t % 5 === 4 ? 1 : 0));
        expect([...batch.terminated]).to.deep.equal([0, 0, 0, 0]);
      }
    });
  }
});

for (const shownIn of ['state', 'context'] as const) {
  testVectorEnvContract(`identity env shown in the ${shownIn}`, (seed, numEnvs) => make(shownIn, numEnvs, seed));
}
