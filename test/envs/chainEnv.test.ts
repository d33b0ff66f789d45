import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ChainEnv, CHAIN_LEFT, CHAIN_RIGHT, chainValue, type ChainEnvOptions } from '../../envs/chainEnv.ts';
import { testVectorEnvContract } from '../contracts/vectorEnvContract.ts';

const GAMMA = 0.9;
const options = (goal: 'stays' | 'ends'): ChainEnvOptions => ({ numEnvs: 2, length: 5, episodeLength: 12, goal });

/** Exact optimal values by iterating the Bellman optimality equation over what the env itself does. */
function iterateValues(chain: ChainEnvOptions): number[] {
  const model = Array.from({ length: chain.length }, (_, from) =>
    [CHAIN_LEFT, CHAIN_RIGHT].map((action) => {
      const env = new ChainEnv({ ...chain, numEnvs: 1, episodeLength: 100 });
      env.reset();
      for (let k = 0; k < from; k++) env.step(Int32Array.of(CHAIN_RIGHT));
      const { reward, finalState, terminated } = env.step(Int32Array.of(action));
      return { reward: reward[0], next: finalState.indexOf(1), ended: terminated[0] === 1 };
    }),
  );
  let values: number[] = Array(chain.length).fill(0);
  for (let sweep = 0; sweep < 400; sweep++) {
    values = model.map((moves) =>
      Math.max(...moves.map(({ reward, next, ended }) => reward + (ended ? 0 : GAMMA * values[next]))),
    );
  }
  return values;
}

describe('envs/chainEnv', () => {
  it('its stated optimal values solve the Bellman equation of what it does', () => {
    const stays = iterateValues(options('stays'));
    stays.forEach((value, state) => expect(value).to.be.closeTo(chainValue(state, GAMMA, options('stays')), 1e-4));
    // Where the goal ends the episode, going left for ever is worth 2 and beats the goal's 1: the formula speaks of going right.
    expect(chainValue(4, GAMMA, options('ends'))).to.equal(1);
    expect(iterateValues(options('ends'))[0]).to.be.closeTo(0.2 / (1 - GAMMA), 1e-4);
  });

  it('a cut shows the state it was cut at, an end is no cut', () => {
    const env = new ChainEnv(options('ends'));
    env.reset();
    let batch = env.step(Int32Array.of(CHAIN_RIGHT, CHAIN_LEFT));
    for (let t = 1; t < 12; t++) {
      batch = env.step(Int32Array.of(t < 5 ? CHAIN_RIGHT : CHAIN_LEFT, t < 9 ? CHAIN_LEFT : CHAIN_RIGHT));
      expect(batch.terminated[0]).to.equal(t === 4 ? 1 : 0);
      if (t === 4) expect(batch.reward[0]).to.equal(1);
    }
    expect(batch.truncated[1]).to.equal(1);
    expect(batch.finalState.subarray(5, 10).indexOf(1)).to.equal(3);
    expect(batch.state.subarray(5, 10).indexOf(1)).to.equal(0);
  });
});

for (const goal of ['stays', 'ends'] as const) {
  testVectorEnvContract(
    `chain env whose goal ${goal}`,
    (_seed, numEnvs) => new ChainEnv({ ...options(goal), numEnvs, length: 3 }),
    { drawsLuck: false },
  );
}
