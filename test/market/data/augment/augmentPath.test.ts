import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../../core/rng.ts';
import { mean, standardDeviation } from '../../../../core/statistics.ts';
import { augmentConfig, type Augmentation } from '../../../../market/data/augment/augmentConfig.ts';
import { augmentPath } from '../../../../market/data/augment/augmentPath.ts';
import { barAt } from '../../../../market/data/bar.ts';
import { findBrokenRule } from '../../../../market/data/barChecks.ts';
import { numBars, type Bars } from '../../../../market/data/bars.ts';
import { randomBars } from '../../features/randomBars.ts';

const all = augmentConfig.parse([
  { kind: 'jitter' },
  { kind: 'scale' },
  { kind: 'blockShuffle', blockBars: 24 },
  { kind: 'timeWarp', strength: 0.8, periodBars: 50 },
]);
const byKind = (kind: Augmentation['kind']) => all.filter((augmentation) => augmentation.kind === kind)[0];
const bodies = ({ open, close }: Bars) => close.map((price, row) => Math.log(price / open[row]));
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

/** Correlation of neighbors. */
function correlation(values: Float64Array): number {
  const center = mean(values) ?? 0;
  const spread = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  let product = 0;
  for (let i = 1; i < values.length; i++) product += (values[i] - center) * (values[i - 1] - center);
  return product / spread;
}

describe('augmented paths', () => {
  for (const augmentation of all) {
    const { kind } = augmentation;

    it(`${kind} makes sound bars at the times of the original, from its first open on`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 400 }), fc.integer({ min: 0, max: 99 }), (length, seed) => {
          const original = randomBars(createRng(seed), length);
          const { bars, sourceRow } = augmentPath(original, augmentation, createRng(seed).fork('a'));
          expect(bars.openTimeMs).to.deep.equal(original.openTimeMs);
          expect(bars.open[0]).to.be.closeTo(original.open[0], 0.05 * original.open[0]);
          let previous = -Infinity;
          for (let row = 0; row < length; row++) {
            expect(findBrokenRule(barAt(bars, row), previous), `row ${row}`).to.equal(null);
            previous = bars.openTimeMs[row];
            expect(sourceRow[row]).to.be.within(0, length - 1);
          }
        }),
        { numRuns: 30 },
      );
    });

    it(`${kind} leaves the original alone, and is the same for the same stream and another for another`, () => {
      const original = randomBars(createRng(1), 300);
      const copy = randomBars(createRng(1), 300);
      const draw = (seed: number) => augmentPath(original, augmentation, createRng(seed)).bars;
      expect(draw(1)).to.deep.equal(draw(1));
      expect(draw(1)).not.to.deep.equal(draw(2));
      expect(draw(1).close).not.to.deep.equal(original.close);
      expect(original).to.deep.equal(copy);
    });

    it(`${kind} makes no edge: neighbors of a random walk know nothing of each other`, () => {
      const original = randomBars(createRng(5), 20_000);
      const { bars } = augmentPath(original, augmentation, createRng(6));
      expect(Math.abs(correlation(bodies(bars)))).to.be.below(4 / Math.sqrt(20_000));
    });
  }

  it('noise on prices instead of returns would make an edge: the control', () => {
    const prices = randomBars(createRng(5), 20_000).close;
    const rng = createRng(6);
    const noisy = prices.map((price) => price * Math.exp(0.005 * rng.normal()));
    const returns = noisy.map((price, row) => (row === 0 ? 0 : Math.log(price / noisy[row - 1])));
    expect(correlation(returns)).to.be.below(-0.1);
  });

  it('jitter widens returns as its strength says', () => {
    const original = randomBars(createRng(2), 20_000);
    const strong = augmentPath(
      original,
      { ...byKind('jitter'), kind: 'jitter', strength: 1, copies: 1 },
      createRng(3),
    ).bars;
    const ratio = (standardDeviation(bodies(strong)) ?? 0) / (standardDeviation(bodies(original)) ?? 1);
    expect(ratio).to.be.closeTo(Math.SQRT2, 0.02);
  });

  it('scale multiplies every return by one factor within its bounds', () => {
    const original = randomBars(createRng(2), 200);
    const { bars } = augmentPath(original, byKind('scale'), createRng(3));
    const factors = bodies(bars).map((body, row) => body / bodies(original)[row]);
    expect(factors[0]).to.be.within(1 / 1.3, 1.3);
    for (const factor of factors) expect(factor).to.be.closeTo(factors[0], 1e-9);
  });

  it('blockShuffle keeps every bar, whole blocks together, and ends where the original ends', () => {
    const original = randomBars(createRng(2), 240);
    const { bars, sourceRow } = augmentPath(original, byKind('blockShuffle'), createRng(3));
    expect([...sourceRow].sort((a, b) => a - b)).to.deep.equal([...Array(240).keys()]);
    for (let row = 1; row < 240; row++) {
      if (row % 24 !== 0) expect(sourceRow[row]).to.equal(sourceRow[row - 1] + 1);
    }
    expect(total(bodies(bars))).to.be.closeTo(total(bodies(original)), 1e-9);
    expect(total(bars.volume)).to.be.closeTo(total(original.volume), 1e-6);
  });

  it('timeWarp conserves the whole move and the whole volume, and goes faster and slower', () => {
    const original = randomBars(createRng(2), 2_000);
    const { bars, sourceRow } = augmentPath(original, byKind('timeWarp'), createRng(3));
    const last = numBars(bars) - 1;
    expect(bars.close[last]).to.be.closeTo(original.close[last], 1e-6 * original.close[last]);
    expect(total(bars.volume)).to.be.closeTo(total(original.volume), 1e-6 * total(original.volume));
    const steps = new Set(Array.from(sourceRow.subarray(1), (row, i) => row - sourceRow[i]));
    expect([...steps].sort()).to.include.members([0, 1, 2]);
    expect(Math.min(...steps)).to.equal(0);
  });
});
