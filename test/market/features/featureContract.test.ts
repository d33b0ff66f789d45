import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng, type Rng } from '../../../core/rng.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { createBars, numBars, type Bars } from '../../../market/data/bars.ts';
import { featureConfig, makeFeature, type FeatureConfig } from '../../../market/features/featureConfig.ts';
import { mapQuotes, QUOTE_COLUMNS } from '../../../market/data/quotes.ts';
import { barFeatureOptions } from '../../../market/features/featureKinds.ts';
import { FeatureRunner } from '../../../market/features/featureRunner.ts';
import { featuresConfig } from '../../../market/features/featuresConfig.ts';
import { makeFeatureSet, type FeatureSet } from '../../../market/features/featureSet.ts';
import { featureStage } from '../../../market/features/causalStages.ts';
import { probeLeakage } from '../../../market/features/leakageProbe.ts';
import { fitFeatures } from '../../../market/features/fitFeatures.ts';
import { quoteFeatureOptions } from '../../../market/features/quoteKinds.ts';
import { randomBars as randomPrices } from './randomBars.ts';
import { withQuotes } from './withQuotes.ts';

/** All that features look at. */
const randomBars = (rng: Rng, length: number): Bars => withQuotes(randomPrices(rng, length), rng.fork('quotes'));

/** Every kind that is fitted to nothing at its defaults, and small and large periods where it has one. */
const PLAIN: FeatureConfig[] = [...barFeatureOptions, ...quoteFeatureOptions].flatMap((schema) => {
  const kind = [...schema.shape.kind.values][0];
  const sizes: object[] = 'period' in schema.shape ? [{ period: 3 }, { period: 37 }] : [];
  if ('lag' in schema.shape) sizes.push({ lag: 37 });
  return [{}, ...sizes].map((size) => featureConfig.parse({ kind, ...size }));
});

/** Beside them, features of higher timeframes and fitted ones. */
const SAMPLES: FeatureConfig[] = [
  ...PLAIN,
  ...[
    { kind: 'timeframe', minutes: 240, feature: { kind: 'rsi', period: 14 } },
    { kind: 'timeframe', minutes: 120, feature: { kind: 'stochastic', period: 5 } },
    { kind: 'timeframe', minutes: 1440, feature: { kind: 'logReturn' } },
    { kind: 'timeframe', minutes: 240, feature: { kind: 'spread', period: 5 } },
    { kind: 'timeframe', minutes: 180, feature: { kind: 'microprice' } },
    { kind: 'timeframe', minutes: 120, feature: { kind: 'signedVolume', period: 4 } },
    { kind: 'regimePosterior' },
    { kind: 'regimePosterior', states: 3, restarts: 1 },
  ].map((config) => featureConfig.parse(config)),
];

/** Two weeks of calm, two of storm, and so on: something for the fitted features to find. */
function trainingBars(): Bars {
  const bars = randomBars(createRng('training'), 2000);
  for (let row = 1; row < 2000; row++) {
    const wild = Math.floor(row / 336) % 2;
    bars.close[row] = bars.close[row - 1] * (bars.close[row] / bars.open[row]) ** (wild === 1 ? 3 : 1);
  }
  return bars;
}

function makeSampleSet(list: readonly FeatureConfig[]): FeatureSet {
  const bars = trainingBars();
  const state = fitFeatures({ list, bars, paths: [{ from: 0, to: 2000 }], rng: createRng(1) });
  return makeFeatureSet(list, { timeframeMs: HOUR_MS, state });
}

const nameOf = (config: FeatureConfig) => JSON.stringify(config);

/** Columns of a set, computed in chunks of the given lengths (the last one repeats). */
function inChunks(featureSet: FeatureSet, bars: Bars, lengths: readonly number[]): Float64Array {
  const width = featureSet.columns.length;
  const runner = new FeatureRunner(featureSet);
  const values = new Float64Array(numBars(bars) * width);
  for (let row = 0, i = 0; row < numBars(bars); i++) {
    const to = Math.min(numBars(bars), row + lengths[Math.min(i, lengths.length - 1)]);
    runner.advance(bars, row, to, values.subarray(row * width));
    row = to;
  }
  return values;
}

function scaled(bars: Bars, factor: number): Bars {
  const scale = (column: Float64Array) => column.map((value) => value * factor);
  const { open, high, low, close } = bars;
  const quotes = mapQuotes(bars.quotes, (values, column) =>
    column === 'bid' || column === 'ask' ? scale(values) : values,
  );
  const prices = { open: scale(open), high: scale(high), low: scale(low), close: scale(close) };
  return { ...bars, ...prices, ...(quotes !== null && { quotes }) };
}

