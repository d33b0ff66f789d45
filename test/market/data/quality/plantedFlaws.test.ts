import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../../core/rng.ts';
import { HOUR_MS } from '../../../../core/units.ts';
import type { Bars } from '../../../../market/data/bars.ts';
import { checkFile, type QualityReport } from '../../../../market/data/quality/checkFile.ts';
import { QUALITY_RULES } from '../../../../market/data/quality/qualityRules.ts';
import { importBars } from '../../../../market/data/importBars.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { randomBars } from '../../features/randomBars.ts';

const ROWS = 800;
const folder = temporaryFolder();
let serial = 0;

async function check(header: string, lines: readonly string[]): Promise<QualityReport> {
  const path = join(folder, `planted${serial++}.csv`);
  writeFileSync(path, `${[header, ...lines].join('\n')}\n`);
  return checkFile(path);
}

type Row = [time: number, open: number, high: number, low: number, close: number, volume: number];

function rowsOf(bars: Bars): Row[] {
  return Array.from(bars.close, (close, row) => [
    bars.openTimeMs[row],
    bars.open[row],
    bars.high[row],
    bars.low[row],
    close,
    bars.volume[row],
  ]);
}

const BARS = 'timestamp,open,high,low,close,volume';
const checkBars = (rows: readonly Row[]) =>
  check(
    BARS,
    rows.map((row) => row.join()),
  );
const sound = (seed: number) => rowsOf(randomBars(createRng(seed), ROWS));
const severe = ({ findings }: QualityReport) =>
  findings.filter(({ severity }) => severity !== 'note').map(({ name }) => name);
const found = ({ findings }: QualityReport, name: string) => findings.find((finding) => finding.name === name);

/** Spoils the row `at` of sound bars so that one rule must find it, at that row. */
const SPOILERS: Readonly<Record<string, (rows: Row[], at: number) => void>> = {
  duplicates: (rows, at) => void (rows[at][0] = rows[at - 1][0]),
  outOfOrder: (rows, at) => void (rows[at][0] = rows[at - 5][0] + 1000),
  nonPositive: (rows, at) => void (rows[at][3] = -rows[at][3]),
  highBelowLow: (rows, at) => void ([rows[at][2], rows[at][3]] = [rows[at][3], rows[at][2]]),
  filledBars: (rows, at) => {
    const close = rows[at - 1][4];
    rows[at] = [rows[at][0], close, close, close, close, 0];
  },
  gaps: (rows, at) => void rows.splice(at, 3),
  offGrid: (rows, at) => void rows.forEach((row, i) => (row[0] += i >= at ? 7 * 60_000 : 0)),
  spikes: (rows, at) => {
    rows[at] = [
      rows[at][0],
      ...(rows[at].slice(1, 5).map((price) => price * 3) as [number, number, number, number]),
      900,
    ];
    rows[at][1] = rows[at - 1][4];
    rows[at][3] = Math.min(rows[at][3], rows[at][1]);
    rows[at + 1][1] = rows[at - 1][4];
  },
  staleRuns: (rows, at) => {
    const close = rows[at - 1][4];
    for (let i = at; i < at + 15; i++) rows[i] = [rows[i][0], close, close, close, close, 5];
  },
  splitJumps: (rows, at) => void rows.forEach((row, i) => i >= at && [1, 2, 3, 4].forEach((c) => (row[c] /= 4))),
};

