import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readdirSync, readFileSync } from 'node:fs';
import { InputError } from '../../../../core/errors.ts';
import { HOUR_MS, SECOND_MS } from '../../../../core/units.ts';
import { listTableDates, rollbackTable } from '../../../../market/execution/calibrate/publishTable.ts';
import { measureOne } from './orderFixtures.ts';
import { createExecutionModel } from '../../../../market/execution/createExecutionModel.ts';
import { COST_MODES } from '../../../../market/execution/executionModel.ts';
import { loadExecutionTable } from '../../../../market/execution/loadExecutionTable.ts';
import { SESSIONS, sessionAt } from '../../../../market/sessions.ts';
import { config, makeEntry, makeTable, withFolder, writeText } from '../fixtures.ts';

const MONDAY = Date.UTC(2024, 0, 15);
/** One UTC hour of a winter Monday inside each session. */
const HOURS = { tokyo: 3, london: 10, newYork: 18, tokyoLondon: 8, londonNewYork: 14, offHours: 23 };

/** Ticks a second apart, `count` in the hour of each session named, with the half-spread that `spreadAt` says. */
function ticks(
  sessions: readonly (keyof typeof HOURS)[],
  count: number,
  spreadAt: (session: keyof typeof HOURS, i: number) => number,
): string {
  const rows = sessions
    .toSorted((a, b) => HOURS[a] - HOURS[b])
    .flatMap((session) =>
      Array.from({ length: count }, (_, i) => {
        const half = spreadAt(session, i) * 1e-4;
        return `${MONDAY + HOURS[session] * HOUR_MS + i * SECOND_MS},${1 - half},${1 + half}`;
      }),
    );
  return `timestamp,bid,ask\n${rows.join('\n')}\n`;
}

const ALL = SESSIONS as readonly (keyof typeof HOURS)[];
const about = { pair: 'EURUSD', assetClass: 'fx', venue: 'test', date: '2024-01-16' };

