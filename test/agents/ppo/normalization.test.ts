import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { RewardScale } from '../../../agents/ppo/rewardScale.ts';
import { RunningMoments } from '../../../agents/ppo/runningMoments.ts';
import { mean, variance } from '../../../core/statistics.ts';
import { createRng } from '../../../core/rng.ts';
import { createStepBatch } from '../../../core/spec.ts';

describe('agents/ppo: running moments', () => {
  it('taken in pieces, they are those of the whole, each column apart', () => {
    const number = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(number, number), { maxLength: 6 }), { minLength: 1 }), (pieces) => {
        const moments = new RunningMoments(2);
        for (const piece of pieces) moments.add(piece.flat());
        const rows = pieces.flat();
        for (const column of [0, 1] as const) {
          const values = Float64Array.from(rows, (row) => row[column]);
          const count = values.length;
          expect(moments.mean[column]).to.be.closeTo(count === 0 ? 0 : (mean(values) ?? 0), 1e-9);
          const spread = Math.sqrt(((variance(values) ?? 0) * (count - 1)) / Math.max(1, count));
          if (spread > 1e-5) expect(moments.deviation(column)).to.be.closeTo(spread, 1e-6);
          else expect(moments.deviation(column)).to.be.closeTo(1, 1);
        }
      }),
    );
  });

  it('nothing seen, or nothing that varies, leaves things as they are', () => {
    const moments = new RunningMoments(1);
    expect(moments.deviation(0)).to.equal(1);
    moments.add([3, 3, 3]);
    expect(moments.deviation(0)).to.equal(1);
  });
});

describe('agents/ppo: reward scale', () => {
  it('rewards of any size come out at the size of discounted returns; an end or a cut begins a new return', () => {
    const scaled = [1, 1e4].map((size) => {
      const scale = new RewardScale(4, 0.9);
      const rng = createRng(1);
      const step = createStepBatch(4, 1);
      let out = new Float32Array(0);
      for (let t = 0; t < 2000; t++) {
        for (let env = 0; env < 4; env++) step.reward[env] = size * rng.normal();
        step.truncated.fill(t % 50 === 49 ? 1 : 0);
        out = scale.scale(step).slice();
      }
      return { out, raw: step.reward.slice(), size };
    });
    // The return of white noise of deviation s, discounted by 0.9, has the deviation s / sqrt(1 - 0.81).
    for (const { out, raw, size } of scaled) {
      out.forEach((value, env) => expect(value / (raw[env] / size)).to.be.closeTo(Math.sqrt(1 - 0.81), 0.05));
    }
  });

  it('resumes where it was', () => {
    const [a, b] = [new RewardScale(2, 0.5), new RewardScale(2, 0.5)];
    const step = createStepBatch(2, 1);
    step.reward.set([1, -3]);
    for (let t = 0; t < 5; t++) a.scale(step);
    b.restore(a.save());
    expect(b.scale(step)).to.deep.equal(a.scale(step));
  });
});
