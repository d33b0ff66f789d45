import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { questDbAbsence, startQuestDb, type QuestDbServer } from '../../../../bench/questDbServer.ts';
import { migrateSeries } from '../../../../market/data/stores/migrateSeries.ts';
import { ParquetStore } from '../../../../market/data/stores/parquetStore.ts';
import { encodeLines } from '../../../../market/data/stores/questDb/lineBatch.ts';
import { LineSender } from '../../../../market/data/stores/questDb/lineSender.ts';
import { parseQuestDbAddress } from '../../../../market/data/stores/questDb/questDbAddress.ts';
import { QuestDbStore } from '../../../../market/data/stores/questDb/questDbStore.ts';
import { tableName } from '../../../../market/data/stores/questDb/questDbTable.ts';
import { digestSeries } from '../../../../market/data/stores/series.ts';
import { storeConfig } from '../../../../market/data/stores/storeConfig.ts';
import { durationMs, HOUR_MS } from '../../../../core/units.ts';
import { barTable, sliceBars } from '../../../../market/data/bars.ts';
import { writeParquet } from '../../../../core/storage/parquet.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { regimenJson } from '../../../helpers/regimenCommand.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { oddBars, testBarStoreContract } from './barStoreContract.ts';
import { KILLED_BARS, KILLED_SERIES, killAndResume, plainBars, type Migrated } from './killAndResume.ts';

const hourly = (instrument: string) => ({ instrument, timeframeMs: durationMs(HOUR_MS) });

describe('the store on QuestDB, against the real server', function () {
  this.timeout(90_000);
  let server: QuestDbServer;
  before(async function () {
    const absence = questDbAbsence();
    if (absence !== null) {
      console.log(`skipped: ${absence}`);
      this.skip();
    }
    server = await startQuestDb();
  });
  after(() => server?.stop());
  const open = (memoryBudgetMb = 256) => QuestDbStore.connect(server.address, storeConfig.parse({ memoryBudgetMb }));

  testBarStoreContract('questdb', open);

  it('bars that are sent twice are stored once', async () => {
    const store = await open();
    const series = hourly('TWICE');
    const bars = oddBars(500, Date.UTC(2020, 0), HOUR_MS);
    await store.append(series, sliceBars(bars, 0, 300));
    // What a sender does that was killed before it learned that its request had arrived.
    const sender = new LineSender(server.address);
    await sender.send(encodeLines({ table: tableName(series), instrument: 'TWICE' }, bars, 100, 400));
    expect((await store.span(series))?.bars).to.equal(400);
    await store.append(series, sliceBars(bars, 400, 500));
    const folder = new ParquetStore(temporaryFolder(), storeConfig.parse({}));
    await folder.append(series, bars);
    expect(await digestSeries(store, series)).to.deep.equal(await digestSeries(folder, series));
    await store.close();
  });

  it('a series goes there and back through stores and is the same', async () => {
    const [start, end] = [temporaryFolder(), temporaryFolder()].map(
      (root) => new ParquetStore(root, storeConfig.parse({})),
    );
    const series = hourly('there/and back');
    await start.append(series, oddBars(1000, 0, HOUR_MS));
    const there = await open();
    const first = await migrateSeries({ from: start, to: there, series });
    const second = await migrateSeries({ from: there, to: end, series });
    expect(first).to.deep.equal({ state: 'complete', bars: 1000, resumedBars: 0, hash: second.hash });
    expect(await digestSeries(end, series)).to.deep.equal(await digestSeries(start, series));
    const early = oddBars(10, -HOUR_MS, HOUR_MS);
    expect(await refusal(() => there.append(hourly('early'), early))).to.contain('1969-12-31T23:00');
    await there.close();
  });

  it('a migration that is killed halfway and run again has each bar once, and comes back the same', async () => {
    const path = join(temporaryFolder(), 'bars.parquet');
    await writeParquet(path, barTable(plainBars(KILLED_BARS)));
    const { host, httpPort, pgPort } = server.address;
    const address = `questdb:${host}:${httpPort}:${pgPort}`;
    const there = await killAndResume(path, address);
    expect(there.bars).to.equal(KILLED_BARS);
    const to = `parquet:${temporaryFolder()}`;
    const back = regimenJson<Migrated>('data', 'migrate', '--from', address, '--to', to, '--instrument', 'BTC/USDT');
    const expected = { ...KILLED_SERIES, state: 'complete', bars: KILLED_BARS, resumedBars: 0, hash: there.hash };
    expect(back.series).to.deep.equal([expected]);
  });
});

describe('the address of a QuestDB', () => {
  it('has the ports that the server has by default, and takes others', () => {
    const { host, httpPort, pgPort, user, httpAuth } = parseQuestDbAddress('db.local', {}, '--to');
    expect([host, httpPort, pgPort, user, httpAuth]).to.deep.equal(['db.local', 9000, 8812, 'admin', false]);
    const other = parseQuestDbAddress('[::1]:1:2', { QUESTDB_USER: 'u', QUESTDB_PASSWORD: 'p' }, '--to');
    expect(other).to.deep.equal({ host: '[::1]', httpPort: 1, pgPort: 2, user: 'u', password: 'p', httpAuth: true });
  });

  it('is refused where it is none, or where nothing answers', async () => {
    for (const text of ['', 'a:b', 'host:70000', 'host:0', 'http://host']) {
      expect(await refusal(() => parseQuestDbAddress(text, {}, '--to'))).to.contain('--to');
    }
    const nobody = parseQuestDbAddress('127.0.0.1:1:1', {}, '--to');
    expect(await refusal(() => QuestDbStore.connect(nobody, storeConfig.parse({})))).to.contain('cannot be reached');
    expect(await refusal(() => new LineSender(nobody).send(new Uint8Array(0)))).to.contain('cannot be reached');
  });

  it('a server that does not take doubles as bytes is refused before it is sent any', async () => {
    const asked: string[] = [];
    const old = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{"config":{"release.version":"8.3.3","line.proto.support.versions":[1]}}');
    });
    old.listen(0, '127.0.0.1');
    await once(old, 'listening');
    const address = old.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const sender = new LineSender(parseQuestDbAddress(`127.0.0.1:${port}`, {}, '--to'));
    expect(await refusal(() => sender.send(new Uint8Array(1)))).to.contain('QuestDB 9.0 or newer');
    expect(asked).to.deep.equal(['/settings']);
    old.closeAllConnections();
    old.close();
  });
});