describe('a calibration', () => {
  it('measures what a model samples: the same quantiles come back', () => {
    withFolder((dir) => {
      const spreads = [...Array.from({ length: 300 }, (_, i) => 0.2 + (i % 60) / 100), 2, 3, 4];
      const truth = createExecutionModel({
        table: makeTable({ X: makeEntry({ spreads, slippage: null }) }),
        instrument: 'X',
        timeframeMs: HOUR_MS,
        config: config({ unmeasuredSlippage: 'zero' }),
      });
      const drawn = ticks(ALL, 3000, (session, i) => {
        const scrambled = ((i * 1597) % 3000) / 3000;
        return truth.halfSpreadBps(SESSIONS.indexOf(session), 0, scrambled);
      });
      const { table } = measureOne({ ...about, out: dir, quotes: [writeText(dir, 'q.csv', drawn)] });
      for (const session of SESSIONS) {
        const cell = table.instruments.EURUSD.sessions[session].halfSpreadBps;
        expect(cell.level).to.equal('session');
        for (let q = 1; q < 99; q++) {
          const expected = truth.halfSpreadBps(0, COST_MODES.indexOf('sample'), q / 100);
          expect(cell.quantiles[q]).to.be.closeTo(expected, 0.02);
        }
      }
      const wrong = truth.halfSpreadBps(0, COST_MODES.indexOf('p90'), 0);
      expect(table.instruments.EURUSD.sessions.london.halfSpreadBps.p50).not.to.be.closeTo(wrong, 0.05);
    });
  });

  it('each sample is counted in the session of its moment', () => {
    withFolder((dir) => {
      const text = ticks(ALL, 400, (session) => 1 + SESSIONS.indexOf(session));
      const { table } = measureOne({ ...about, out: dir, quotes: [writeText(dir, 'q.csv', text)] });
      SESSIONS.forEach((session, index) => {
        expect(sessionAt(MONDAY + HOURS[session as keyof typeof HOURS] * HOUR_MS)).to.equal(index);
        expect(table.instruments.EURUSD.sessions[session].halfSpreadBps.p50).to.be.closeTo(1 + index, 1e-4);
      });
    });
  });

  it('a session with few samples takes the numbers of its pair and says so', () => {
    withFolder((dir) => {
      const text = ticks(['london', 'tokyo'], 400, (session, i) => (session === 'tokyo' && i > 50 ? NaN : 1))
        .split('\n')
        .filter((row) => !row.includes('NaN'))
        .join('\n');
      const { table } = measureOne({ ...about, out: dir, quotes: [writeText(dir, 'q.csv', text)] });
      const { sessions, pair } = table.instruments.EURUSD;
      expect(sessions.london.halfSpreadBps.level).to.equal('session');
      expect(sessions.tokyo.halfSpreadBps).to.deep.equal({ ...pair.halfSpreadBps, count: 51, seconds: 110 });
      expect(sessions.newYork.halfSpreadBps).to.include({ level: 'pair', count: 0 });
    });
  });

  it('a pair with few samples takes the numbers of its class, and says so', () => {
    withFolder((dir) => {
      const quotes = (name: string, sessions: readonly (keyof typeof HOURS)[], count: number, half: number) => [
        writeText(
          dir,
          name,
          ticks(sessions, count, () => half),
        ),
      ];
      measureOne({ ...about, pair: 'GBPUSD', out: dir, quotes: quotes('g.csv', ALL, 400, 2) });
      const few = quotes('e.csv', ['london'], 60, 1);
      const { table } = measureOne({ ...about, out: dir, quotes: few });
      const { sessions, pair } = table.instruments.EURUSD;
      expect(pair.halfSpreadBps).to.include({ level: 'pair', count: 59 });
      for (const session of SESSIONS) {
        const { level, count, p50 } = sessions[session].halfSpreadBps;
        expect([level, count]).to.deep.equal(['assetClass', session === 'london' ? 59 : 0]);
        expect(p50).to.be.closeTo(2, 1e-3);
      }
      // Of two, the class is measured from the one that was seen well enough; the other is not pooled into it.
      expect(table.assetClasses.fx.instruments).to.deep.equal(['EURUSD', 'GBPUSD']);
      expect(table.assetClasses.fx.halfSpreadBps.p99).to.be.closeTo(2, 1e-3);
    });
  });

  it('a pair without books takes the slippage of its class, and keeps it fresh', () => {
    withFolder((dir) => {
      const quotes = [
        writeText(
          dir,
          'q.csv',
          ticks(ALL, 400, () => 1),
        ),
      ];
      const book = (half: number) =>
        `${100 - half},1000,${100 - 2 * half},1000,${100 + half},1000,${100 + 2 * half},1000`;
      const rows = Array.from({ length: 700 }, (_, i) => `${MONDAY + i * SECOND_MS},${book(0.01)}`);
      const books = [writeText(dir, 'b.csv', `timestamp,b1p,b1q,b2p,b2q,a1p,a1q,a2p,a2q\n${rows.join('\n')}\n`)];
      const first = measureOne({ ...about, out: dir, quotes });
      expect(first.table.instruments.EURUSD.sessions.london.slippageBps).to.equal(null);
      const { table } = measureOne({ ...about, pair: 'GBPUSD', out: dir, quotes, books });
      expect(Object.keys(table.instruments)).to.deep.equal(['EURUSD', 'GBPUSD']);
      const borrowed = table.instruments.EURUSD.sessions.london.slippageBps;
      expect(borrowed?.[0]).to.include({ level: 'assetClass', count: 0 });
      const own = table.instruments.GBPUSD.sessions.tokyo.slippageBps?.[0];
      expect(own).to.include({ level: 'session', notional: 1000, p50: 0 });
      expect(own?.againstMid.p50).to.be.closeTo(1, 1e-6);
    });
  });

  it('a calibration that is refused leaves the folder as it was', () => {
    withFolder((dir) => {
      const good = writeText(
        dir,
        'q.csv',
        ticks(ALL, 400, () => 1),
      );
      const bad = writeText(dir, 'bad.csv', `${ticks(ALL, 400, () => 1)}99999999999999,2,1\n`);
      measureOne({ ...about, out: dir, quotes: [good] });
      const before = readdirSync(dir).map((name) => [name, readFileSync(`${dir}/${name}`, 'utf8')]);
      const again = (options: object) => () => measureOne({ ...about, out: dir, quotes: [good], ...options });
      expect(again({ quotes: [bad], date: '2024-01-17' })).to.throw(InputError, /ask below bid/);
      expect(again({ quotes: [], books: [] })).to.throw(InputError, /nothing to measure/);
      expect(again({ date: 'yesterday' })).to.throw(InputError, /not a date/);
      expect(again({ pair: 'NEW', assetClass: undefined })).to.throw(InputError, /assetClass/);
      const after = readdirSync(dir).map((name) => [name, readFileSync(`${dir}/${name}`, 'utf8')]);
      expect(after).to.deep.equal(before);
    });
  });

  it('cells that moved too far are refused unless accepted', () => {
    withFolder((dir) => {
      const calm = writeText(
        dir,
        'calm.csv',
        ticks(ALL, 400, () => 1),
      );
      const wild = writeText(
        dir,
        'wild.csv',
        ticks(ALL, 400, (session) => (session === 'london' ? 5 : 1)),
      );
      measureOne({ ...about, out: dir, quotes: [calm] });
      const next = { ...about, date: '2024-01-17', out: dir, quotes: [wild] };
      expect(() => measureOne(next)).to.throw(InputError, /EURUSD london halfSpreadBps.*factor of 5\.0/);
      expect(loadExecutionTable(`${dir}/execution_metrics.json`).created).to.equal('2024-01-16');
      measureOne({ ...next, drift: 'accept' });
      expect(loadExecutionTable(`${dir}/execution_metrics.json`).created).to.equal('2024-01-17');
    });
  });

  it('the pointer goes back to a date that exists, and to no other', () => {
    withFolder((dir) => {
      const quotes = [
        writeText(
          dir,
          'q.csv',
          ticks(ALL, 400, () => 1),
        ),
      ];
      for (const date of ['2024-01-16', '2024-01-17']) measureOne({ ...about, date, out: dir, quotes });
      expect(listTableDates(dir)).to.deep.equal(['2024-01-16', '2024-01-17']);
      rollbackTable(dir, '2024-01-16');
      expect(loadExecutionTable(`${dir}/execution_metrics.json`).created).to.equal('2024-01-16');
      expect(() => rollbackTable(dir, '2023-01-01')).to.throw(InputError, /tables are of 2024-01-16, 2024-01-17/);
      writeText(dir, 'execution_metrics_2024-01-17.json', '{');
      expect(() => rollbackTable(dir, '2024-01-17')).to.throw(InputError, /not JSON/);
      expect(loadExecutionTable(`${dir}/execution_metrics.json`).created).to.equal('2024-01-16');
    });
  });

  it('the same recordings and date give the same bytes', () => {
    withFolder((dir) => {
      const quotes = [
        writeText(
          dir,
          'q.csv',
          ticks(ALL, 400, (_, i) => 1 + (i % 7)),
        ),
      ];
      const bytes = () => readFileSync(measureOne({ ...about, out: dir, quotes }).path, 'utf8');
      expect(bytes()).to.equal(bytes());
    });
  });
});
