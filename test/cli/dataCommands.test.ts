import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Command, CommandResult } from '../../cli/command.ts';
import { command as dataCheck } from '../../cli/commands/dataCheck.ts';
import { command as dataImport } from '../../cli/commands/dataImport.ts';
import { command as dataList } from '../../cli/commands/dataList.ts';
import { command as dataResample } from '../../cli/commands/dataResample.ts';
import { systemClock } from '../../core/clock.ts';
import { silentProgress } from '../../core/progress.ts';
import { createRng } from '../../core/rng.ts';
import { HOUR_MS } from '../../core/units.ts';
import { hashBars } from '../../market/data/barsHash.ts';
import { exportBars } from '../../market/data/exportBars.ts';
import { importBars } from '../../market/data/importBars.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { randomBars } from '../market/features/randomBars.ts';

const folder = temporaryFolder();
const bars = randomBars(createRng(4), 400);
const csv = join(folder, 'sound.csv.gz');
exportBars(csv, bars);

const call = (command: Command, args: object): Promise<CommandResult> =>
  command.run(
    { dayStart: 0, zone: 'UTC', ...args },
    {
      runsDir: folder,
      logLevel: 'silent',
      clock: systemClock,
      environment: {},
      progress: silentProgress,
      signal: new AbortController().signal,
    },
  );

describe('data commands', () => {
  it('check lists offences with a verdict, as text and as JSON, and says no by its exit code only where it must', async () => {
    const sound = await call(dataCheck, { file: csv });
    expect(sound.json).to.deep.include({ kind: 'bars', rows: 400, timeframeMs: HOUR_MS, verdict: { kind: 'sound' } });
    expect(sound.exitCode ?? 0).to.equal(0);
    expect(sound.text).to.contain('calendar always, 8,766 bars a year: 24 hours a day, 7 days a week');
    expect(sound.json).to.have.nested.property('calendar.name', 'always');
    const lines = [
      'timestamp,bid,ask',
      ...Array.from({ length: 10 }, (_, i) => `${1_600_000_000_000 + i},${i % 2 ? 3 : 1},2`),
    ];
    const crossed = join(folder, 'crossed.csv');
    writeFileSync(crossed, lines.join('\n'));
    const bad = await call(dataCheck, { file: crossed });
    expect(bad.exitCode).to.equal(3);
    expect(bad.text).to.contain('crossedQuotes: 5').and.to.contain('verdict  refused: 50.0 % of the rows offend');
    expect(JSON.stringify(bad.json)).to.contain('"crossedQuotes"').and.not.to.contain('"rows":{');
  });

  it('import writes Parquet with the same bars, shows the columns, and takes names that it is told', async () => {
    const odd = join(folder, 'odd.csv');
    exportBars(odd, bars);
    writeFileSync(odd, readFileSync(odd, 'utf8').replace('close', 'Settle'));
    expect(await refusal(() => call(dataImport, { file: odd }))).to.contain("missing column 'close'");
    const out = join(folder, 'odd.parquet');
    const { json, text } = await call(dataImport, { file: odd, column: ['close=Settle'], out });
    expect(text).to.contain('close=Settle');
    expect(json).to.deep.include({ out, dataHash: hashBars(bars) });
    expect(hashBars(await importBars(out))).to.equal(hashBars(bars));
    expect(await refusal(() => call(dataImport, { file: odd, column: ['cloze=Settle'] }))).to.contain(
      "did you mean 'close'",
    );
  });

  it('list shows rows, span, timeframe and the data hash of a run, and what could not be read', async () => {
    writeFileSync(join(folder, 'broken.parquet'), 'no');
    writeFileSync(join(folder, 'notes.txt'), 'not data');
    const { json, text } = await call(dataList, { folder });
    const { files } = json as { files: { file: string; [key: string]: unknown }[] };
    expect(files.map(({ file }) => file))
      .to.include.members(['sound.csv.gz', 'broken.parquet'])
      .and.not.to.include('notes.txt');
    expect(files.find(({ file }) => file === 'sound.csv.gz')).to.deep.include({
      kind: 'bars',
      rows: 400,
      timeframeMs: HOUR_MS,
      from: '2024-01-01T00:00:00.000Z',
      hash: hashBars(bars),
    });
    expect(files.find(({ file }) => file === 'broken.parquet')).to.deep.include({ problem: 'not a Parquet file' });
    expect(text).to.contain('broken.parquet');
    expect(await refusal(() => call(dataList, { folder: join(folder, 'none') }))).to.contain('no folder');
  });

  it('resample makes bars with quotes of quotes and trades', async () => {
    const start = Date.UTC(2024, 0, 1);
    const lines = (make: (i: number) => string) =>
      Array.from({ length: 30 }, (_, i) => `${start + i * 10_000},${make(i)}`);
    const quotes = join(folder, 'ticks.csv');
    writeFileSync(quotes, ['timestamp,bid,ask', ...lines((i) => (i === 3 ? '101,100' : `100,${101 + i}`))].join('\n'));
    const trades = join(folder, 'trades.csv');
    writeFileSync(trades, ['timestamp,price,qty,taker_side', ...lines(() => '100,2,buy')].join('\n'));
    const out = join(folder, 'ticks.parquet');
    const args = { file: quotes, to: '1m', out, price: 'mid', crossed: 'refuse' };
    expect(await refusal(() => call(dataResample, args))).to.contain('ticks.csv:5');
    const { json, text } = await call(dataResample, { ...args, trades, crossed: 'drop' });
    expect(json).to.deep.include({ kind: 'quoteTicks', bars: 4, ticks: 30, droppedCrossed: 1 });
    expect(text).to.contain('1 crossed ones left out').and.to.contain('quotes   bid, ask, spreadBps, signedVolume');
    expect((await importBars(out)).quotes?.signedVolume?.[0]).to.equal(12);
    expect(await refusal(() => call(dataResample, { ...args, file: csv, trades }))).to.contain('--trades');
    expect(await refusal(() => call(dataResample, { ...args, crossed: 'drop', trades: quotes }))).to.contain(
      'not trades',
    );
  });

  it('resample writes bars with the time at which each is known', async () => {
    const out = join(folder, 'days.parquet');
    expect((await call(dataResample, { file: csv, to: '1d', out })).json).to.deep.include({
      bars: 16,
      sourceBars: 400,
    });
    expect((await importBars(out)).close[0]).to.equal(bars.close[23]);
    expect((await call(dataResample, { file: csv, to: '1w', out })).json).to.deep.include({ bars: 2 });
    expect(await refusal(() => call(dataResample, { file: csv, to: '90', out }))).to.contain('not a timeframe');
    expect(await refusal(() => call(dataResample, { file: csv, to: '1d', out, dayStart: 25 }))).to.contain(
      'not an hour',
    );
    expect(await refusal(() => call(dataResample, { file: csv, to: '5h', out }))).to.contain('divisor of a day');
    expect(existsSync(out)).to.equal(true);
  });
});
