import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { writeParquet } from '../../../core/storage/parquet.ts';
import { alignBars } from '../../../market/data/alignBars.ts';
import { BAR_COLUMNS, barTable, createBars, numBars, type Bars } from '../../../market/data/bars.ts';
import { importBars, readBarFile } from '../../../market/data/importBars.ts';
import { checkFile } from '../../../market/data/quality/checkFile.ts';
import { readSoundTable } from '../../../market/data/quality/soundTable.ts';
import { peekKind, readTable } from '../../../market/data/tables.ts';
import { refusal } from '../../helpers/refusal.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { randomBars } from '../features/randomBars.ts';

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const jsonLines = (bars: Bars) =>
  Array.from(bars.close, (close, row) =>
    JSON.stringify({
      t: bars.openTimeMs[row],
      close,
      open: bars.open[row],
      h: bars.high[row],
      l: bars.low[row],
      volume: bars.volume[row],
    }),
  ).map((line) => line.replace('"t"', '"timestamp"'));

describe('importing bars from other notations', () => {
  const bars = randomBars(createRng(2), 5_000);

  it('Parquet and lines of JSON, plain and zipped, give the bars bit for bit', async () => {
    const parquet = join(folder, 'bars.parquet');
    await writeParquet(parquet, barTable(bars));
    const lines = jsonLines(bars).join('\n');
    for (const path of [parquet, file('bars.jsonl', lines), file('bars.ndjson.gz', gzipSync(lines))]) {
      const back = await readBarFile(path);
      for (const column of BAR_COLUMNS) expect(back.bars[column], `${path} ${column}`).to.deep.equal(bars[column]);
    }
  });

  it('says which column of the file each is', async () => {
    const { columns } = await readBarFile(file('named.jsonl', jsonLines(bars).join('\n')));
    expect(columns).to.deep.include({ openTimeMs: 'timestamp', high: 'h', volume: 'volume' });
  });

  it('takes lists in the order of a CSV, and times in any usual unit', async () => {
    const path = file('lists.jsonl', '[1600000000, 10, 12, 9, 11, 5]\n[1600003600, 11, 13, 10, 12, 6]\n');
    expect([...(await importBars(path)).openTimeMs]).to.deep.equal([1600000000000, 1600003600000]);
  });

  it('refuses torn lines, missing keys and unsound bars with their line', async () => {
    const lines = jsonLines(bars).slice(0, 20);
    const spoiled = (line: string) => file('spoiled.jsonl', lines.with(7, line).join('\n'));
    expect(await refusal(() => importBars(spoiled('{"timestamp":')))).to.match(/spoiled\.jsonl:8: not a JSON object/);
    expect(await refusal(() => importBars(spoiled('{"timestamp":1}')))).to.match(/spoiled\.jsonl:8 column/);
    expect(await refusal(() => importBars(spoiled(lines[6])))).to.contain('duplicate timestamp');
  });

  it('refuses unsound rows, missing columns and other files under the name of Parquet', async () => {
    const spoiled = { ...barTable(bars), high: bars.high.slice() };
    spoiled.high[17] = 0.1;
    const path = join(folder, 'spoiled.parquet');
    await writeParquet(path, spoiled);
    expect(await refusal(() => importBars(path))).to.match(/spoiled\.parquet:18 column 'high'/);
    const { open: _open, ...rest } = barTable(bars);
    await writeParquet(path, rest);
    expect(await refusal(() => importBars(path))).to.contain("missing column 'open'");
    expect(await refusal(() => importBars(file('fake.parquet', 'not at all')))).to.contain('not a Parquet file');
    expect(await refusal(() => importBars(join(folder, 'none.parquet')))).to.contain('no such file');
  });
});

