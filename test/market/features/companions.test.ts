import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { attachCompanions, type CompanionSeries } from '../../../market/data/attachCompanions.ts';
import { barAt } from '../../../market/data/bar.ts';
import { numBars, takeRows, type Bars } from '../../../market/data/bars.ts';
import { buildContext } from '../../../market/features/buildContext.ts';
import { featureStage } from '../../../market/features/causalStages.ts';
import { inputsOf } from '../../../market/features/companionInput.ts';
import { ContextStream } from '../../../market/features/contextStream.ts';
import { featureConfig, type FeatureConfig } from '../../../market/features/featureConfig.ts';
import { FeatureRunner } from '../../../market/features/featureRunner.ts';
import { makeFeatureSet, type FeatureSet } from '../../../market/features/featureSet.ts';
import { fitNormalizer } from '../../../market/features/fitNormalizer.ts';
import { Freshness } from '../../../market/features/freshness.ts';
import { probeLeakage } from '../../../market/features/leakageProbe.ts';
import { normalizerConfig } from '../../../market/features/normalizer.ts';
import { refusal } from '../../helpers/refusal.ts';
import { randomBars } from './randomBars.ts';
import { withQuotes } from './withQuotes.ts';

const ROWS = 600;
const main = randomBars(createRng('main'), ROWS);
const START_MS = main.openTimeMs[0];

/** Bars of another instrument that begin two days before; every `every`-th is missing. */
function series(name: string, timeframeMs: number, every = 17): CompanionSeries {
  const count = Math.ceil((ROWS * HOUR_MS + 96 * HOUR_MS) / timeframeMs);
  const all = withQuotes(randomBars(createRng(name), count), createRng(`${name} book`));
  all.openTimeMs.forEach((_, row) => (all.openTimeMs[row] = START_MS - 48 * HOUR_MS + row * timeframeMs));
  const kept = Int32Array.from(all.close.keys()).filter((row) => row % every !== 3);
  return { name, timeframeMs, bars: takeRows(all, kept) };
}

const ALL = [
  series('SAME', HOUR_MS),
  series('SLOW', 4 * HOUR_MS),
  series('FAST', 15 * MINUTE_MS),
  series('ODD', 7 * MINUTE_MS),
];
const bars = attachCompanions(main, HOUR_MS, ALL);

const LIST: FeatureConfig[] = ALL.flatMap(({ name }) =>
  [
    { kind: 'of', companion: name, feature: { kind: 'rsi', period: 5 } },
    { kind: 'of', companion: name, feature: { kind: 'logReturn', lag: 3 } },
    { kind: 'of', companion: name, feature: { kind: 'spread', period: 6 } },
    { kind: 'of', companion: name, feature: { kind: 'timeframe', minutes: 1680, feature: { kind: 'logReturn' } } },
    { kind: 'of', companion: name, feature: { kind: 'timeframe', minutes: 1680, feature: { kind: 'imbalance' } } },
    { kind: 'versus', companion: name, period: 24 },
  ].map((config) => featureConfig.parse(config)),
);
const makeSet = (list: readonly FeatureConfig[], of: Bars = bars) =>
  makeFeatureSet(list, { ...inputsOf(of), timeframeMs: HOUR_MS });

function inChunks(featureSet: FeatureSet, of: Bars, lengths: readonly number[]): Float64Array {
  const width = featureSet.columns.length;
  const runner = new FeatureRunner(featureSet);
  const values = new Float64Array(numBars(of) * width);
  for (let row = 0, i = 0; row < numBars(of); i++) {
    const to = Math.min(numBars(of), row + lengths[Math.min(i, lengths.length - 1)]);
    runner.advance(of, row, to, values.subarray(row * width));
    row = to;
  }
  return values;
}

