import { expect } from 'chai';
import { describe, it } from 'mocha';
import { sampleActions, shuffle } from '../../../agents/ppo/luck.ts';
import { createRng } from '../../../core/rng.ts';

describe('agents/ppo/luck', () => {
  it('actions come as often as their probabilities say, each with its own log probability', () => {
    const probabilities = [0.1, 0.6, 0, 0.3];
    const envs = 20_000;
    const logProbs = Float32Array.from({ length: envs * 4 }, (_, i) => Math.log(probabilities[i % 4]));
    const out = { actions: new Int32Array(envs), logProb: new Float32Array(envs) };
    sampleActions(createRng(1), logProbs, out);
    const counts = [0, 0, 0, 0];
    out.actions.forEach((action, env) => {
      counts[action] += 1;
      expect(out.logProb[env]).to.equal(logProbs[env * 4 + action]);
    });
    probabilities.forEach((p, action) => expect(counts[action] / envs).to.be.closeTo(p, 0.012));
    expect(counts[2]).to.equal(0);
  });

  it('a shuffle loses nothing and every order is equally likely', () => {
    const rng = createRng(2);
    const counts = new Map<string, number>();
    for (let k = 0; k < 12_000; k++) {
      const order = Int32Array.of(0, 1, 2);
      shuffle(rng, order);
      counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1);
    }
    expect(counts.size).to.equal(6);
    for (const count of counts.values()) expect(count / 2000).to.be.closeTo(1, 0.1);
  });
});