describe('tables of any kind', () => {
  const TRADES = 'timestamp,price,qty,taker_side\n1600000000000,10,1,buy\n1600000000001,11,2,sell\n';

  it('are recognized by their columns without being read', async () => {
    expect(await peekKind(file('trades.csv', TRADES))).to.equal('trades');
    expect(await peekKind(file('quotes.jsonl', '{"time":1600000000000,"bid":1,"ask":2}\n'))).to.equal('quoteTicks');
    expect(
      await peekKind(file('odd.csv', 'when,a,b,c,d\n'), {
        openTimeMs: 'when',
        open: 'a',
        high: 'b',
        low: 'c',
        close: 'd',
      }),
    ).to.equal('bars');
  });

  it('come back from Parquet as they went in', async () => {
    const { columns } = await readSoundTable(file('trades.csv', TRADES));
    expect([...(columns.get('side') ?? [])]).to.deep.equal([1, -1]);
    const path = join(folder, 'trades.parquet');
    await writeParquet(path, Object.fromEntries(columns));
    const back = await readTable(path);
    expect(back.kind).to.equal('trades');
    expect(back.columns).to.deep.equal(columns);
    expect((await checkFile(path)).verdict.kind).to.equal('sound');
  });

  it('are refused with every kind of error that they have', async () => {
    const path = file('bad.csv', 'timestamp,bid,ask\n1600000000000,2,1\n1600000000001,x,1\n1599999999999,-1,2\n');
    const message = await refusal(() => readSoundTable(path));
    for (const part of ["bad.csv:3 column 'bid'", 'outOfOrder', 'nonPositive', 'crossedQuotes'])
      expect(message).to.contain(part);
  });

  it('a quoted and zipped file larger than one chunk is read to its end', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `"${1_600_000_000_000 + i}","${10 + (i % 7)}","1","buy"`);
    const path = file('quoted.csv.gz', gzipSync(['timestamp,price,qty,side', ...rows].join('\n')));
    expect((await readTable(path)).numRows).to.equal(60_000);
  });
});

describe('aligning instruments', () => {
  /** Bars that open at these times, each with a close of its own. */
  function barsAt(times: readonly number[], price: number): Bars {
    const bars = createBars(times.length);
    times.forEach((time, row) => {
      bars.openTimeMs[row] = time;
      for (const column of ['open', 'high', 'low', 'close'] as const) bars[column][row] = price + time;
      bars.volume[row] = 1;
    });
    return bars;
  }

  const series = [
    { name: 'a', bars: barsAt([10, 20, 40], 1000) },
    { name: 'b', bars: barsAt([20, 30, 40, 50], 2000) },
  ];

  it('puts every instrument on the union of times, with a mask and no number where there is no bar', () => {
    const { openTimeMs, instruments } = alignBars(series, 'union');
    expect([...openTimeMs]).to.deep.equal([10, 20, 30, 40, 50]);
    const [a, b] = instruments;
    expect([...a.missing]).to.deep.equal([0, 0, 1, 0, 1]);
    expect([...b.missing]).to.deep.equal([1, 0, 0, 0, 0]);
    expect([...a.bars.close]).to.deep.equal([1010, 1020, NaN, 1040, NaN]);
    expect([a.missingBars, b.missingBars]).to.deep.equal([2, 1]);
    expect(b.bars.openTimeMs).to.deep.equal(openTimeMs);
  });

  it('keeps only common times on their intersection, each row with its own bar', () => {
    const { openTimeMs, instruments } = alignBars(series, 'intersection');
    expect([...openTimeMs]).to.deep.equal([20, 40]);
    expect(instruments.map(({ bars }) => [...bars.close])).to.deep.equal([
      [1020, 1040],
      [2020, 2040],
    ]);
    expect(instruments.every(({ missing }) => missing.every((flag) => flag === 0))).to.equal(true);
  });

  it('loses no bar on the union, whatever is missing where', () => {
    const rng = createRng(1);
    const times = Array.from({ length: 300 }, (_, i) => i * 60_000);
    const many = ['a', 'b', 'c'].map((name) => ({
      name,
      bars: barsAt(
        times.filter(() => rng.next() < 0.7),
        1,
      ),
    }));
    const { instruments } = alignBars(many, 'union');
    instruments.forEach(({ bars, missing }, i) => {
      const kept = [...bars.close.keys()].filter((row) => missing[row] === 0);
      expect(kept.map((row) => bars.close[row])).to.deep.equal([...many[i].bars.close]);
      expect(kept).to.have.lengthOf(numBars(many[i].bars));
    });
  });

  it('refuses disorder, names that repeat, and instruments that never trade at the same time', async () => {
    const torn = { name: 'torn', bars: barsAt([20, 10], 1) };
    expect(await refusal(() => alignBars([torn], 'union'))).to.contain('times out of order');
    expect(await refusal(() => alignBars([series[0], series[0]], 'union'))).to.contain('twice');
    const apart = { name: 'apart', bars: barsAt([11, 21], 1) };
    expect(await refusal(() => alignBars([series[0], apart], 'intersection'))).to.contain('no common time');
  });
});