describe('checking bars', () => {
  it('finds nothing to mend in sound bars, whatever the seed', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const report = await checkBars(sound(seed));
      expect(severe(report), `seed ${seed}`).to.deep.equal([]);
      expect(report.verdict.kind).to.equal('sound');
      expect(report.timeframeMs).to.equal(HOUR_MS);
    }
  });

  for (const [name, spoil] of Object.entries(SPOILERS)) {
    it(`finds planted ${name} at the row where they are`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 1_000 }),
          fc.integer({ min: 20, max: ROWS - 40 }),
          async (seed, at) => {
            const rows = sound(seed);
            spoil(rows, at);
            const report = await checkBars(rows);
            const finding = found(report, name);
            expect(finding, JSON.stringify(severe(report))).not.to.equal(undefined);
            expect(finding?.examples[0].row).to.equal(at);
            expect(finding?.examples[0].line).to.equal(at + 2);
            expect(report.verdict.kind).to.equal('usable');
          },
        ),
        { numRuns: 8 },
      );
    });
  }

  it('finds a first bar that opens elsewhere, and no other bar in its place', async () => {
    const rows = sound(3);
    rows[0][1] *= 3;
    rows[0][2] = rows[0][1];
    expect(severe(await checkBars(rows))).to.deep.equal(['wrongFirstBar']);
  });

  it('notes opens that are carried over, without holding it against the file', async () => {
    const rows = sound(4);
    for (let i = 1; i < rows.length; i++) {
      rows[i][1] = rows[i - 1][4];
      rows[i][2] = Math.max(...rows[i].slice(1, 5));
      rows[i][3] = Math.min(...rows[i].slice(1, 5));
    }
    const report = await checkBars(rows);
    expect(found(report, 'carriedOpens')?.count).to.equal(ROWS - 1);
    expect(report.verdict).to.deep.equal({ kind: 'sound' });
  });

  it('lists every offence where an import stops at the first', async () => {
    const rows = sound(5);
    SPOILERS['nonPositive'](rows, 100);
    SPOILERS['duplicates'](rows, 200);
    SPOILERS['highBelowLow'](rows, 300);
    const report = await checkBars(rows);
    expect(severe(report)).to.deep.equal(['duplicates', 'nonPositive', 'highBelowLow', 'gaps']);
    const path = join(folder, 'strict.csv');
    writeFileSync(path, [BARS, ...rows.map((row) => row.join())].join('\n'));
    expect(await refusal(() => importBars(path))).to.contain(':102 ');
  });

  it('counts what cannot be read, row and cell, with line and text, and reads on', async () => {
    const lines = sound(6).map((row) => row.join());
    lines[10] = lines[10].replace(/,[^,]*$/, ',many');
    lines[20] = 'not a row at all';
    const report = await check(BARS, lines);
    expect(report.rows).to.equal(ROWS - 1);
    expect(report.unreadableRows).to.equal(1);
    expect(found(report, 'unreadable')?.examples).to.have.lengthOf(1);
    expect(report.problems.map(({ line, column, text }) => [line, column, text])).to.deep.equal([
      [12, 'volume', 'many'],
      [22, null, 'not a row at all'],
    ]);
  });

  it('refuses a file in which every fifth row offends', async () => {
    const rows = sound(7);
    rows.forEach((row, i) => i % 5 === 0 && (row[3] = 0));
    expect((await checkBars(rows)).verdict.kind).to.equal('refuse');
  });

  it('does not take a clock that ran ahead for one row for a fault of all rows after it', async () => {
    const rows = sound(8);
    rows[50][0] += 400 * HOUR_MS + 1;
    expect(found(await checkBars(rows), 'outOfOrder')?.count).to.equal(1);
  });

  it('every rule has a name of its own and looks at some kind of data', () => {
    expect(new Set(QUALITY_RULES.map(({ name }) => name)).size).to.equal(QUALITY_RULES.length);
    for (const { kinds } of QUALITY_RULES) expect(kinds).not.to.be.empty;
  });
});

