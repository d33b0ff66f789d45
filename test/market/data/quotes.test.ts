import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { writeParquet } from '../../../core/storage/parquet.ts';
import { DAY_MS, durationMs, HOUR_MS } from '../../../core/units.ts';
import { adjustBars } from '../../../market/data/adjustBars.ts';
import { alignBars } from '../../../market/data/alignBars.ts';
import { augmentConfig } from '../../../market/data/augment/augmentConfig.ts';
import { augmentPath } from '../../../market/data/augment/augmentPath.ts';
import { barAt, toBars } from '../../../market/data/bar.ts';
import { barTable, concatBars, sliceBars, type Bars } from '../../../market/data/bars.ts';
import { hashBars } from '../../../market/data/barsHash.ts';
import { exportBars } from '../../../market/data/exportBars.ts';
import { importBars, readBarFile } from '../../../market/data/importBars.ts';
import { listDataFiles } from '../../../market/data/listDataFiles.ts';
import { QUOTE_COLUMNS, quoteColumnsOf } from '../../../market/data/quotes.ts';
import { readRepairedBars } from '../../../market/data/repairBars.ts';
import { resampleBars } from '../../../market/data/resampleBars.ts';
import { ParquetStore } from '../../../market/data/stores/parquetStore.ts';
import { shareBars } from '../../../market/data/stores/sharedBars.ts';
import { storeConfig } from '../../../market/data/stores/storeConfig.ts';
import { refusal } from '../../helpers/refusal.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { randomBars } from '../features/randomBars.ts';
import { withQuotes } from '../features/withQuotes.ts';

const folder = temporaryFolder();
const plain = randomBars(createRng('quotes'), 300);
const bars = withQuotes(plain, createRng('book'));

/** A CSV of the first bars, one cell of the fourth line replaced. */
function spoiled(name: string, column: string, cell: string): string {
  const path = join(folder, name);
  exportBars(path, sliceBars(bars, 0, 10));
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.split(','));
  rows[3][rows[0].indexOf(column)] = cell;
  writeFileSync(path, rows.map((cells) => cells.join()).join('\n'));
  return path;
}

