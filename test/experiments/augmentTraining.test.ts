import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { buildMarket, type Market } from '../../experiments/market.ts';
import { readRunConfig } from '../../experiments/runSession.ts';
import { createBars, numBars, type Bars } from '../../market/data/bars.ts';
import { exportBars } from '../../market/data/exportBars.ts';
import { HOUR_MS } from '../../core/units.ts';
import { UNKNOWN_REGIME } from '../../market/regimes/regime.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const folder = temporaryFolder();
const AUGMENT = '[{ kind: jitter, copies: 2 }, { kind: blockShuffle }, { kind: timeWarp }, { kind: scale }]';

async function marketOf(name: 'tiny' | 'tinyBars', ...overrides: string[]): Promise<Market> {
  const text = readFileSync(new URL(`../e2e/${name}.yaml`, import.meta.url), 'utf8');
  const config = await readRunConfig({ source: { name, text }, overrides, environment: {} });
  return buildMarket(config, createRng(config.seed));
}

/** Four months of sound hours, with holes that a test may ask for. */
function writeBars(skip: (hour: number) => boolean = () => false): string {
  const rng = createRng(8);
  const hours = Array.from({ length: 2_400 }, (_, hour) => hour).filter((hour) => !skip(hour));
  const bars: Bars = createBars(hours.length);
  let price = 100;
  hours.forEach((hour, row) => {
    const close = price * Math.exp(0.01 * rng.normal());
    bars.openTimeMs[row] = Date.UTC(2020, 0, 1) + hour * HOUR_MS;
    bars.open[row] = price;
    bars.close[row] = close;
    bars.high[row] = Math.max(price, close) * 1.002;
    bars.low[row] = Math.min(price, close) * 0.998;
    bars.volume[row] = 10 + rng.next();
    price = close;
  });
  const path = join(folder, `bars${hours.length}.csv`);
  exportBars(path, bars);
  return path;
}

/** Everything of a market that lies in the rows of its original paths. */
function originalOf(market: Market, rows: number) {
  const { worlds, paths } = market;
  const width = worlds.context.features;
  return {
    bars: Object.values(worlds.bars).map((column: Float64Array) => [...column.subarray(0, rows)]),
    context: [...worlds.context.matrix.subarray(0, rows * width)],
    regime: [...worlds.regime.subarray(0, rows)],
    validation: paths.validation,
    test: paths.test,
    normalizer: market.normalizer,
    featureState: market.featureState,
    dataHash: market.dataHash,
    calendar: market.calendar,
  };
}

describe('augmenting a market', function () {
  this.timeout(20_000);

  for (const name of ['tiny', 'tinyBars'] as const) {
    it(`leaves validation, test, normalizer and every original row as they were (${name})`, async () => {
      const file = name === 'tinyBars' ? [`market.file=${writeBars()}`] : [];
      const plain = await marketOf(name, ...file);
      const augmented = await marketOf(name, ...file, `market.augment=${AUGMENT}`);
      const rows = numBars(plain.worlds.bars);
      expect(originalOf(augmented, rows)).to.deep.equal(originalOf(plain, rows));
      expect(augmented.paths.train.slice(0, plain.paths.train.length)).to.deep.equal(plain.paths.train);
    });
  }

  it('names every new path after the one it was made of, and tags every row of it', async () => {
    const { worlds, paths, augmentedBy, notes } = await marketOf('tiny', `market.augment=${AUGMENT}`);
    const originals = paths.train.filter(({ name }) => !name.includes('+'));
    const added = paths.train.filter(({ name }) => name.includes('+'));
    expect(added).to.have.lengthOf(5 * originals.length);
    expect(added.map(({ name }) => name)).to.include.members([
      'train/uptrend0+jitter0',
      'train/uptrend0+jitter1',
      'train/mixed1+scale0',
    ]);
    expect(new Set(paths.train.map(({ name }) => name)).size).to.equal(paths.train.length);
    const kinds = ['jitter', 'blockShuffle', 'timeWarp', 'scale'];
    for (const { name, from, to } of worlds.paths) {
      const tag = 1 + kinds.findIndex((kind) => name.includes(`+${kind}`));
      expect(
        augmentedBy.subarray(from, to).every((by) => by === tag),
        name,
      ).to.equal(true);
    }
    worlds.paths
      .slice(1)
      .forEach(({ from }, i) => expect(from, 'paths in the order of rows').to.equal(worlds.paths[i].to));
    expect([...paths.validation, ...paths.test].some(({ name }) => name.includes('+'))).to.equal(false);
    expect(notes.join()).to.contain('augmented paths');
  });

  it('observes new paths as it does the others: finite, and another than the original', async () => {
    const { worlds, paths } = await marketOf('tiny', 'market.augment=[{ kind: jitter }]');
    const width = worlds.context.features;
    const rowsOf = ({ from, to }: { from: number; to: number }) =>
      worlds.context.matrix.subarray(from * width, to * width);
    const added = paths.train.find(({ name }) => name === 'train/mixed0+jitter0');
    const original = paths.train.find(({ name }) => name === 'train/mixed0');
    if (added === undefined || original === undefined) throw new Error('no such paths');
    expect(rowsOf(added).every(Number.isFinite)).to.equal(true);
    expect(rowsOf(added)).not.to.deep.equal(rowsOf(original));
  });
});

describe('mending a market', function () {
  this.timeout(20_000);

  it('says what was mended from which data, and calls the regime of filled bars unknown', async () => {
    const path = writeBars((hour) => hour === 600 || hour === 601);
    const repair = 'market.repair=[{ kind: forwardFill, maxBars: 2 }]';
    const { worlds, notes, dataHash } = await marketOf('tinyBars', `market.file=${path}`, repair);
    expect(notes[0]).to.equal('forwardFill: 2 flat bars put into 1 outages of up to 2 bars');
    expect(notes[1]).to.match(/^bars [0-9a-f]{12} of the file became [0-9a-f]{12} by these policies$/);
    expect(notes.join()).not.to.contain('gaps in the file');
    const row = worlds.bars.openTimeMs.indexOf(Date.UTC(2020, 0, 1) + 600 * HOUR_MS);
    expect([...worlds.regime.subarray(row, row + 2)]).to.deep.equal([UNKNOWN_REGIME, UNKNOWN_REGIME]);
    expect(worlds.regime[row + 2]).not.to.equal(UNKNOWN_REGIME);
    const plain = await marketOf('tinyBars', `market.file=${path}`);
    expect(plain.dataHash).not.to.equal(dataHash);
  });
});