describe('features of companions', () => {
  for (const config of LIST) {
    describe(JSON.stringify(config), () => {
      const featureSet = makeSet([config]);
      const width = featureSet.columns.length;

      it('are the same bit for bit in any chunks, one bar at a time included', () => {
        const whole = inChunks(featureSet, bars, [ROWS]);
        fc.assert(
          fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }), (lengths) => {
            expect(Buffer.from(inChunks(featureSet, bars, lengths).buffer).equals(Buffer.from(whole.buffer))).to.equal(
              true,
            );
          }),
          { numRuns: 5 },
        );
        expect(inChunks(featureSet, bars, [1])).to.deep.equal(whole);
      });

      it('look at nothing to come of either, forget where history began, and have values after warm-up', () => {
        const { settleBars, warmupBars } = featureSet;
        const leaks = probeLeakage({ stage: featureStage(featureSet), bars, rng: createRng(2), cuts: 5, settleBars });
        expect(leaks).to.deep.equal([]);
        const values = inChunks(featureSet, bars, [ROWS]);
        expect(values.subarray(0, warmupBars * width).every((value) => value === 0)).to.equal(true);
        const after = values.subarray(warmupBars * width, (warmupBars + 60) * width);
        expect(after.some((value) => value !== 0) && values.every(Number.isFinite)).to.equal(true);
      });
    });
  }

  it('are those of the companion alone, as of its last bar that had closed', () => {
    for (const { name, bars: own, timeframeMs } of ALL) {
      const list: FeatureConfig[] = [{ kind: 'of', companion: name, feature: { kind: 'logReturn', lag: 2 } }];
      const values = inChunks(makeSet(list), bars, [ROWS]);
      for (const row of [100, 333, 599]) {
        const closeMs = main.openTimeMs[row] + HOUR_MS;
        const closed = [...own.openTimeMs.keys()].filter((at) => own.openTimeMs[at] + timeframeMs <= closeMs);
        const last = closed[closed.length - 1];
        expect(values[row], `${name} ${row}`).to.be.closeTo(Math.log(own.close[last] / own.close[last - 2]), 1e-12);
      }
    }
  });

  it('versus has correlation, beta and relative strength of the returns that were known', () => {
    const { bars: own } = ALL[0];
    const values = inChunks(makeSet([{ kind: 'versus', companion: 'SAME', period: 24 }]), bars, [ROWS]);
    const price = (row: number) => {
      const closeMs = main.openTimeMs[row] + HOUR_MS;
      const at = [...own.openTimeMs.keys()].filter((i) => own.openTimeMs[i] + HOUR_MS <= closeMs);
      return own.close[at[at.length - 1]];
    };
    for (const row of [60, 400]) {
      const rows = Array.from({ length: 24 }, (_, i) => row - 23 + i);
      const x = rows.map((at) => Math.log(main.close[at] / main.close[at - 1]));
      const y = rows.map((at) => Math.log(price(at) / price(at - 1)));
      const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length;
      const covariance = (a: number[], b: number[]) => mean(a.map((value, i) => (value - mean(a)) * (b[i] - mean(b))));
      expect(values[row * 3]).to.be.closeTo(covariance(x, y) / Math.sqrt(covariance(x, x) * covariance(y, y)), 1e-9);
      expect(values[row * 3 + 1]).to.be.closeTo(covariance(x, y) / covariance(y, y), 1e-9);
      expect(values[row * 3 + 2]).to.be.closeTo(24 * (mean(x) - mean(y)), 1e-12);
    }
    const itself = attachCompanions(main, HOUR_MS, [{ name: 'ME', bars: main, timeframeMs: HOUR_MS }]);
    const same = inChunks(makeSet([{ kind: 'versus', companion: 'ME', period: 24 }], itself), itself, [ROWS]);
    expect(same[300]).to.be.closeTo(1, 1e-9);
    expect(same[301]).to.be.closeTo(1, 1e-9);
    expect(same[302]).to.be.closeTo(0, 1e-12);
  });

  it('fed bar by bar give the same windows bit for bit', () => {
    const featureSet = makeSet(LIST);
    const width = featureSet.columns.length;
    const paths = [
      { from: 0, to: 200 },
      { from: 200, to: ROWS },
    ];
    const normalizer = fitNormalizer({ config: normalizerConfig.parse({}), featureSet, bars, paths });
    const { matrix } = buildContext({ bars, paths, featureSet, normalizer, window: 1 });
    for (const { from, to } of paths) {
      const stream = new ContextStream({ featureSet, normalizer, window: 1 });
      for (let row = from; row < to; row++) {
        stream.push(barAt(bars, row));
        const batch = matrix.slice(row * width, (row + 1) * width);
        expect(Buffer.from(stream.context.matrix.buffer).equals(Buffer.from(batch.buffer)), `row ${row}`).to.equal(
          true,
        );
      }
    }
  });

  it('of another timeframe are other features', () => {
    const list: FeatureConfig[] = [{ kind: 'of', companion: 'X', feature: { kind: 'rsi', period: 5 } }];
    const hash = (timeframeMs: number) =>
      makeFeatureSet(list, { timeframeMs: HOUR_MS, companions: [{ name: 'X', timeframeMs, quotes: [] }] }).hash;
    expect(hash(HOUR_MS)).not.to.equal(hash(4 * HOUR_MS));
  });

  it('are refused where there is no such companion, or it lacks what they need', async () => {
    const of = (companion: string, feature: object) => featureConfig.parse({ kind: 'of', companion, feature });
    const unknown = await refusal(() => makeSet([of('SOL', { kind: 'rsi' })]));
    expect(unknown).to.contain("features.0: no companion 'SOL'").and.to.contain('SAME, SLOW, FAST, ODD');
    expect(await refusal(() => makeSet([of('ETH', { kind: 'rsi' })], main))).to.contain('the bars have no companions');
    const plain = attachCompanions(main, HOUR_MS, [{ name: 'ETH', bars: main, timeframeMs: HOUR_MS }]);
    expect(await refusal(() => makeSet([of('ETH', { kind: 'spread' })], plain))).to.contain('no column spreadBps');
    const featureSet = makeSet([of('SAME', { kind: 'rsi' })]);
    expect(await refusal(() => featureStage(featureSet).compute(main))).to.contain("no companion 'SAME'");
  });
});