describe('bars with quotes', () => {
  it('come back bit for bit from CSV, Parquet and lines of JSON, whose columns are guessed or told', async () => {
    const csv = join(folder, 'quotes.csv.gz');
    exportBars(csv, bars);
    const parquet = join(folder, 'quotes.parquet');
    await writeParquet(parquet, { ...barTable(bars) });
    const json = join(folder, 'quotes.jsonl');
    const rows = Array.from(bars.close, (_, row) => ({ ...barAt(plain, row), ...barAt(bars, row).quotes }));
    writeFileSync(
      json,
      rows
        .map((row) => JSON.stringify(row))
        .join('\n')
        .replaceAll('"imbalance"', '"OBI"'),
    );
    for (const path of [csv, parquet, json]) {
      const file = await readBarFile(path, { columns: path === json ? { imbalance: 'OBI' } : {} });
      expect(hashBars(file.bars), path).to.equal(hashBars(bars));
      expect(Object.keys(file.columns)).to.include.members([...QUOTE_COLUMNS]);
    }
    expect(quoteColumnsOf(await importBars(json))).not.to.include('imbalance');
    const [listed] = (await listDataFiles(folder)).filter(({ file }) => file === 'quotes.csv.gz');
    expect(listed).to.deep.include({ kind: 'bars', hash: hashBars(bars) });
  });

  it('a file without such columns has none of them, and the hash that it always had', async () => {
    const path = join(folder, 'plain.csv');
    exportBars(path, plain);
    const file = await readBarFile(path);
    expect(file.bars).not.to.have.property('quotes');
    expect(Object.keys(file.columns)).to.deep.equal(['openTimeMs', 'open', 'high', 'low', 'close', 'volume']);
    const hash = createHash('sha256');
    const { openTimeMs, open, high, low, close, volume } = plain;
    for (const column of [openTimeMs, open, high, low, close, volume]) hash.update(column);
    expect(file.dataHash).to.equal(hash.digest('hex'));
    expect(hashBars(bars)).not.to.equal(hashBars(plain));
    const { bid, ask, ...others } = bars.quotes ?? {};
    expect(hashBars({ ...plain, quotes: others })).not.to.equal(hashBars(bars));
    if (bid === undefined || ask === undefined) throw new Error('no prices');
    expect(hashBars({ ...plain, quotes: { bid: ask } })).not.to.equal(hashBars({ ...plain, quotes: { ask } }));
  });

  for (const [column, cell, what] of [
    ['bid', '', 'empty cell'],
    ['ask', '0', 'price is not positive'],
    ['ask', '0.5', 'ask is below bid'],
    ['spreadBps', '-1', 'spread is negative'],
    ['imbalance', '1.5', 'imbalance out of range'],
    ['signedVolume', 'many', 'not a number'],
  ] as const) {
    it(`refuses ${column} '${cell}' by line and column`, async () => {
      const text = await refusal(() => importBars(spoiled(`bad-${column}${cell}.csv`, column, cell)));
      expect(text).to.contain(what).and.to.contain(`.csv:4 column '${column}'`);
    });
  }

  it('are cut, joined and shared with their quotes, and never joined with bars that have others', () => {
    const parts = [sliceBars(bars, 0, 100), sliceBars(bars, 100, 300)];
    expect(hashBars(concatBars(parts))).to.equal(hashBars(bars));
    expect(() => concatBars([parts[0], sliceBars(plain, 100, 300)])).to.throw('beside');
    expect(hashBars(shareBars(bars))).to.equal(hashBars(bars));
    const rows = Array.from({ length: 300 }, (_, row) => toBars(barAt(bars, row)));
    expect(hashBars(concatBars(rows))).to.equal(hashBars(bars));
  });

  it('resample to the last quote, the mean spread and the sum of signed volumes', () => {
    const { bars: higher } = resampleBars(bars, { timeframeMs: HOUR_MS, to: 4 * HOUR_MS });
    const { quotes = {} } = higher;
    const four = (column: 'spreadBps' | 'signedVolume') =>
      [4, 5, 6, 7].map((row) => bars.quotes?.[column]?.[row] ?? NaN);
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    expect(quotes.bid?.[1]).to.equal(bars.quotes?.bid?.[7]);
    expect(quotes.imbalance?.[1]).to.equal(bars.quotes?.imbalance?.[7]);
    expect(quotes.spreadBps?.[1]).to.be.closeTo(sum(four('spreadBps')) / 4, 1e-12);
    expect(quotes.signedVolume?.[1]).to.be.closeTo(sum(four('signedVolume')), 1e-9);
    expect(quotes.bid?.length).to.equal(75);
  });

  it('align with NaN where a bar is missing, and adjust prices but neither spreads nor imbalance', () => {
    const { instruments } = alignBars(
      [
        { name: 'a', bars },
        { name: 'b', bars: sliceBars(bars, 1, 300) },
      ],
      'union',
    );
    expect(instruments[1].bars.quotes?.bid?.[0]).to.be.NaN;
    expect(instruments[1].bars.quotes?.bid?.[9]).to.equal(bars.quotes?.bid?.[9]);
    const factor = { dayMs: bars.openTimeMs[299] + DAY_MS, priceFactor: 1, splitFactor: 0.5 };
    const { quotes = {} } = adjustBars(bars, [factor]);
    expect(quotes.ask?.[5]).to.equal((bars.quotes?.ask?.[5] ?? NaN) / 2);
    expect(quotes.signedVolume?.[5]).to.equal((bars.quotes?.signedVolume?.[5] ?? NaN) * 2);
    expect(quotes.spreadBps).to.deep.equal(bars.quotes?.spreadBps);
  });

  it('are mended with their quotes: left out with their bar, carried into an outage where nobody trades', async () => {
    const holed = concatBars([sliceBars(bars, 0, 200), sliceBars(bars, 201, 300)]);
    const path = join(folder, 'holed.csv');
    exportBars(path, holed);
    const filled = await readRepairedBars(path, [{ kind: 'forwardFill', maxBars: 3 }]);
    expect(filled.bars.quotes?.bid?.length).to.equal(300);
    expect(filled.bars.quotes?.ask?.[200]).to.equal(bars.quotes?.ask?.[199]);
    expect(filled.bars.quotes?.signedVolume?.[200]).to.equal(0);
    const crossed = await readRepairedBars(spoiled('crossed.csv', 'ask', '0.5'), [
      { kind: 'drop', findings: ['crossedQuotes'] },
    ]);
    expect(crossed.bars.quotes?.bid?.length).to.equal(9);
    expect(crossed.repairs.join()).to.contain('1 crossedQuotes left out');
  });

  it('are varied with the bars that new ones were made of', () => {
    const [shuffle] = augmentConfig.parse([{ kind: 'blockShuffle', blockBars: 10 }]);
    const { bars: varied, sourceRow } = augmentPath(bars, shuffle, createRng(3));
    const ratio = (of: Bars, row: number) => (of.quotes?.bid?.[row] ?? NaN) / of.close[row];
    for (const row of [0, 17, 299]) {
      expect(ratio(varied, row)).to.be.closeTo(ratio(bars, sourceRow[row]), 1e-12);
      expect(varied.quotes?.imbalance?.[row]).to.equal(bars.quotes?.imbalance?.[sourceRow[row]]);
    }
    expect(sourceRow[0]).not.to.equal(0);
  });

  it('are refused by a store, which would lose them', async () => {
    const store = new ParquetStore(join(folder, 'store'), storeConfig.parse({}));
    const series = { instrument: 'A', timeframeMs: durationMs(HOUR_MS) };
    expect(await refusal(() => store.append(series, bars))).to.contain('bars with quotes');
    await store.append(series, plain);
  });
});
