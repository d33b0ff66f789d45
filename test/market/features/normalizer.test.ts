import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { mean, median, standardDeviation } from '../../../core/statistics.ts';
import { buildContext } from '../../../market/features/buildContext.ts';
import { barAt } from '../../../market/data/bar.ts';
import { contextStage, featureStage } from '../../../market/features/causalStages.ts';
import { ContextStream } from '../../../market/features/contextStream.ts';
import { makeFeatureSet } from '../../../market/features/featureSet.ts';
import { fitNormalizer } from '../../../market/features/fitNormalizer.ts';
import { normalizerConfig, parseNormalizer, type NormalizerConfig } from '../../../market/features/normalizer.ts';
import { probeLeakage } from '../../../market/features/leakageProbe.ts';
import { makeScaler } from '../../../market/features/scaler.ts';
import { refusal } from '../../helpers/refusal.ts';
import { randomBars } from './randomBars.ts';

const bars = randomBars(createRng(1), 3000);
const featureSet = makeFeatureSet([
  { kind: 'logReturn', lag: 1 },
  { kind: 'rsi', period: 14 },
  { kind: 'volumeZScore', period: 20 },
]);
const paths = [
  { from: 0, to: 1000 },
  { from: 1000, to: 3000 },
];

const fit = (config: Partial<NormalizerConfig>, ranges = [{ from: 0, to: 2000 }]) =>
  fitNormalizer({ config: normalizerConfig.parse(config), featureSet, bars, paths, ranges });

function columnOf(config: Partial<NormalizerConfig>, column: number): number[] {
  const { matrix } = buildContext({ bars, paths, featureSet, normalizer: fit(config), window: 1 });
  // Rows of the fit: both paths' warm-up of 19 bars left out.
  const rows = [...Array(981).keys()].map((i) => i + 19).concat([...Array(981).keys()].map((i) => i + 1019));
  return rows.map((row) => matrix[row * 3 + column]);
}

