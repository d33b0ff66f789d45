import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { durationMs, HOUR_MS } from '../../../core/units.ts';
import { BAR_COLUMNS, numBars } from '../../../market/data/bars.ts';
import { exportBars } from '../../../market/data/exportBars.ts';
import { importBars, readBarFile, type ImportOptions } from '../../../market/data/importBars.ts';
import { refusal } from '../../helpers/refusal.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { randomBars } from '../features/randomBars.ts';

const folder = temporaryFolder();
let serial = 0;

function file(content: string | Uint8Array, suffix = '.csv'): string {
  const path = join(folder, `bars${serial++}${suffix}`);
  writeFileSync(path, content);
  return path;
}

const HEADER = 'timestamp,open,high,low,close,volume';
const FIRST = '1600000000000,10,12,9,11,5';
const SECOND = '1600003600000,11,13,10,12,6';
const refusalOf = (content: string | Uint8Array, options: ImportOptions = {}) =>
  refusal(() => importBars(file(content), options));

describe('importing bars', () => {
  it('reads plain and zipped CSV alike, with any line ends, blank lines and a byte order mark', async () => {
    const expected = await importBars(file(`${HEADER}\n${FIRST}\n${SECOND}\n`));
    expect([...expected.openTimeMs]).to.deep.equal([1600000000000, 1600003600000]);
    expect([...expected.high]).to.deep.equal([12, 13]);
    expect([...expected.volume]).to.deep.equal([5, 6]);
    const variants = [
      file(`\uFEFF${HEADER}\r\n${FIRST}\r\n\r\n${SECOND}`),
      file(gzipSync(`${HEADER}\n${FIRST}\n${SECOND}\n`), '.csv.gz'),
      file(`${HEADER}\n${FIRST}\n${SECOND}\n`.replaceAll(',', ';')),
      file(`${HEADER}\n"1600000000000","10","12",9,11,5\n${SECOND}\n`),
    ];
    for (const variant of variants) expect(await importBars(variant)).to.deep.equal(expected);
  });

  it('guesses usual column names, skips other columns and says which ones it took', async () => {
    const path = file(
      'Symbol,Date,O,H,L,C\nBTC,2020-09-13 12:26:40,10,12,9,11\nBTC,2020-09-13T13:26:40Z,11,13,10,12\n',
    );
    const { bars, columns, timeframeMs } = await readBarFile(path);
    expect([...bars.openTimeMs]).to.deep.equal([1600000000000, 1600003600000]);
    expect([...bars.volume]).to.deep.equal([0, 0]);
    expect(columns).to.deep.equal({ openTimeMs: 'Date', open: 'O', high: 'H', low: 'L', close: 'C', volume: null });
    expect(timeframeMs).to.equal(HOUR_MS);
  });

  it('takes column names from the config, and seconds as they are', async () => {
    const path = file('when,a,b,c,d,Volume USD\n1600000000,10,12,9,11,5\n1600003600,11,13,10,12,6\n');
    const columns = { openTimeMs: 'when', open: 'a', high: 'b', low: 'c', close: 'd', volume: 'Volume USD' };
    const bars = await importBars(path, { columns });
    expect([...bars.openTimeMs]).to.deep.equal([1600000000000, 1600003600000]);
    expect([...bars.volume]).to.deep.equal([5, 6]);
  });

  it('reads back what was exported bit for bit, over chunk borders too', async () => {
    const bars = randomBars(createRng(1), 20_000);
    for (const name of ['out.csv', 'out.csv.gz']) {
      exportBars(join(folder, name), bars);
      const back = await importBars(join(folder, name));
      for (const column of BAR_COLUMNS) expect(back[column], column).to.deep.equal(bars[column]);
    }
  });

  it('tells where bars are missing', async () => {
    const later = '1600014400000,11,13,10,12,6';
    const after = '1600018000000,11,13,10,12,6';
    const { gaps, timeframeMs } = await readBarFile(file([HEADER, FIRST, SECOND, later, after].join('\n')));
    expect(timeframeMs).to.equal(HOUR_MS);
    expect(gaps).to.deep.equal([{ row: 2, missingBars: 2, fromMs: 1600007200000, toMs: 1600014400000 }]);
  });
});

