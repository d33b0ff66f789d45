import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  mean,
  median,
  normalCdf,
  normalQuantile,
  quantileSorted,
  rawKurtosis,
  skewness,
  standardDeviation,
  variance,
} from '../../core/statistics.ts';
import { createRng } from '../../core/rng.ts';

describe('core/statistics', () => {
  it('hand-computed moments of 1, 2, 3, 4', () => {
    expect(mean([1, 2, 3, 4])).to.equal(2.5);
    expect(variance([1, 2, 3, 4])).to.be.closeTo(5 / 3, 1e-12);
    expect(skewness([1, 2, 3, 4])).to.be.closeTo(0, 1e-12);
    expect(rawKurtosis([1, 2, 3, 4])).to.be.closeTo(1.64, 1e-12);
  });

  it('what is undefined is null', () => {
    expect(mean([])).to.equal(null);
    expect(median([])).to.equal(null);
    expect(variance([1])).to.equal(null);
    expect(standardDeviation([])).to.equal(null);
    expect(skewness([2, 2, 2])).to.equal(null);
    expect(rawKurtosis([2, 2, 2])).to.equal(null);
  });

  it('quantiles interpolate as NumPy does by default', () => {
    const sorted = [1, 2, 4, 8];
    expect(quantileSorted(sorted, 0)).to.equal(1);
    expect(quantileSorted(sorted, 0.5)).to.equal(3);
    expect(quantileSorted(sorted, 0.9)).to.be.closeTo(6.8, 1e-12);
    expect(quantileSorted(sorted, 1)).to.equal(8);
  });

  it('the normal distribution function has its tabulated values and its inverse undoes it', () => {
    expect(normalCdf(0)).to.be.closeTo(0.5, 1e-15);
    expect(normalCdf(1.959963984540054)).to.be.closeTo(0.975, 1e-14);
    expect(normalCdf(-8)).to.be.closeTo(6.220960574271785e-16, 1e-23);
    for (const p of [1e-9, 0.01, 0.2, 0.5, 0.77, 0.999, 1 - 1e-9]) {
      expect(normalCdf(normalQuantile(p))).to.be.closeTo(p, 1e-13);
    }
    expect(normalQuantile(0)).to.equal(-Infinity);
  });

  it('normal draws have the moments of a normal', () => {
    const rng = createRng(1);
    const draws = Float64Array.from({ length: 40_000 }, () => rng.normal());
    expect(mean(draws)).to.be.closeTo(0, 0.02);
    expect(standardDeviation(draws)).to.be.closeTo(1, 0.02);
    expect(rawKurtosis(draws)).to.be.closeTo(3, 0.15);
  });
});
