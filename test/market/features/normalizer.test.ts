import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { mean, median, standardDeviation } from '../../../core/statistics.ts';
import { buildContext } from '../../../market/features/buildContext.ts';
import { makeFeatureSet } from '../../../market/features/featureSet.ts';
import { fitNormalizer } from '../../../market/features/fitNormalizer.ts';
import { normalizerConfig, parseNormalizer, type NormalizerConfig } from '../../../market/features/normalizer.ts';
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

  it('leave bounded columns alone', () => {
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

  it('survive their JSON file', () => {
    const normalizer = fit({ kind: 'robust' });
    expect(parseNormalizer(JSON.parse(JSON.stringify(normalizer)), featureSet)).to.deep.equal(normalizer);
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
