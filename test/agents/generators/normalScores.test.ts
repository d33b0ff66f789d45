import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { toNormalScores } from '../../../agents/generators/normalScores.ts';
import { createRng } from '../../../core/rng.ts';
import { mean, rawKurtosis, standardDeviation } from '../../../core/statistics.ts';

describe('agents/generators/normalScores', () => {
  it('going there and back changes nothing, and keeps the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 60 }),
        (values) => {
          const { scores, valueOf } = toNormalScores(values);
          values.forEach((value, i) => expect(valueOf(scores[i])).to.be.closeTo(value, 1e-6));
          for (let i = 1; i < values.length; i++) {
            if (values[i] > values[i - 1]) expect(scores[i]).to.be.greaterThan(scores[i - 1]);
          }
        },
      ),
    );
  });

  it('scores are normal whatever the values are, and no value lies beyond those seen', () => {
    const rng = createRng(1);
    const values = Array.from({ length: 5_000 }, () => Math.exp(2 * rng.normal()));
    const { scores, valueOf } = toNormalScores(values);
    expect(mean(scores)).to.be.closeTo(0, 1e-9);
    expect(standardDeviation(scores)).to.be.closeTo(1, 0.01);
    expect(rawKurtosis(scores)).to.be.closeTo(3, 0.05);
    expect(valueOf(40)).to.equal(Math.max(...values));
    expect(valueOf(-40)).to.equal(Math.min(...values));
  });
});