describe('a companion that is joined too early', () => {
  const SLOW = ALL[1];
  const featureSet = makeSet([{ kind: 'of', companion: 'SLOW', feature: { kind: 'logReturn', lag: 1 } }]);
  const probe = (of: Bars) => probeLeakage({ stage: featureStage(featureSet), bars: of, rng: createRng(5), cuts: 12 });

  it('is caught where bars are known when they open, by cutting and by perturbing', () => {
    expect(probe(bars)).to.deep.equal([]);
    const early = { ...SLOW, timeframeMs: 0 };
    const [companion] = attachCompanions(main, HOUR_MS, [early]).companions ?? [];
    const leaks = probe({ ...main, companions: [{ ...companion, timeframeMs: SLOW.timeframeMs }] });
    expect(new Set(leaks.map((leak) => leak.probe))).to.deep.equal(new Set(['cutFuture', 'perturbFuture']));
    expect(leaks[0].column).to.equal('SLOW:logReturn1');
  });

  it('is caught where bars are joined row by row', () => {
    const same = { ...SLOW, bars: { ...SLOW.bars } };
    const known = Int32Array.from({ length: ROWS }, (_, row) => Math.min(row + 1, numBars(same.bars)));
    const leaks = probe({ ...main, companions: [{ ...same, known, before: 0 }] });
    expect(leaks).not.to.deep.equal([]);
  });
});

describe('freshness', () => {
  it('names a companion whose last bar is too old, and makes a stream withhold decisions', () => {
    const gap = takeRows(
      main,
      Int32Array.from(main.close.keys()).filter((row) => row < 100 || row >= 110),
    );
    const holed = attachCompanions(main, HOUR_MS, [{ name: 'ETH', bars: gap, timeframeMs: HOUR_MS }]);
    const limits = [{ name: 'ETH', timeframeMs: HOUR_MS, maxAgeBars: 4 }];
    const freshness = new Freshness(HOUR_MS, limits);
    const stale = [...main.close.keys()].filter((row) => freshness.push(barAt(holed, row)) === 'ETH');
    expect(stale).to.deep.equal([104, 105, 106, 107, 108, 109]);
    const featureSet = makeSet([{ kind: 'of', companion: 'ETH', feature: { kind: 'logReturn', lag: 1 } }], holed);
    const normalizer = fitNormalizer({
      config: normalizerConfig.parse({ kind: 'none' }),
      featureSet,
      bars: holed,
      paths: [{ from: 0, to: ROWS }],
    });
    const own = new Freshness(HOUR_MS, limits);
    const stream = new ContextStream({ featureSet, normalizer, window: 1, freshness: own });
    const states = [...main.close.keys()].map((row) => stream.push(barAt(holed, row)));
    expect(states.flatMap((state, row) => (state === 'stale' ? [row] : []))).to.deep.equal(stale);
    expect(states[0]).to.equal('warming');
    expect(states[110]).to.equal('ready');
  });
});
