import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { adjustBars, readFactors } from '../../../market/data/adjustBars.ts';
import { numBars, type Bars } from '../../../market/data/bars.ts';
import { exportBars } from '../../../market/data/exportBars.ts';
import { importBars } from '../../../market/data/importBars.ts';
import { checkFile } from '../../../market/data/quality/checkFile.ts';
import { readRepairedBars } from '../../../market/data/repairBars.ts';
import { repairConfig } from '../../../market/data/repairConfig.ts';
import { refusal } from '../../helpers/refusal.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { randomBars } from '../features/randomBars.ts';

const folder = temporaryFolder();
const dataFolder = fileURLToPath(new URL('../../../../shared/data/bars/', import.meta.url));
let serial = 0;

function write(bars: Bars, spoil: (lines: string[]) => void = () => {}): string {
  const path = join(folder, `bars${serial++}.csv`);
  const lines = ['when,Open,High,Low,Close,Vol'];
  for (let row = 0; row < numBars(bars); row++) {
    lines.push([bars.openTimeMs, bars.open, bars.high, bars.low, bars.close, bars.volume].map((c) => c[row]).join());
  }
  spoil(lines);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const columns = { openTimeMs: 'when' };
const policies = (...list: unknown[]) => repairConfig.parse(list);
const sound = () => randomBars(createRng(1), 500);

describe('repairing bars', () => {
  it('without policies, sound bars stay what they are, bit for bit', async () => {
    const file = await readRepairedBars(write(sound()), [], { columns });
    expect(file.bars).to.deep.equal(sound());
    expect(file).to.deep.include({ repairs: [] });
    expect(file.sourceHash).to.equal(file.dataHash);
    expect(file.filled.some(Boolean)).to.equal(false);
  });

  it('drops the rows of the named findings, counts them, and keeps both hashes', async () => {
    const path = write(sound(), (lines) => {
      lines[100] = lines[99];
      lines[200] = 'torn';
      lines[300] = lines[300].replace(/,[^,]*$/, ',-5');
    });
    const drop = { kind: 'drop', findings: ['unreadable', 'duplicates', 'nonPositive'] };
    const file = await readRepairedBars(path, policies(drop), { columns });
    expect(numBars(file.bars)).to.equal(497);
    expect(file.repairs).to.deep.equal(['drop: 1 unreadable lines, 1 duplicates, 1 nonPositive left out']);
    expect(file.sourceHash).not.to.equal(file.dataHash);
    expect(file.columns.openTimeMs).to.equal('when');
    expect([...file.bars.close.subarray(0, 98)]).to.deep.equal([...sound().close.subarray(0, 98)]);
  });

  it('refuses what no policy names, with the line in the file', async () => {
    const path = write(sound(), (lines) => {
      lines[100] = lines[99];
      lines[300] = lines[300].replace(/,[^,]*$/, ',-5');
    });
    const drop = policies({ kind: 'drop', findings: ['duplicates'] });
    expect(await refusal(() => readRepairedBars(path, drop, { columns }))).to.match(
      /:301 column 'Vol': volume is negative/,
    );
    expect(await refusal(() => readRepairedBars(path, [], { columns }))).to.match(/:101 .*duplicate/);
    const torn = write(sound(), (lines) => void (lines[7] = 'torn'));
    expect(await refusal(() => readRepairedBars(torn, drop, { columns }))).to.match(/:8: row has 1 cells/);
  });

  it('fills short outages with flagged flat bars and leaves long ones', async () => {
    const path = write(sound(), (lines) => {
      lines.splice(300, 10);
      lines.splice(100, 2);
    });
    const file = await readRepairedBars(path, policies({ kind: 'forwardFill', maxBars: 3 }), { columns });
    expect(numBars(file.bars)).to.equal(490);
    const rows = [...file.filled.keys()].filter((row) => file.filled[row] === 1);
    expect(rows).to.deep.equal([99, 100]);
    for (const row of rows) {
      const close = sound().close[98];
      for (const column of ['open', 'high', 'low', 'close'] as const) expect(file.bars[column][row]).to.equal(close);
      expect(file.bars.volume[row]).to.equal(0);
      expect(file.bars.openTimeMs[row]).to.equal(sound().openTimeMs[0] + row * HOUR_MS);
    }
    expect(file.gaps.map(({ missingBars }) => missingBars)).to.deep.equal([10]);
  });

  it('a forward-filled file would be found out by the check: fills are flagged, not hidden', async () => {
    const path = write(sound(), (lines) => void lines.splice(100, 2));
    const { bars } = await readRepairedBars(path, policies({ kind: 'forwardFill' }), { columns });
    const out = join(folder, 'filled.csv');
    exportBars(out, bars);
    expect((await checkFile(out)).findings.map(({ name }) => name)).to.include('filledBars');
  });

  it('makes the dirty files usable by the policies that their check names', async function () {
    const path = `${dataFolder}dirty-ethusdt-1h.csv.gz`;
    if (!existsSync(path)) return this.skip();
    const file = await readRepairedBars(path, policies({ kind: 'drop', findings: ['wrongFirstBar', 'filledBars'] }));
    expect(file.repairs).to.deep.equal(['drop: 1 wrongFirstBar, 119 filledBars left out']);
    const out = join(folder, 'mended.csv');
    exportBars(out, file.bars);
    const names = (await checkFile(out)).findings.map(({ name }) => name);
    expect(names).to.include('gaps').and.not.to.include.members(['filledBars']);
  });
});

describe('corporate actions', () => {
  const DAY = 86_400_000;
  const days = Date.UTC(2020, 0, 1);

  it('a split is no move: what was held is worth the same, and turnover stays', async () => {
    const path = join(folder, 'factors.csv');
    writeFileSync(path, '20200102,0.98,0.25,400\n20501231,1,1,0\n');
    const factors = await readFactors(path);
    const bars: Bars = {
      openTimeMs: Float64Array.of(days, days + DAY, days + 2 * DAY),
      open: Float64Array.of(400, 400, 100),
      high: Float64Array.of(400, 400, 100),
      low: Float64Array.of(400, 400, 100),
      close: Float64Array.of(400, 400, 100),
      volume: Float64Array.of(10, 10, 40),
    };
    const splitsOnly = adjustBars(bars, factors, { dividends: false });
    expect([...splitsOnly.close]).to.deep.equal([100, 100, 100]);
    expect([...splitsOnly.volume]).to.deep.equal([40, 40, 40]);
    // The dividend of 2 % is earned from the second to the third day.
    expect([...adjustBars(bars, factors).close]).to.deep.equal([98, 98, 100]);
  });

  it('refuses factors out of order and other files', async () => {
    const path = join(folder, 'torn-factors.csv');
    writeFileSync(path, '20200102,0.98,0.25,400\n20190102,1,1,0\n');
    expect(await refusal(() => readFactors(path))).to.match(/:2: factor is not sound/);
    expect(await refusal(() => readFactors(write(sound())))).to.contain('not a file of factors');
  });

  it('of SPY explain the difference to a total return; the splits of AAPL vanish, its crash of 2000 stays', async function () {
    if (!existsSync(`${dataFolder}factors/spy.csv`)) return this.skip();
    const raw = await importBars(`${dataFolder}spy-1d-raw.csv.gz`);
    const spy = adjustBars(raw, await readFactors(`${dataFolder}factors/spy.csv`));
    // The close that a public data set calls adjusted follows the raw one except on the days that paid a dividend.
    const other = await importBars(`${dataFolder}spy-1d-adjusted.csv.gz`);
    const rowOf = new Map(Array.from(raw.openTimeMs, (time, row) => [time, row]));
    let paid = 0;
    for (let i = 1; i < numBars(other); i++) {
      const [row, before] = [rowOf.get(other.openTimeMs[i]), rowOf.get(other.openTimeMs[i - 1])];
      if (row === undefined || before === undefined) continue;
      const dividend = Math.log(spy.close[row] / spy.close[before]) - Math.log(raw.close[row] / raw.close[before]);
      if (dividend > 0.002) paid += 1;
      expect(dividend).to.be.within(-1e-9, 0.01);
    }
    expect(paid).to.be.within(36, 44);
    const aapl = adjustBars(
      await importBars(`${dataFolder}aapl-1d-raw.csv.gz`),
      await readFactors(`${dataFolder}factors/aapl.csv`),
    );
    const moves = Array.from(aapl.close, (close, row) => Math.abs(Math.log(close / aapl.close[Math.max(0, row - 1)])));
    const largest = moves.indexOf(Math.max(...moves));
    expect(new Date(aapl.openTimeMs[largest]).toISOString()).to.match(/^2000-09-29/);
    expect(moves.filter((move) => move > 0.3)).to.have.lengthOf(1);
  });
});
