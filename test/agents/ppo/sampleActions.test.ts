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
    sampleActions(createRng(1), logProbs, [4], out);
    const counts = [0, 0, 0, 0];
    out.actions.forEach((action, env) => {
      counts[action] += 1;
      expect(out.logProb[env]).to.equal(logProbs[env * 4 + action]);
    });
    probabilities.forEach((p, action) => expect(counts[action] / envs).to.be.closeTo(p, 0.012));
    expect(counts[2]).to.equal(0);
  });

  it('several choices are drawn apart, and their log probabilities add up', () => {
    const probabilities = [0.2, 0.8, 0.5, 0, 0.5];
    const envs = 5_000;
    const logProbs = Float32Array.from({ length: envs * 5 }, (_, i) => Math.log(probabilities[i % 5]));
    const out = { actions: new Int32Array(envs * 2), logProb: new Float32Array(envs) };
    sampleActions(createRng(2), logProbs, [2, 3], out);
    const counts = new Map<string, number>();
    for (let env = 0; env < envs; env++) {
      const [a, b] = out.actions.subarray(env * 2, env * 2 + 2);
      counts.set(`${a}${b}`, (counts.get(`${a}${b}`) ?? 0) + 1 / envs);
      expect(out.logProb[env]).to.be.closeTo(Math.log(probabilities[a] * probabilities[2 + b]), 1e-6);
    }
    expect([...counts.keys()].sort()).to.deep.equal(['00', '02', '10', '12']);
    expect(counts.get('12')).to.be.closeTo(0.4, 0.025);
  });

  it('an action of no probability is not what rounding falls to', () => {
    const out = { actions: new Int32Array(1), logProb: new Float32Array(1) };
    const nearOne = { ...createRng(1), next: () => 1 - 2 ** -32 };
    sampleActions(nearOne, [Math.log(0.3), Math.log(0.6999999), -1e9], [3], out);
    expect(out.actions[0]).to.equal(1);
  });
});
