import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng, type Rng } from '../../../core/rng.ts';
import { mean, median, standardDeviation, sum } from '../../../core/statistics.ts';
import { bootstrapMeans, bootstrapSeriesMeans, drawBlocks } from '../../../evaluation/statistics/blockBootstrap.ts';
import { automaticBlockLength } from '../../../evaluation/statistics/blockLength.ts';
import { bootstrapConfig } from '../../../evaluation/statistics/bootstrapConfig.ts';
import { meanInterval } from '../../../evaluation/statistics/meanInterval.ts';

/** First-order autoregression of unit innovations, stationary from its first bar. */
function autoregression(rng: Rng, length: number, persistence: number): Float64Array {
  let value = rng.normal() / Math.sqrt(1 - persistence ** 2);
  return Float64Array.from({ length }, () => (value = persistence * value + rng.normal()));
}

describe('block bootstrap', () => {
  it('covers exactly the bars asked for, each bar as often as any other', () => {
    const rng = createRng(1);
    for (const kind of ['stationary', 'circular'] as const) {
      const visits = new Float64Array(37);
      const repeats = 4000;
      for (let repeat = 0; repeat < repeats; repeat++) {
        let covered = 0;
        drawBlocks(37, { kind, blockLength: 5, rng }, (start, bars) => {
          for (let offset = 0; offset < bars; offset++) visits[(start + offset) % 37] += 1;
          covered += bars;
        });
        expect(covered).to.equal(37);
      }
      for (const count of visits) expect(count / repeats).to.be.closeTo(1, 0.2);
    }
  });

  it('stationary blocks have geometric lengths of the given mean, circular ones a fixed length', () => {
    const rng = createRng(2);
    const lengths: number[] = [];
    drawBlocks(200_000, { kind: 'stationary', blockLength: 8, rng }, (_, bars) => lengths.push(bars));
    expect(mean(lengths)).to.be.closeTo(8, 0.2);
    expect(lengths.filter((bars) => bars === 1).length / lengths.length).to.be.closeTo(1 / 8, 0.01);
    const fixed: number[] = [];
    drawBlocks(23, { kind: 'circular', blockLength: 5, rng }, (_, bars) => fixed.push(bars));
    expect(fixed).to.deep.equal([5, 5, 5, 5, 3]);
  });

  it('blocks of one bar give the textbook error of a mean', () => {
    const rng = createRng(3);
    const series = autoregression(rng, 400, 0);
    const means = bootstrapMeans([series], 4000, { kind: 'stationary', blockLength: 1, rng });
    expect(mean(means)).to.be.closeTo(mean(series) ?? NaN, 0.005);
    expect(standardDeviation(means)).to.be.closeTo((standardDeviation(series) ?? NaN) / 20, 0.003);
  });

  it('resampling inside series keeps what differs between them, resampling series counts it as luck', () => {
    const rng = createRng(4);
    const apart = [-1, 1].flatMap((level) => Array.from({ length: 10 }, () => new Float64Array(50).fill(level)));
    const inside = bootstrapMeans(apart, 200, { kind: 'stationary', blockLength: 5, rng });
    expect(Math.max(...inside.map(Math.abs))).to.be.below(1e-12);
    expect(standardDeviation(bootstrapSeriesMeans(apart, 2000, rng))).to.be.closeTo(1 / Math.sqrt(20), 0.02);
  });

  it('the automatic length follows theory for an autoregression, and is short for independent bars', () => {
    const rng = createRng(5);
    for (const persistence of [0.3, 0.6]) {
      const theory = Math.cbrt((2 * persistence) / (1 - persistence ** 2)) ** 2 * Math.cbrt(20_000);
      const found = Array.from({ length: 15 }, () =>
        automaticBlockLength([autoregression(rng, 20_000, persistence)], 'stationary'),
      );
      expect((median(found) ?? NaN) / theory).to.be.within(0.8, 1.25);
    }
    const independent = Array.from({ length: 15 }, () =>
      automaticBlockLength([autoregression(rng, 2000, 0)], 'circular'),
    );
    expect(median(independent)).to.be.below(8);
    expect(automaticBlockLength([new Float64Array(100)], 'stationary')).to.equal(1);
    expect(automaticBlockLength([Float64Array.of(1)], 'stationary')).to.equal(1);
  });
});

describe('mean interval', () => {
  const config = bootstrapConfig.parse({ resamples: 300 });

  /** Share of simulated samples whose interval holds the true mean of zero. */
  function coverage(repeats: number, sample: (rng: Rng) => Float64Array[], options = config): number {
    const rng = createRng(6);
    let held = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { lower, upper } = meanInterval(sample(rng), options, rng);
      held += Number(lower <= 0 && upper >= 0);
    }
    return held / repeats;
  }

  it('covers the true mean in about 95 of 100 samples: independent bars, dependent bars, several paths', () => {
    expect(coverage(400, (rng) => [autoregression(rng, 200, 0)])).to.be.within(0.91, 0.98);
    expect(coverage(400, (rng) => [autoregression(rng, 500, 0.4)])).to.be.within(0.9, 0.98);
    const five = (rng: Rng) => Array.from({ length: 5 }, () => autoregression(rng, 200, 0.3));
    expect(coverage(300, five)).to.be.within(0.9, 0.98);
  });

  it('covers the mean over all worlds where paths differ in level and are many; blocks alone do not', () => {
    const worlds = (rng: Rng) =>
      Array.from({ length: 24 }, () => {
        const level = 0.5 * rng.normal();
        return autoregression(rng, 60, 0).map((value) => value + level);
      });
    expect(coverage(400, worlds)).to.be.within(0.92, 0.98);
    expect(coverage(60, worlds, { ...config, minPathsToResample: 100 })).to.be.below(0.8);
  });

  it('ignoring the dependence of bars covers too rarely', () => {
    const independent = { ...config, blockBars: 1 };
    expect(coverage(100, (rng) => [autoregression(rng, 300, 0.6)], independent)).to.be.below(0.8);
  });

  it('is reproduced by its stream, centered on the mean, and says how often the mean was not positive', () => {
    const series = [autoregression(createRng(7), 500, 0.2).map((value) => value + 1)];
    const found = meanInterval(series, config, createRng(8));
    expect(meanInterval(series, config, createRng(8))).to.deep.equal(found);
    expect(meanInterval(series, config, createRng(9))).not.to.deep.equal(found);
    expect(found.mean).to.be.closeTo(sum(series[0]) / 500, 1e-12);
    expect(found.mean).to.be.within(found.lower, found.upper);
    expect(found.probabilityNotPositive).to.equal(0);
    const nothing = meanInterval([new Float64Array(100)], config, createRng(8));
    expect(nothing).to.include({ mean: 0, lower: 0, upper: 0, probabilityNotPositive: 1 });
    expect(nothing).to.include({ unit: 'blocks', blockBars: 1, units: 100 });
  });

  it('is wider at more confidence', () => {
    const series = [autoregression(createRng(10), 300, 0.2)];
    const wide = meanInterval(series, { ...config, confidence: 0.99 }, createRng(1));
    const narrow = meanInterval(series, { ...config, confidence: 0.8 }, createRng(1));
    expect(wide.lower).to.be.below(narrow.lower);
    expect(wide.upper).to.be.above(narrow.upper);
  });
});
