import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { mean, normalCdf, variance } from '../../../core/statistics.ts';
import { sharpePerBar } from '../../../evaluation/ratios.ts';
import {
  deflatedSharpe,
  describeSharpe,
  expectedMaximumSharpe,
  probabilisticSharpe,
} from '../../../evaluation/statistics/sharpeTests.ts';

const normalReturns = { skewness: 0, rawKurtosis: 3 };

describe('Sharpe ratio tests', () => {
  it('agree with the published example: annual Sharpe 2.5 over 1250 days, the best of 100 trials', () => {
    // Bailey and Lopez de Prado, 2014, "A numerical example": 250 days a year, variance of annual ratios 1/2.
    const spread = 1 / 2 / 250;
    expect(expectedMaximumSharpe(100, spread)).to.be.closeTo(0.1132, 5e-5);
    const sample = { sharpe: 2.5 / Math.sqrt(250), bars: 1250, skewness: -3, rawKurtosis: 10 };
    expect(probabilisticSharpe(sample, expectedMaximumSharpe(100, spread))).to.be.closeTo(0.9004, 5e-5);
    expect(probabilisticSharpe(sample, expectedMaximumSharpe(46, spread))).to.be.closeTo(0.9505, 5e-4);
    const gaussian = { ...sample, ...normalReturns };
    expect(probabilisticSharpe(gaussian, expectedMaximumSharpe(88, spread))).to.be.closeTo(0.9505, 5e-4);
  });

  it('take the raw kurtosis: normal returns with a Sharpe of 0.6 a bar give 0.809, not the 0.840 of excess kurtosis', () => {
    const sample = { sharpe: 0.6, bars: 101, ...normalReturns };
    expect(probabilisticSharpe(sample, 0.505)).to.be.closeTo(normalCdf(0.95 / Math.sqrt(1 + 0.6 ** 2 / 2)), 1e-12);
    expect(probabilisticSharpe(sample, 0.505)).to.be.closeTo(0.809, 5e-4);
    const wrong = probabilisticSharpe({ ...sample, rawKurtosis: 0 }, 0.505);
    expect(wrong).to.be.closeTo(0.84, 5e-4);
    const rng = createRng(1);
    const drawn = describeSharpe(Float64Array.from({ length: 50_000 }, () => 0.6 + rng.normal()));
    expect(drawn?.rawKurtosis).to.be.closeTo(3, 0.1);
  });

  it('the expected maximum is what the luckiest of many skill-less trials shows', () => {
    const rng = createRng(2);
    const numTrials = 50;
    const best = Array.from({ length: 2000 }, () =>
      Math.max(...Array.from({ length: numTrials }, () => 0.3 * rng.normal())),
    );
    expect(expectedMaximumSharpe(numTrials, 0.09)).to.be.closeTo(mean(best) ?? NaN, 0.02);
    expect(expectedMaximumSharpe(1, 0.09)).to.equal(0);
  });

  it('without skill the probabilistic ratio is uniform, the deflated ratio of the best of many rarely convinces', () => {
    const rng = createRng(3);
    const draw = () => Float64Array.from({ length: 120 }, () => rng.normal());
    let naive = 0;
    let deflated = 0;
    const repeats = 120;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const trials = Array.from({ length: 20 }, draw);
      const sharpes = trials.map((returns) => sharpePerBar(returns) ?? 0);
      const sample = describeSharpe(trials[sharpes.indexOf(Math.max(...sharpes))]);
      if (sample === null) continue;
      naive += Number((probabilisticSharpe(sample, 0) ?? 0) > 0.95);
      deflated += Number((deflatedSharpe(sample, { count: 20, sharpes }) ?? 0) > 0.95);
    }
    // One minus 0.95 to the 20th: the naive test is fooled in two of three repeats.
    expect(naive / repeats).to.be.above(0.5);
    expect(deflated / repeats).to.be.below(0.05);
  });

  it('more trials never raise the deflated ratio', () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }));
    const sample = { sharpe: 0.1, bars: 400, ...normalReturns };
    fc.assert(
      fc.property(counts, ([count, more]) => {
        const few = deflatedSharpe(sample, { count, sharpes: [] }) ?? NaN;
        expect(deflatedSharpe(sample, { count: count + more, sharpes: [] })).to.be.at.most(few);
      }),
    );
  });

  it('measure the spread of the trials where there are two, and take that of no skill where there are not', () => {
    const sample = { sharpe: 0.1, bars: 401, ...normalReturns };
    const sharpes = [0.02, -0.05, 0.1];
    const expected = probabilisticSharpe(sample, expectedMaximumSharpe(3, variance(sharpes) ?? NaN));
    expect(deflatedSharpe(sample, { count: 3, sharpes })).to.equal(expected);
    const assumed = probabilisticSharpe(sample, expectedMaximumSharpe(3, 1 / 400));
    expect(deflatedSharpe(sample, { count: 3, sharpes: [0.1] })).to.equal(assumed);
  });

  it('what is undefined is null', () => {
    expect(describeSharpe(new Float64Array(50))).to.equal(null);
    expect(describeSharpe(new Float64Array(1))).to.equal(null);
    expect(probabilisticSharpe({ sharpe: 1, bars: 1, ...normalReturns }, 0)).to.equal(null);
    expect(probabilisticSharpe({ sharpe: 1, bars: 9, skewness: 2, rawKurtosis: 5 }, 0)).to.equal(null);
  });
});
