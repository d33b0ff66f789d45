import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { RecallEnv } from '../../envs/recallEnv.ts';
import { testVectorEnvContract } from '../contracts/vectorEnvContract.ts';

const make = (numEnvs = 4, seed = 1, half: 'train' | 'test' = 'train') =>
  new RecallEnv({ numEnvs, delayBars: 12, window: 13, episodeLength: 5, half, rng: createRng(seed) });

/** Mean reward of answering with the sign that the bars `ago` bars back showed. */
function earn(env: RecallEnv, ago: number): number {
  const { context } = env.spec;
  let batch = env.reset();
  let sum = 0;
  for (let t = 0; t < 200; t++) {
    const signs = batch.row.map((row) => ((context?.matrix[(row - ago) * 2] ?? 0) > 0 ? 1 : 0));
    batch = env.step(signs);
    sum += batch.reward.reduce((a, b) => a + b, 0) / (200 * env.numEnvs);
  }
  return sum;
}

describe('envs/recallEnv', () => {
  it('the marked sign earns everything, every later one a half', () => {
    expect(earn(make(), 12)).to.be.closeTo(1, 1e-9);
    for (const ago of [0, 1, 6, 11]) expect(earn(make(), ago)).to.be.closeTo(0.5, 0.07);
  });

  it('one mark lies within the delay, at its far end; the halves ask about different places', () => {
    const rows = (['train', 'test'] as const).map((half) => {
      const env = make(8, 1, half);
      const seen = new Set<number>();
      let batch = env.reset();
      for (let t = 0; t < 50; t++) {
        for (const row of batch.row) {
          seen.add(row);
          const marks = Array.from({ length: 13 }, (_, ago) => env.spec.context?.matrix[(row - ago) * 2 + 1]);
          expect(marks.indexOf(1)).to.equal(12);
        }
        batch = env.step(new Int32Array(8));
      }
      return seen;
    });
    expect([...rows[0]].filter((row) => rows[1].has(row))).to.deep.equal([]);
  });
});

testVectorEnvContract('recall env', (seed, numEnvs) => make(numEnvs, seed));
