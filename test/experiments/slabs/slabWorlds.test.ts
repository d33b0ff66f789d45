import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { buildMarket, type Market } from '../../../experiments/market.ts';
import { SlabWorlds } from '../../../experiments/slabs/slabWorlds.ts';
import { importBars } from '../../../market/data/importBars.ts';
import { sliceBars, type Bars } from '../../../market/data/bars.ts';
import { buildContext } from '../../../market/features/buildContext.ts';
import { UNKNOWN_REGIME } from '../../../market/regimes/regime.ts';
import { sessionAt } from '../../../market/sessions.ts';
import type { Path } from '../../../market/worlds.ts';
import { refusal } from '../../helpers/refusal.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { slabConfig, TRAIN_BARS, writeSlabFile } from './slabMarket.ts';

/** Rows of the file that a path of a slab holds. */
const rowsOf = ({ name }: Path) => {
  const [, from, to] = /^train\/(\d+)-(\d+)$/.exec(name) ?? [];
  return { from: Number(from), to: Number(to) };
};

describe('a training part that is larger than memory', () => {
  const folder = temporaryFolder();
  let file: string;
  let market: Market;
  let all: Bars;
  const open = (seed = 1) => {
    const { worlds, featureSet, normalizer, slabs: plan } = market;
    const config = slabConfig(file);
    if (plan === null || config.market.kind !== 'bars') throw new Error('not in slabs');
    return SlabWorlds.open({ plan, market: config.market, worlds, featureSet, normalizer, rng: createRng(seed) });
  };

  before(async () => {
    file = await writeSlabFile(folder);
    all = await importBars(file);
    market = await buildMarket(slabConfig(file), createRng(1));
  });

  it('is held as a sample, with validation and test whole; nothing learned of it looks further', () => {
    const { paths, worlds } = market;
    for (const part of ['train', 'validation', 'test'] as const) {
      for (const { from, to, ownFrom = from } of paths[part]) {
        const row = all.openTimeMs.indexOf(worlds.bars.openTimeMs[from]);
        expect(sliceBars(worlds.bars, from, to)).to.deep.equal(sliceBars(all, row, row + to - from));
        const [least, most] = part === 'train' ? [0, TRAIN_BARS] : [TRAIN_BARS, all.close.length];
        const own = row + ownFrom - from;
        expect([own >= least, row + to - from <= most]).to.deep.equal([true, true]);
        if (part !== 'train') expect(ownFrom - from).to.equal(worlds.warmupBars + 1);
      }
    }
    const lengths = (['validation', 'test'] as const).map((part) =>
      paths[part].map(({ from, to, ownFrom = from }) => to - ownFrom),
    );
    expect(lengths).to.deep.equal([[3 * 1440], [1440]]);
    const { test, train } = market.uses;
    expect(test).to.deep.equal({
      asked: { from: '2000-01-25T00:00:00.000Z', to: '2000-01-26T00:00:00.000Z', bars: 1440 },
      used: { from: '2000-01-25T00:00:00.000Z', to: '2000-01-26T00:00:00.000Z', bars: 1440, stretches: 1 },
      lost: [],
    });
    expect(train.asked.bars - train.used.bars).to.equal(train.lost[0].bars);
    const sampled = paths.train.reduce((sum, { from, to }) => sum + to - from - market.featureSet.warmupBars, 0);
    expect(market.normalizer.fittedRows).to.equal(sampled);
    expect(sampled).to.be.lessThan(TRAIN_BARS / 2);
  });

  it('comes slab by slab in the same arrays: each row holds the bar, the observation and the session of its stretch', async () => {
    const slabs = await open();
    const seen = new Set<number>();
    let arrays: readonly unknown[] | null = null;
    let number = 0;
    for (; seen.size < TRAIN_BARS - market.worlds.warmupBars; number++) {
      const { bars, context, session, regime, paths } = await slabs.load(number);
      const now = [bars.close, bars.openTimeMs, context, context.matrix, session, regime];
      arrays ??= now;
      now.forEach((array, i) => expect(array).to.equal(arrays?.[i]));
      for (const path of paths) {
        const rows = rowsOf(path);
        const { from, to } = path;
        expect(rows.to).to.be.at.most(TRAIN_BARS);
        const own = sliceBars(all, rows.from, rows.to);
        expect(sliceBars(bars, from, to)).to.deep.equal(own);
        const { featureSet, normalizer } = market;
        const alone = buildContext({
          bars: own,
          paths: [{ from: 0, to: to - from }],
          featureSet,
          normalizer,
          window: 3,
        });
        const { features } = context;
        expect(context.matrix.subarray(from * features, to * features)).to.deep.equal(alone.matrix);
        expect([...session.subarray(from, to)]).to.deep.equal([...own.openTimeMs].map(sessionAt));
        for (let row = rows.from + market.worlds.warmupBars; row < rows.to; row++) {
          expect(seen.has(row)).to.equal(false);
          seen.add(row);
        }
      }
      // What is beyond the last path is no number of an earlier slab.
      const end = paths[paths.length - 1].to;
      expect(bars.close.subarray(end).every(Number.isNaN)).to.equal(true);
      expect(context.matrix.subarray(end * context.features).every(Number.isNaN)).to.equal(true);
    }
    expect(number).to.be.greaterThan(3);
    await slabs.close();
  });

  it('comes in the same order in every thread and process, in another with another seed', async () => {
    const names = async (seed: number, slab: number) => {
      const slabs = await open(seed);
      const { paths } = await slabs.load(slab);
      await slabs.close();
      return paths.map(({ name }) => name);
    };
    expect(await names(1, 3)).to.deep.equal(await names(1, 3));
    expect(await names(2, 3)).not.to.deep.equal(await names(1, 3));
  });

  it('a budget without room says how much is needed, and that much is enough', async () => {
    const message = await refusal(() => buildMarket(slabConfig(file, { budgetMb: 192 }), createRng(1)));
    const needed = Number(/at least (\d+)/.exec(message)?.[1]);
    expect(message).to.contain('market.memory.budgetMb');
    expect(needed).to.be.within(193, 194);
    expect((await buildMarket(slabConfig(file, { budgetMb: needed }), createRng(1))).slabs).not.to.equal(null);
  });

  it('a file that fits the budget is held whole', async () => {
    const config = slabConfig(file, { budgetMb: 1_000 });
    if (config.market.kind !== 'bars') throw new Error('no bars');
    const whole = { ...config, market: { ...config.market, file } };
    const without = { ...whole, market: { ...whole.market, memory: undefined } };
    const [held, plain] = await Promise.all([whole, without].map((each) => buildMarket(each, createRng(1))));
    expect(held.slabs).to.equal(null);
    expect(held.worlds.context).to.deep.equal(plain.worlds.context);
    expect(held.dataHash).to.equal(plain.dataHash);
    expect(held.uses).to.deep.equal(plain.uses);
    // Each bar of the test part has a label, though the rule looks back on more bars than the features do.
    for (const { worlds, paths } of [market, held]) {
      const { ownFrom, to } = paths.test[0];
      expect(worlds.regime.subarray(ownFrom, to).includes(UNKNOWN_REGIME)).to.equal(false);
    }
    expect(market.uses.test).to.deep.equal(held.uses.test);
  });

  it('what needs all bars at once is refused, and so is what is no Parquet', async () => {
    const config = slabConfig(file);
    if (config.market.kind !== 'bars') throw new Error('no bars');
    const { market: bars } = config;
    const refused = (changes: object) =>
      refusal(() => buildMarket({ ...config, market: { ...bars, ...changes } }, createRng(1)));
    expect(await refused({ augment: [{ kind: 'jitter', copies: 1 }] })).to.contain('market.augment');
    expect(await refused({ repair: [{ kind: 'forwardFill', maxBars: 3 }] })).to.contain('market.repair');
    expect(await refused({ file: 'bars.csv' })).to.contain('regimen data import bars.csv');
    expect(await refused({ file: 'questdb:127.0.0.1' })).to.contain('regimen data migrate');
    expect(await refused({ memory: undefined })).to.contain('market.memory: { budgetMb: 512 }');
  });
});
