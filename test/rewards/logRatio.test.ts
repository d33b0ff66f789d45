import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { logRatio } from '../../rewards/logRatio.ts';

describe('logRatio', () => {
  it('is log1p of the relative difference, however near or far the two are', () => {
    const amount = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    const factor = fc.oneof(
      fc.double({ min: 0.9, max: 1.1, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: -1e-9, max: 1e-9, noNaN: true }).map((tiny) => 1 + tiny),
    );
    fc.assert(
      fc.property(amount, factor, (b, ratio) => {
        const a = b * ratio;
        // The difference of two near numbers is exact, so this reference keeps all digits where log(a / b) loses them.
        const expected = ratio > 0.5 && ratio < 2 ? Math.log1p((a - b) / b) : Math.log(a / b);
        expect(Math.abs(logRatio(a, b) - expected)).to.be.at.most(4e-15 * Math.abs(expected));
      }),
      { numRuns: 5000 },
    );
  });

  it('of equals is zero, and it changes sign with the order', () => {
    expect(logRatio(3, 3)).to.equal(0);
    expect(logRatio(1.01, 1)).to.equal(-logRatio(1, 1.01));
    expect(logRatio(1.05, 1)).to.be.closeTo(Math.log(1.05), 1e-15);
  });
});