describe('checking market hours', () => {
  const isOpen = (timeMs: number) => {
    const date = new Date(timeMs);
    return date.getUTCDay() % 6 !== 0 && date.getUTCHours() >= 14 && date.getUTCHours() < 21;
  };
  /** Two years of hours of an exchange. */
  const exchange = () => rowsOf(randomBars(createRng(1), 2 * 365 * 24)).filter(([time]) => isOpen(time));

  it('learns nights, weekends and a holiday, and calls none of them a gap', async () => {
    const day = Date.UTC(2024, 6, 4);
    const report = await checkBars(exchange().filter(([time]) => time < day || time >= day + 24 * HOUR_MS));
    // A random walk jumps overnight where its night is cut out: only what is missing counts here.
    expect(found(report, 'gaps')).to.equal(undefined);
    expect(found(report, 'closures')?.examples[0].value).to.match(/^holiday from 2024-07-04/);
  });

  it('still finds an outage in the middle of a day', async () => {
    const rows = exchange().filter(([time]) => time < Date.UTC(2024, 6, 9, 16) || time >= Date.UTC(2024, 6, 9, 19));
    expect(found(await checkBars(rows), 'gaps')).to.include({ count: 3 });
  });

  it('a market around the clock has no closures: whatever is missing is a gap', async () => {
    const rows = rowsOf(randomBars(createRng(2), 4_000));
    rows.splice(1_000, 24);
    const report = await checkBars(rows);
    expect(found(report, 'gaps')).to.include({ count: 24 });
    expect(found(report, 'closures')).to.equal(undefined);
  });
});

describe('checking quotes, trades and books', () => {
  const ticks = Array.from({ length: 300 }, (_, i) => [
    1_600_000_000_000 + 250 * i,
    100 + Math.sin(i),
    100.1 + Math.sin(i),
  ]);

  it('finds crossed quotes and rows recorded twice, and lets quotes of one moment be', async () => {
    const rows = ticks.map((row) => [...row]);
    rows[7][0] = rows[6][0];
    rows.splice(50, 0, rows[49]);
    [rows[90][1], rows[90][2]] = [rows[90][2], rows[90][1]];
    const report = await check(
      'timestamp,bid,ask',
      rows.map((row) => row.join()),
    );
    expect(report.kind).to.equal('quoteTicks');
    expect(found(report, 'duplicates')).to.deep.include({ count: 1, rows: Int32Array.of(50) });
    expect(found(report, 'crossedQuotes')).to.deep.include({ count: 1, rows: Int32Array.of(90) });
  });

  it('finds bars of quotes that are crossed at open or close only', async () => {
    const header = 'timestamp,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close';
    const bar = (i: number, askLow: number, askClose: number) =>
      [1_600_000_000_000 + 60_000 * i, 10, 12, 9, 11, 10.1, 12.1, askLow, askClose].join();
    const report = await check(header, [bar(0, 9.1, 11.1), bar(1, 8, 11.1), bar(2, 9.1, 10.9)]);
    expect(report.kind).to.equal('quoteBars');
    expect(found(report, 'crossedQuotes')).to.deep.include({ count: 1, rows: Int32Array.of(2) });
  });

  it('reads the side of trades, and refuses a quantity of zero', async () => {
    const report = await check('timestamp,price,qty,taker_side', ['1600000000000,10,1,buy', '1600000000001,10,0,sell']);
    expect(report.kind).to.equal('trades');
    expect(found(report, 'nonPositive')).to.deep.include({ count: 1, rows: Int32Array.of(1) });
  });

  it('finds levels of a book that do not lead away from the touch', async () => {
    const header = 'timestamp,b1p,b1q,b2p,b2q,a1p,a1q,a2p,a2q';
    const report = await check(header, ['1600000000000,9,1,8,1,10,1,11,1', '1600000001000,9,1,9.5,1,10,1,11,1']);
    expect(report.kind).to.equal('books');
    expect(found(report, 'bookLevels')).to.deep.include({ count: 1, rows: Int32Array.of(1) });
  });

  it('checks lines of JSON as it checks CSV', async () => {
    const path = join(folder, 'ticks.jsonl');
    const lines = ticks.map(([timestamp, bid, ask]) => JSON.stringify({ timestamp, bid, ask }));
    lines[3] = '{"timestamp": 16';
    writeFileSync(path, lines.join('\n'));
    const report = await checkFile(path);
    expect(report).to.deep.include({ kind: 'quoteTicks', rows: 299, unreadableRows: 1 });
    expect(report.problems[0]).to.deep.include({ line: 4, what: 'not a JSON object or list' });
  });
});