describe('normalizers', () => {
  it('z-score: training rows come out with mean 0 and deviation 1', () => {
    const returns = columnOf({ kind: 'zScore', clip: 1000 }, 0);
    expect(mean(returns)).to.be.closeTo(0, 1e-6);
    expect(standardDeviation(returns)).to.be.closeTo(1, 1e-6);
  });

  it('robust: training rows come out with median 0, and a normal column with deviation near 1', () => {
    const returns = columnOf({ kind: 'robust', clip: 1000 }, 0);
    expect(median(returns)).to.be.closeTo(0, 1e-6);
    expect(standardDeviation(returns)).to.be.closeTo(1, 0.1);
  });

  it('rank: training rows come out evenly spread over [-1, 1], and what lies beyond them at the ends', () => {
    const returns = columnOf({ kind: 'rank' }, 0).sort((a, b) => a - b);
    returns.forEach((rank, i) => expect(rank).to.be.closeTo((2 * i) / (returns.length - 1) - 1, 0.012));
    const normalizer = fit({ kind: 'rank' });
    const scaler = makeScaler(normalizer);
    const out = new Float32Array(6);
    scaler.apply(Float64Array.of(-9, 0.5, 0, 9, 0.5, 0), 2, out, 0);
    expect([...out.filter((_, at) => at % 3 < 2)]).to.deep.equal([-1, 0.5, 1, 0.5]);
  });

  it('rank: ties are in the middle of their ranks', () => {
    const columns = [{ name: 'x', center: 0, scale: 1, knots: [0, 1, 1, 1, 2] }];
    const shared = { version: 1, clip: 5, featureSetHash: '', fittedRows: 5 } as const;
    const scaler = makeScaler({ ...shared, kind: 'rank', columns });
    const out = new Float32Array(5);
    scaler.apply(Float64Array.of(0, 0.5, 1, 1.5, 2), 5, out, 0);
    expect([...out]).to.deep.equal([-1, -0.75, 0, 0.75, 1]);
  });

  it('rolling: the distance from the mean of the last bars in their deviations, from the first row on', () => {
    const normalizer = fit({ kind: 'rolling', rollingBars: 50, clip: 1000 });
    const { matrix } = buildContext({ bars, paths, featureSet, normalizer, window: 1 });
    const raw = featureStage(featureSet).compute(bars);
    for (const row of [119, 400, 990]) {
      const window = Array.from({ length: 50 }, (_, i) => raw[(row - 49 + i) * 3]);
      const average = window.reduce((sum, value) => sum + value, 0) / 50;
      const deviation = Math.sqrt(window.reduce((sum, value) => sum + (value - average) ** 2, 0) / 50);
      expect(matrix[row * 3]).to.be.closeTo((raw[row * 3] - average) / deviation, 1e-5);
    }
    // Before its window is full it stands on the training rows: the first row is that of the z-score, nearly.
    const plain = buildContext({ bars, paths, featureSet, normalizer: fit({ clip: 1000 }), window: 1 }).matrix;
    expect(matrix[19 * 3]).to.be.closeTo(plain[19 * 3], 0.15);
    expect(matrix[1019 * 3]).to.be.closeTo(plain[1019 * 3], 0.15);
  });

  for (const kind of ['zScore', 'robust', 'rolling', 'rank', 'none'] as const) {
    it(`${kind}: bar by bar is bit for bit what the whole history is, and looks at nothing to come`, () => {
      const normalizer = fit({ kind, rollingBars: 37 });
      const { matrix } = buildContext({ bars, paths, featureSet, normalizer, window: 1 });
      const stream = new ContextStream({ featureSet, normalizer, window: 1 });
      for (let row = 1000; row < 3000; row++) {
        stream.push(barAt(bars, row));
        expect(stream.context.matrix).to.deep.equal(matrix.slice(row * 3, row * 3 + 3));
      }
      const stage = contextStage(featureSet, normalizerConfig.parse({ kind, rollingBars: 37 }), { from: 0, to: 1000 });
      const options = { bars, rng: createRng(3), cuts: 3 };
      expect(probeLeakage({ ...options, stage, firstCutRow: 999 })).to.deep.equal([]);
      // The control: fitted on rows to come, every kind that fits anything leaks.
      const leaky = contextStage(featureSet, normalizerConfig.parse({ kind }), { from: 0, to: 3000 });
      const leaks = probeLeakage({ ...options, stage: leaky, firstCutRow: 999 });
      expect(leaks.length > 0).to.equal(kind !== 'none');
    });

    it(`${kind}: survives its JSON file`, () => {
      const normalizer = fit({ kind });
      expect(parseNormalizer(JSON.parse(JSON.stringify(normalizer)), featureSet)).to.deep.equal(normalizer);
    });
  }

  it('leave bounded columns alone', () => {
    for (const kind of ['robust', 'rolling', 'rank'] as const) {
      expect(columnOf({ kind }, 1)).to.deep.equal(columnOf({ kind: 'none' }, 1));
    }
    const { columns } = fit({ kind: 'zScore' });
    expect(columns[1]).to.deep.equal({ name: 'rsi14', center: 0, scale: 1 });
    expect(columnOf({ kind: 'zScore' }, 1)).to.deep.equal(columnOf({ kind: 'none' }, 1));
  });

  it('cut off what is farther out than clip', () => {
    const returns = columnOf({ kind: 'zScore', clip: 1.5 }, 0);
    expect(Math.max(...returns)).to.equal(1.5);
    expect(Math.min(...returns)).to.equal(-1.5);
  });

  it('see only the rows they are fitted on', () => {
    const wild = { ...bars, close: bars.close.slice(), volume: bars.volume.slice() };
    for (let row = 2000; row < 3000; row++) wild.close[row] = bars.close[row] * (1 + (row % 7));
    const refitted = fitNormalizer({
      config: normalizerConfig.parse({}),
      featureSet,
      bars: wild,
      paths,
      ranges: [{ from: 0, to: 2000 }],
    });
    expect(refitted).to.deep.equal(fit({}));
    // The control: a fit that reaches past the training rows does change.
    expect(fit({}, [{ from: 0, to: 2500 }])).not.to.deep.equal(fit({}));
  });

  it('are refused by another feature set, and when their file is not one', async () => {
    const normalizer = fit({});
    const other = makeFeatureSet([{ kind: 'rsi', period: 15 }]);
    expect(await refusal(() => parseNormalizer(normalizer, other, 'normalizer.json'))).to.contain(
      'normalizer.json: normalizer belongs to another feature set',
    );
    const build = () => buildContext({ bars, paths, featureSet: other, normalizer, window: 4 });
    expect(await refusal(build)).to.contain('another feature set');
    const zeroScale = { ...normalizer, columns: normalizer.columns.map((column) => ({ ...column, scale: 0 })) };
    expect(await refusal(() => parseNormalizer(zeroScale, featureSet))).to.contain('columns.0.scale');
    expect(await refusal(() => parseNormalizer({ ...normalizer, extra: 1 }, featureSet))).to.contain('unknown key');
  });

  it('are refused where no training row has all features', async () => {
    expect(await refusal(() => fit({}, [{ from: 0, to: 19 }]))).to.contain('no rows to fit a normalizer on');
  });
});