/** Each offence is planted in line 3 of a sound file; the message must name line, column, rule and value. */
const OFFENCES: Readonly<Record<string, { row: string; says: string[] }>> = {
  'a non-numeric cell': {
    row: '1600003600000,11,abc,10,12,6',
    says: [":3 column 'high': not a number", 'got "abc"', 'rule: a finite number'],
  },
  'an empty cell': { row: '1600003600000,11,13,10,,6', says: [":3 column 'close': empty cell"] },
  'a NaN': { row: '1600003600000,11,13,10,12,NaN', says: [":3 column 'volume': not a number", 'got "NaN"'] },
  'an infinite price': { row: '1600003600000,11,Infinity,10,12,6', says: [":3 column 'high': not a number"] },
  'a duplicate timestamp': {
    row: '1600000000000,11,13,10,12,6',
    says: [":3 column 'timestamp': duplicate timestamp", '2020-09-13T12:26:40.000Z'],
  },
  'a timestamp out of order': {
    row: '1599996400000,11,13,10,12,6',
    says: [":3 column 'timestamp': timestamp out of order", 'rule: after the bar before'],
  },
  'a word for a time': {
    row: 'yesterday,11,13,10,12,6',
    says: [":3 column 'timestamp': not a time", 'an epoch number, like the first row'],
  },
  'high below low': {
    row: '1600003600000,11,9,10,12,6',
    says: [":3 column 'high': high is below low", 'got 9', 'rule: >= low, 10'],
  },
  'an open above high': {
    row: '1600003600000,14,13,10,12,6',
    says: [":3 column 'open': open is above high", 'got 14'],
  },
  'a close below low': {
    row: '1600003600000,11,13,10,9.5,6',
    says: [":3 column 'close': close is below low", 'got 9.5'],
  },
  'a zero price': { row: '1600003600000,11,13,0,12,6', says: [":3 column 'low': price is not positive", 'got 0'] },
  'a negative price': {
    row: '1600003600000,-11,13,10,12,6',
    says: [":3 column 'open': price is not positive", 'got -11'],
  },
  'a negative volume': {
    row: '1600003600000,11,13,10,12,-6',
    says: [":3 column 'volume': volume is negative", 'got -6'],
  },
  'a short row': { row: '1600003600000,11,13,10', says: [':3: row has 4 cells', 'as many cells as the header, 6'] },
  'a long row': { row: '1600003600000,11,13,10,12,6,7', says: [':3: row has 7 cells'] },
};

describe('importing bars refuses', () => {
  for (const [name, { row, says }] of Object.entries(OFFENCES)) {
    it(`${name}, plain and quoted, and names its place`, async () => {
      const plain = file(`${HEADER}\n${FIRST}\n${row}\n`);
      const quoted = file(`${HEADER}\n${FIRST.replace('10', '"10"')}\n${row}\n`);
      for (const path of [plain, quoted]) {
        const message = await refusal(() => importBars(path));
        for (const words of [path, ...says]) expect(message).to.contain(words);
      }
    });
  }

  it('a missing column, naming those there are and the nearest', async () => {
    const message = await refusalOf(`timestamp,open,hihg,low,close\n${FIRST}\n`);
    expect(message).to.contain("missing column 'high'").and.to.contain("did you mean 'hihg'?");
    expect(message).to.contain('the header has timestamp, open, hihg, low, close');
    expect(await refusalOf(`${HEADER}\n${FIRST}\n`, { columns: { volume: 'Vol' } })).to.contain("missing column 'Vol'");
  });

  it('an empty file, a header alone, an empty gzip', async () => {
    expect(await refusalOf('')).to.contain('empty file');
    expect(await refusalOf('\n\n')).to.contain('empty file');
    expect(await refusalOf(`${HEADER}\n`)).to.contain('no bars');
    expect(await refusalOf(gzipSync(''))).to.contain('empty file');
  });

  it('a gzip cut at any byte', async () => {
    const whole = gzipSync(Buffer.from(`${HEADER}\n${FIRST}\n${SECOND}\n`));
    for (let length = 1; length < whole.length; length++) {
      const message = await refusal(() => importBars(file(whole.subarray(0, length), '.csv.gz')));
      expect(message).to.match(/cut short|not a gzip file/);
    }
  });

  it('a damaged gzip, and text that calls itself one', async () => {
    const bytes = gzipSync(Buffer.from(`${HEADER}\n${FIRST}\n${SECOND}\n`));
    bytes[bytes.length - 6] ^= 0xff;
    expect(await refusal(() => importBars(file(bytes, '.csv.gz')))).to.contain('gzip is damaged');
    expect(await refusal(() => importBars(file(`${HEADER}\n${FIRST}\n`, '.csv.gz')))).to.contain('not a gzip file');
  });

  it('a missing file and a folder', async () => {
    expect(await refusal(() => importBars(join(folder, 'none.csv')))).to.contain('none.csv: no such file');
    expect(await refusal(() => importBars(folder))).to.contain('a folder, not a file');
  });

  it('another timeframe than was told', async () => {
    const content = `${HEADER}\n${FIRST}\n${SECOND}\n`;
    expect(numBars(await importBars(file(content), { timeframeMs: durationMs(HOUR_MS) }))).to.equal(2);
    expect(await refusalOf(content, { timeframeMs: durationMs(HOUR_MS / 2) })).to.contain('bars are 3600 s apart');
    expect(await refusalOf(`${HEADER}\n${FIRST}\n`)).to.contain('one bar has no timeframe');
  });

  it('an open quote that never closes', async () => {
    expect(await refusalOf(`${HEADER}\n"${FIRST}\n${SECOND}\n`)).to.contain('not CSV');
  });

  it('any bytes at all in one way: with an InputError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), fc.boolean(), async (bytes, withHeader) => {
        const content = withHeader ? Buffer.concat([Buffer.from(`${HEADER}\n`), bytes]) : bytes;
        await refusalOf(content);
      }),
      { numRuns: 150 },
    );
  });
});
