import { expect } from 'chai';
import { describe, it } from 'mocha';
import { sampleActions } from '../../../agents/ppo/sampleActions.ts';
import { createRng } from '../../../core/rng.ts';

describe('agents/ppo/sampleActions', () => {
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
});
