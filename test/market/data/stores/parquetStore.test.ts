import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { writeParquet } from '../../../../core/storage/parquet.ts';
import { durationMs, MINUTE_MS } from '../../../../core/units.ts';
import { barTable, concatBars, numBars, sliceBars } from '../../../../market/data/bars.ts';
import { hashBars } from '../../../../market/data/barsHash.ts';
import { ParquetFileSource } from '../../../../market/data/stores/parquetFileSource.ts';
import { listParts, partName } from '../../../../market/data/stores/parquetParts.ts';
import { ParquetStore } from '../../../../market/data/stores/parquetStore.ts';
import { digestSeries, loadBars } from '../../../../market/data/stores/series.ts';
import { shareBars } from '../../../../market/data/stores/sharedBars.ts';
import { storeConfig } from '../../../../market/data/stores/storeConfig.ts';
import { labelTimeframe, parseTimeframe } from '../../../../market/data/stores/timeframeLabel.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { oddBars, testBarStoreContract } from './barStoreContract.ts';

const config = storeConfig.parse({});
const series = { instrument: 'BTC/USDT', timeframeMs: durationMs(MINUTE_MS) };
const partsOf = (root: string) => join(root, 'BTC%2FUSDT', '1m');

describe('the store in Parquet files', () => {
  const root = temporaryFolder();
  testBarStoreContract(
    'parquet',
    async (memoryBudgetMb = 256) => new ParquetStore(root, storeConfig.parse({ memoryBudgetMb })),
  );

  it('many appends of one bar leave a handful of files', async () => {
    const folder = temporaryFolder();
    const store = new ParquetStore(folder, config);
    const bars = oddBars(16);
    for (let row = 0; row < 16; row++) await store.append(series, sliceBars(bars, row, row + 1));
    expect(readdirSync(partsOf(folder)).length).to.be.at.most(4);
    expect(hashBars(await loadBars(store, series))).to.equal(hashBars(bars));
  });

  it('a kill between joining parts and removing them leaves each bar once', async () => {
    const folder = temporaryFolder();
    const store = new ParquetStore(folder, config);
    const bars = oddBars(100);
    await store.append(series, bars);
    const half = sliceBars(bars, 0, 50);
    const span = { bars: 50, firstMs: half.openTimeMs[0], lastMs: half.openTimeMs[49] };
    await writeParquet(join(partsOf(folder), partName(span)), barTable(half));
    expect((await store.span(series))?.bars).to.equal(100);
    expect(hashBars(await loadBars(store, series))).to.equal(hashBars(bars));
    await store.append(series, oddBars(10, bars.openTimeMs[99] + MINUTE_MS));
    expect(listParts(partsOf(folder)).covered).to.deep.equal([]);
  });

  it('files that overlap otherwise are refused, and foreign files are not looked at', async () => {
    const folder = temporaryFolder();
    const store = new ParquetStore(folder, config);
    await store.append(series, oddBars(100));
    writeFileSync(join(partsOf(folder), 'notes.txt'), 'mine');
    expect((await store.span(series))?.bars).to.equal(100);
    const late = oddBars(100, oddBars(100).openTimeMs[50]);
    const span = { bars: 100, firstMs: late.openTimeMs[0], lastMs: late.openTimeMs[99] };
    await writeParquet(join(partsOf(folder), partName(span)), barTable(late));
    expect(await refusal(() => store.span(series))).to.contain('overlaps');
  });

  it('a reader that holds a chunk while parts are joined under it reads on', async () => {
    const store = new ParquetStore(temporaryFolder(), storeConfig.parse({ memoryBudgetMb: 192 }));
    const bars = oddBars(60_000);
    await store.append(series, sliceBars(bars, 0, 41_000));
    await store.append(series, sliceBars(bars, 41_000, 55_000));
    const reading = store.read(series, { fromMs: -Infinity, toMs: Infinity });
    const first = await reading.next();
    await store.append(series, sliceBars(bars, 55_000, 60_000));
    await store.append(series, oddBars(50_000, bars.openTimeMs[59_999] + MINUTE_MS));
    const rest = [];
    for await (const chunk of reading) rest.push(chunk);
    const read = concatBars(first.done === true ? rest : [first.value, ...rest]);
    expect(numBars(read)).to.equal(110_000);
    expect(hashBars(sliceBars(read, 0, 60_000))).to.equal(hashBars(bars));
  });
});

describe('one Parquet file as a source', () => {
  it('gives its bars by range, whatever unit its times are in', async () => {
    const bars = oddBars(1000);
    const middle = { fromMs: bars.openTimeMs[100], toMs: bars.openTimeMs[900] };
    for (const unitMs of [1000, 1, 1e-3]) {
      const path = join(temporaryFolder(), 'bars.parquet');
      const { openTimeMs, volume, ...prices } = barTable(bars);
      await writeParquet(path, { time: openTimeMs.map((ms) => ms / unitMs), ...prices, volume });
      const source = await ParquetFileSource.open(path, { instrument: 'BTC/USDT', config });
      expect(await source.list()).to.deep.equal([series]);
      expect((await source.span(series))?.bars).to.equal(1000);
      const read = await loadBars(source, series, { range: middle });
      expect(hashBars(read)).to.equal(hashBars(sliceBars(bars, 100, 900)));
    }
  });

  it('is refused when its bars are out of order across chunks', async () => {
    const path = join(temporaryFolder(), 'bars.parquet');
    // Under the smallest budget the first chunk ends where the order does.
    const bars = concatBars([oddBars(125_000), oddBars(10)]);
    const small = storeConfig.parse({ memoryBudgetMb: 192 });
    await writeParquet(path, barTable(bars));
    const source = await ParquetFileSource.open(path, { instrument: 'X', config: small });
    expect(await refusal(() => digestSeries(source, { ...series, instrument: 'X' }))).to.contain('bar 125001');
  });
});

describe('bars in shared memory', () => {
  it('are seen by a worker thread without a copy', async () => {
    const store = new ParquetStore(temporaryFolder(), config);
    await store.append(series, oddBars(100));
    const bars = await loadBars(store, series, { memory: 'shared' });
    expect(hashBars(bars)).to.equal(hashBars(oddBars(100)));
    expect(shareBars(bars)).to.equal(bars);
    const code = `const { workerData, parentPort } = require('node:worker_threads'); workerData.close[7] = 42; parentPort.postMessage(workerData.open[3]);`;
    const worker = new Worker(code, { eval: true, workerData: bars });
    const [seen] = await once(worker, 'message');
    await worker.terminate();
    expect([seen, bars.close[7]]).to.deep.equal([bars.open[3], 42]);
    expect(hashBars(shareBars(oddBars(10)))).to.equal(hashBars(oddBars(10)));
  });
});

describe('labels of timeframes', () => {
  it('are read back as they were written', () => {
    for (const ms of [1, 250, 1000, 90_000, 60_000, 3_600_000, 14_400_000, 86_400_000, 604_800_000]) {
      expect(parseTimeframe(labelTimeframe(durationMs(ms)))).to.equal(ms);
    }
    for (const text of ['', '0m', 'm', '1.5h', '1M', '-1m', '1m ']) expect(parseTimeframe(text)).to.equal(null);
  });
});
