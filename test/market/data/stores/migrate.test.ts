import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { questDbAbsence, startQuestDb, type QuestDbServer } from '../../../../bench/questDbServer.ts';
import { writeParquet } from '../../../../core/storage/parquet.ts';
import { durationMs, MINUTE_MS } from '../../../../core/units.ts';
import { createBars, numBars, sliceBars, type Bars } from '../../../../market/data/bars.ts';
import type { BarStore } from '../../../../market/data/stores/barStore.ts';
import { migrateSeries } from '../../../../market/data/stores/migrateSeries.ts';
import { openStore } from '../../../../market/data/stores/openStore.ts';
import { ParquetStore } from '../../../../market/data/stores/parquetStore.ts';
import { digestSeries } from '../../../../market/data/stores/series.ts';
import { storeConfig } from '../../../../market/data/stores/storeConfig.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { regimen, regimenJson, startRegimen } from '../../../helpers/regimenCommand.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { oddBars } from './barStoreContract.ts';

const config = storeConfig.parse({});
const series = { instrument: 'BTC/USDT', timeframeMs: durationMs(MINUTE_MS) };
const newStore = () => new ParquetStore(temporaryFolder(), config);

interface Migrated {
  readonly state: string;
  readonly series: readonly { readonly bars: number; readonly resumedBars: number; readonly hash: string }[];
}

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
  let server: QuestDbServer | null = null;
  before(async () => {
    if (questDbAbsence() === null) server = await startQuestDb();
  });
  after(() => server?.stop());

  const BARS = 400_000;
  const file = () => join(temporaryFolder(), 'bars.parquet');

  /** Kills the command once the target holds some bars, runs it again, and returns what that said. */
  async function killAndResume(path: string, target: string): Promise<Migrated['series'][number]> {
    const args = [
      'data',
      'migrate',
      '--from',
      `parquet:${path}`,
      '--to',
      target,
      '--instrument',
      'BTC/USDT',
      '--memory-mb',
      '64',
    ];
    const child = startRegimen(...args);
    const store = await openStore(target, { config, environment: {}, where: 'test' });
    for (let poll = 0; poll < 2000 && child.exitCode === null; poll++) {
      if (((await store.span(series))?.bars ?? 0) > 0) break;
      await sleep(5);
    }
    child.kill('SIGKILL');
    const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
    expect(code, 'it was over before it was killed').to.equal(null);
    const kept = (await store.span(series))?.bars ?? 0;
    expect(kept).to.be.within(1, BARS - 1);
    const resumed = regimenJson<Migrated>(...args);
    expect(resumed.state).to.equal('complete');
    expect(resumed.series[0].resumedBars).to.be.at.least(kept);
    expect((await digestSeries(store, series)).hash).to.equal(resumed.series[0].hash);
    await store.close();
    return resumed.series[0];
  }

  it('killed halfway and run again, has each bar once in a store of Parquet files', async () => {
    const path = file();
    await writeParquet(path, { ...plainBars(BARS) });
    const resumed = await killAndResume(path, `parquet:${temporaryFolder()}`);
    expect(resumed.bars).to.equal(BARS);
  });

  it('killed halfway and run again, has each bar once in QuestDB, and comes back the same', async function () {
    if (server === null) return this.skip();
    const path = file();
    await writeParquet(path, { ...plainBars(BARS) });
    const { host, httpPort, pgPort } = server.address;
    const address = `questdb:${host}:${httpPort}:${pgPort}`;
    const there = await killAndResume(path, address);
    expect(there.bars).to.equal(BARS);
    const folder = temporaryFolder();
    const back = regimenJson<Migrated>('data', 'migrate', '--from', address, '--to', `parquet:${folder}`);
    expect(back.series).to.deep.equal([{ ...series, state: 'complete', bars: BARS, resumedBars: 0, hash: there.hash }]);
  });

  it('answers bad addresses with exit code 2', async () => {
    const path = file();
    await writeParquet(path, { ...plainBars(10) });
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

function plainBars(count: number): Bars {
  const bars = createBars(count);
  for (let row = 0; row < numBars(bars); row++) {
    bars.openTimeMs[row] = Date.UTC(2023, 0) + row * MINUTE_MS;
    bars.low[row] = 100 + Math.sin(row);
    bars.open[row] = bars.close[row] = bars.high[row] = bars.low[row] + 0.125;
    bars.volume[row] = row % 1000;
  }
  return bars;
}
