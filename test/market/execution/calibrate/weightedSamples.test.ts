import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { WeightedSamples } from '../../../../market/execution/calibrate/weightedSamples.ts';

const summarize = (pairs: readonly (readonly [number, number])[]) => {
  const samples = new WeightedSamples();
  for (const [value, seconds] of pairs) samples.push(value, seconds);
  return samples.summarize();
};

describe('weighted samples', () => {
  it('weigh each value by the time it stood', () => {
    const measured = summarize([
      [1, 89],
      [5, 10],
      [100, 1],
    ]);
    expect(measured).to.include({ count: 3, seconds: 100, p50: 1, p90: 5, p99: 5, tailMean: 100 });
    expect(measured?.mean).to.be.closeTo(0.89 + 0.5 + 1, 1e-9);
    expect(measured?.quantiles[89]).to.equal(1);
    expect(measured?.quantiles[100]).to.equal(100);
  });

  it('a sample that stood for no time is none', () => {
    expect(summarize([[7, 0]])).to.equal(null);
    expect(
      summarize([
        [7, 0],
        [1, 1],
      ]),
    ).to.include({ count: 1, mean: 1 });
  });

  it('a decayed sample keeps its seconds and loses its weight', () => {
    const samples = new WeightedSamples();
    samples.push(1, 10, 0.1);
    samples.push(2, 2);
    expect(samples.summarize()).to.include({ seconds: 12, p50: 2 });
  });

  it('a minute in one piece is a minute in many', () => {
    const pieces = fc.array(fc.tuple(fc.double({ min: 0, max: 9, noNaN: true }), fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(pieces, (pairs) => {
        const split = pairs.flatMap(([value, seconds]) =>
          Array.from({ length: seconds }, (): [number, number] => [value, 1]),
        );
        const [whole, parts] = [summarize(pairs), summarize(split)];
        expect(whole?.quantiles).to.deep.equal(parts?.quantiles);
        expect(whole?.mean).to.be.closeTo(parts?.mean ?? NaN, 1e-5);
      }),
    );
  });

  it('each quantile has its share of the weight at or below it, and no smaller sample has', () => {
    const values = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (sampled, q) => {
        const cut = summarize(sampled.map((value) => [value, 1]))?.quantiles[q] ?? NaN;
        const share = (keep: (value: number) => boolean) => sampled.filter(keep).length / sampled.length;
        expect(share((value) => value <= cut)).to.be.at.least(q / 100 - 1e-9);
        expect(share((value) => value < cut)).to.be.below(q / 100 + 1e-9);
      }),
    );
  });
});