for (const config of SAMPLES) {
  describe(`the feature ${nameOf(config)}`, () => {
    const featureSet = makeSampleSet([config]);
    const width = featureSet.columns.length;

    it('is the same bit for bit in any chunks, one bar at a time included', () => {
      const bars = randomBars(createRng(nameOf(config)), 700);
      const whole = inChunks(featureSet, bars, [700]);
      expect(inChunks(featureSet, bars, [1])).to.deep.equal(whole);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }), (lengths) => {
          expect(Buffer.from(inChunks(featureSet, bars, lengths).buffer)).to.deep.equal(Buffer.from(whole.buffer));
        }),
        { numRuns: 15 },
      );
    });

    it('looks at nothing to come, and forgets where history began', () => {
      const rng = createRng(2);
      const bars = randomBars(rng.fork('bars'), featureSet.settleBars + 300);
      const { settleBars } = featureSet;
      const leaks = probeLeakage({ stage: featureStage(featureSet), bars, rng, cuts: 6, settleBars });
      expect(leaks).to.deep.equal([]);
    });

    it('is zero in warm-up and has a value right after it', () => {
      // Half a day of bars: some features of the clock are zero outside business hours.
      const bars = randomBars(createRng(3), featureSet.warmupBars + 12);
      const values = inChunks(featureSet, bars, [2]);
      expect(values.subarray(0, featureSet.warmupBars * width).every((value) => value === 0)).to.equal(true);
      const first = values.subarray(featureSet.warmupBars * width, (featureSet.warmupBars + 12) * width);
      expect(first.some((value) => value !== 0)).to.equal(true);
    });

    it('does not know the unit of price', () => {
      const bars = randomBars(createRng(4), 300);
      const values = inChunks(featureSet, bars, [300]);
      const other = inChunks(featureSet, scaled(bars, 1234.5), [300]);
      for (let at = 0; at < values.length; at++) expect(other[at]).to.be.closeTo(values[at], 1e-7);
    });

    it('is finite on a flat market, after a spike and in tiny prices', () => {
      const flat = createBars(200, QUOTE_COLUMNS);
      for (const column of ['open', 'high', 'low', 'close'] as const) flat[column].fill(7);
      flat.quotes?.bid?.fill(7);
      flat.quotes?.ask?.fill(7);
      const spiked = scaled(flat, 1);
      spiked.close[90] = spiked.high[90] = 7e6;
      const tiny = scaled(randomBars(createRng(5), 200), 1e-9);
      for (const bars of [flat, spiked, tiny]) {
        expect(inChunks(featureSet, bars, [200]).every(Number.isFinite)).to.equal(true);
      }
      expect(inChunks(featureSet, flat, [200]).every((value) => Math.abs(value) <= 1)).to.equal(true);
    });
  });
}

describe('feature sets', () => {
  it('place columns one after another and warm up as long as the slowest feature', () => {
    const featureSet = makeFeatureSet([
      { kind: 'rsi', period: 5 },
      { kind: 'timeOfDay' },
      { kind: 'logReturn', lag: 9 },
    ]);
    expect(featureSet.columns.map((column) => column.name)).to.deep.equal([
      'rsi5',
      'timeOfDay:sin',
      'timeOfDay:cos',
      'logReturn9',
    ]);
    expect(featureSet.warmupBars).to.equal(9);
    const bars = randomBars(createRng(6), 50);
    const together = inChunks(featureSet, bars, [7]);
    const alone = inChunks(makeFeatureSet([{ kind: 'logReturn', lag: 9 }]), bars, [50]);
    for (let row = 0; row < 50; row++) expect(together[row * 4 + 3]).to.equal(alone[row]);
  });

  it('have a hash of kinds, parameters and order', () => {
    const hash = (list: FeatureConfig[]) => makeFeatureSet(list).hash;
    const rsi: FeatureConfig = { kind: 'rsi', period: 14 };
    const atr: FeatureConfig = { kind: 'atr', period: 14 };
    expect(hash([rsi, atr])).to.equal(hash([{ period: 14, kind: 'rsi' }, atr]));
    expect(
      new Set([hash([rsi, atr]), hash([atr, rsi]), hash([rsi]), hash([{ ...rsi, period: 15 }, atr])]).size,
    ).to.equal(4);
  });

  it('refuse the same column twice', () => {
    const atr: FeatureConfig = { kind: 'atr', period: 14 };
    expect(() => makeFeatureSet([atr, atr])).to.throw('the same feature twice');
  });

  it('take their defaults from the config', () => {
    const featureSet = makeFeatureSet(featuresConfig.parse(undefined));
    expect(featureSet.columns.length).to.be.at.least(20);
    expect(makeFeature({ kind: 'rsi', period: 14 }).warmupBars).to.equal(14);
  });
});
