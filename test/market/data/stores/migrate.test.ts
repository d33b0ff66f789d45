import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { writeParquet } from '../../../../core/storage/parquet.ts';
import { barTable, sliceBars, type Bars } from '../../../../market/data/bars.ts';
import type { BarStore } from '../../../../market/data/stores/barStore.ts';
import { migrateSeries } from '../../../../market/data/stores/migrateSeries.ts';
import { openSource } from '../../../../market/data/stores/openStore.ts';
import { ParquetStore } from '../../../../market/data/stores/parquetStore.ts';
import { digestSeries } from '../../../../market/data/stores/series.ts';
import { storeConfig } from '../../../../market/data/stores/storeConfig.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { installWithout, regimen } from '../../../helpers/regimenCommand.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { oddBars } from './barStoreContract.ts';
import { KILLED_BARS, KILLED_SERIES as series, killAndResume, plainBars } from './killAndResume.ts';

const config = storeConfig.parse({});
const newStore = () => new ParquetStore(temporaryFolder(), config);

describe('migrating a series', () => {
  it('copies what is missing only, and twice is as once', async () => {
    const [from, to] = [newStore(), newStore()];
    const bars = oddBars(1000);
    await from.append(series, bars);
    await to.append(series, sliceBars(bars, 0, 321));
    const first = await migrateSeries({ from, to, series });
    expect(first).to.include({ state: 'complete', bars: 1000, resumedBars: 321 });
    expect(await migrateSeries({ from, to, series })).to.deep.equal({ ...first, resumedBars: 1000 });
    expect(await digestSeries(to, series)).to.deep.equal({ bars: 1000, hash: first.hash });
  });

  it('stops when it is told to, and says so', async () => {
    const [from, to] = [newStore(), newStore()];
    await from.append(series, oddBars(100));
    const stopped = await migrateSeries({ from, to, series, signal: AbortSignal.abort() });
    expect(stopped).to.deep.equal({ state: 'interrupted', bars: 0, resumedBars: 0, hash: null });
  });

  it('refuses to go on from other bars, though their number and times are the same', async () => {
    const [from, to] = [newStore(), newStore()];
    const bars = oddBars(100);
    await from.append(series, bars);
    const other = sliceBars(bars, 0, 50);
    const volume = Float64Array.from(other.volume);
    volume[20] += 1;
    await to.append(series, { ...other, volume });
    expect(await refusal(() => migrateSeries({ from, to, series }))).to.contain('not what the source begins with');
    expect((await to.span(series))?.bars).to.equal(50);
  });

  it('a target that loses or changes bars on the way is found out: the control', async () => {
    const from = newStore();
    await from.append(series, oddBars(100));
    for (const spoil of [(bars: Bars) => sliceBars(bars, 0, 99), (bars: Bars) => ({ ...bars, volume: bars.low })]) {
      const inner = newStore();
      const to: BarStore = {
        name: 'spoiled',
        list: () => inner.list(),
        span: (which) => inner.span(which),
        read: (which, range) => inner.read(which, range),
        append: (which, bars) => inner.append(which, spoil(bars)),
        close: () => inner.close(),
      };
      expect(await refusal(() => migrateSeries({ from, to, series }))).to.contain('differs from the source');
    }
  });
});

describe('regimen data migrate', function () {
  this.timeout(120_000);
  const file = () => join(temporaryFolder(), 'bars.parquet');

  it('killed halfway and run again, has each bar once in a store of Parquet files', async () => {
    const path = file();
    await writeParquet(path, barTable(plainBars(KILLED_BARS)));
    const resumed = await killAndResume(path, `parquet:${temporaryFolder()}`);
    expect(resumed.bars).to.equal(KILLED_BARS);
  });

  it('takes a store that is named without a place for the usual one', async () => {
    const options = { config, environment: {}, where: '--from', instrument: null };
    // Neither is there: what is said tells where it was looked for.
    expect(await refusal(() => openSource('parquet', options))).to.contain('no such file or folder; got "bars"');
    expect(await refusal(() => openSource('questdb::', options))).to.contain('no address');
    expect(await refusal(() => openSource('mysql', options)))
      .to.contain('not a store')
      .and.to.contain('questdb[:HOST');
  });

  it('without the package pg, says so and how to get it, and works on Parquet all the same', async () => {
    const path = file();
    await writeParquet(path, barTable(plainBars(10)));
    const from = ['--from', `parquet:${path}`, '--instrument', 'BTC/USDT'];
    const bare = installWithout('pg');
    const refused = bare('data', 'migrate', ...from, '--to', 'questdb:127.0.0.1:1:1');
    expect(refused.code, refused.stderr).to.equal(2);
    expect(refused.stderr)
      .to.match(/the package 'pg' is not installed.*npm install pg@8/)
      .and.not.to.contain(' at ');
    const copied = bare('data', 'migrate', ...from, '--to', `parquet:${temporaryFolder()}`);
    expect(copied.code, copied.stderr).to.equal(0);
    // The control: where the package is, the same command is about the server.
    expect(regimen('data', 'migrate', ...from, '--to', 'questdb:127.0.0.1:1:1').stderr).to.contain('cannot be reached');
  });

  it('answers bad addresses with exit code 2', async () => {
    const path = file();
    await writeParquet(path, barTable(plainBars(10)));
    const to = ['--to', `parquet:${temporaryFolder()}`];
    for (const [from, said] of [
      ['parquet:/nowhere', 'no such file'],
      ['mysql:there', 'not a store'],
      [`parquet:${path}`, '--instrument'],
      ['questdb:127.0.0.1:1:1', 'cannot be reached'],
    ]) {
      const { code, stderr } = regimen('data', 'migrate', '--from', from, ...to);
      expect(code, stderr).to.equal(2);
      expect(stderr).to.contain(said);
    }
  });
});
