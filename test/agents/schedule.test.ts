import { expect } from 'chai';
import { describe, it } from 'mocha';
import { learningRateAt, scheduleAt } from '../../agents/schedule.ts';

describe('agents/schedule', () => {
  it('runs straight from one value to the other and stays there', () => {
    const line = { from: 1, to: 0.2, steps: 80 };
    const values = [0, 20, 40, 80, 1000].map((step) => scheduleAt(line, step));
    values.forEach((value, i) => expect(value).to.be.closeTo([1, 0.8, 0.6, 0.2, 0.2][i], 1e-12));
  });

  it('of no steps it has arrived', () => {
    expect(scheduleAt({ from: 1, to: 0.2, steps: 0 }, 0)).to.equal(0.2);
  });

  it('a learning rate stays, falls in a line or along half a wave, after it has warmed up', () => {
    const at = (annealLearningRate: boolean | 'cosine', warmupFraction: number, progress: number) =>
      learningRateAt({ learningRate: 2, annealLearningRate, warmupFraction }, progress);
    for (const progress of [0, 0.3, 1]) expect(at(false, 0, progress)).to.equal(2);
    expect([0, 0.25, 1].map((progress) => at(true, 0, progress))).to.deep.equal([2, 1.5, 0]);
    [2, 1 + Math.SQRT1_2, 1, 0].forEach((rate, i) =>
      expect(at('cosine', 0, [0, 0.25, 0.5, 1][i])).to.be.closeTo(rate, 1e-12),
    );
    expect([0, 0.1, 0.2].map((progress) => at(true, 0.2, progress))).to.deep.equal([0, 1, 2]);
    expect(at(true, 0.2, 0.6)).to.be.closeTo(1, 1e-12);
    expect(at('cosine', 0.2, 1.1)).to.be.closeTo(0, 1e-12);
  });
});
