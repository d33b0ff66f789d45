import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { RunFolder } from '../../core/storage/runFolder.ts';
import { timeMs } from '../../core/units.ts';
import { buildMarket, readSavedNormalizer, saveFits } from '../../experiments/market.ts';
import { runConfig } from '../../experiments/runConfig.ts';
import { numBars } from '../../market/data/bars.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const part = { barsPerPath: 300, pathsPerRegime: 1, mixedPaths: 1 };
const config = runConfig.parse({
  name: 'fits',
  market: { kind: 'synthetic', instrument: 'BTCUSDT', train: part, validation: part, test: part },
  features: [
    { kind: 'logReturn' },
    { kind: 'timeframe', minutes: 240, feature: { kind: 'rsi', period: 5 } },
    { kind: 'regimePosterior', restarts: 1 },
  ],
  agents: [{ name: 'dqn', kind: 'dqn' }],
});

describe('the market of a run', () => {
  const runsDir = temporaryFolder();
  const build = (seed: number, saved?: ReturnType<typeof readSavedNormalizer>) =>
    buildMarket(config, createRng(seed), saved);
  const folder = (seed: number) =>
    RunFolder.create(runsDir, { experiment: 'fits', seed, configHash: 'x' }, timeMs(seed));

  it('fits features on training paths only, the same ones in every process', async () => {
    const market = await build(1);
    const [{ fittedRows }] = market.featureState.fitted;
    expect(fittedRows).to.equal(market.paths.train.reduce((sum, { from, to }) => sum + to - from - 1, 0));
    expect(fittedRows).to.be.lessThan(numBars(market.worlds.bars) / 2);
    expect((await build(1)).featureState).to.deep.equal(market.featureState);
    expect((await build(2)).featureState).not.to.deep.equal(market.featureState);
    expect(market.worlds.context.features).to.equal(4);
  });

  it('is seen by a saved model as that model learned to see, whatever the market', async () => {
    const run = folder(1);
    const market = await build(1);
    saveFits(run, market);
    const again = await build(1, readSavedNormalizer(run, config));
    expect(again.worlds.context.matrix).to.deep.equal(market.worlds.context.matrix);
    const other = await build(2, readSavedNormalizer(run, config));
    expect(other.featureState).to.deep.equal(market.featureState);
    expect(other.normalizer).to.deep.equal(market.normalizer);
    expect(other.worlds.context.matrix).not.to.deep.equal((await build(2)).worlds.context.matrix);
  });

  it('refuses fits of other features, and a normalizer beside which another fit lies', async () => {
    const run = folder(3);
    saveFits(run, await build(1));
    const fewer = { ...config, features: config.features.slice(0, 2) };
    expect(await refusal(() => readSavedNormalizer(run, fewer))).to.contain('another list of features');
    run.writeJson('features.json', (await build(2)).featureState);
    expect(await refusal(() => build(1, readSavedNormalizer(run, config)))).to.contain(
      'normalizer belongs to another feature set',
    );
  });
});
