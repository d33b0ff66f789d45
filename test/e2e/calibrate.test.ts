import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadExecutionTable } from '../../market/execution/loadExecutionTable.ts';
import { hashTable } from '../../market/execution/table.ts';
import { calmBooks, calmQuotes, fillsCsv, fillsIn, MONDAY } from '../market/execution/calibrate/orderFixtures.ts';
import { regimen, regimenJson, startRegimen } from '../helpers/regimenCommand.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const NEW = ['--asset-class', 'test', '--venue', 'test'];

describe('regimen calibrate', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const quotes = file('quotes.csv', calmQuotes());
  const wide = file('wide.csv', calmQuotes(0.5));
  const out = join(folder, 'tables');
  const pointer = join(out, 'execution_metrics.json');
  const calibrate = (...more: readonly string[]): string[] => ['calibrate', '--out', out, ...more];

  /** Refused with exit code 2, in one message without a stack, and the folder of tables as it was. */
  function refused(args: readonly string[], ...says: readonly RegExp[]): void {
    const before = existsSync(out) ? readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8')) : [];
    const { code, stdout, stderr } = regimen(...args);
    expect(code, stdout + stderr).to.equal(2);
    for (const text of says) expect(stderr).to.match(text);
    expect(stderr, 'a stack trace is no message').not.to.match(/\n\s+at /);
    const after = existsSync(out) ? readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8')) : [];
    expect(after).to.deep.equal(before);
  }

  it('measures quotes, books and own fills, and shows them in a report', () => {
    const books = file('books.csv', calmBooks());
    const fills = file('fills.csv', fillsCsv(fillsIn('london', 150, () => 2)));
    const report = join(folder, 'report.html');
    const args = ['--pair', 'EURUSD', ...NEW, '--quotes', quotes, '--books', books, '--fills', fills];
    const { path } = regimenJson<{ path: string }>(...calibrate(...args, '--date', '2024-01-16', '--report', report));
    const { EURUSD } = loadExecutionTable(path).instruments;
    expect(EURUSD.latencyMs?.count).to.equal(150);
    expect(EURUSD.fillRatio?.p90).to.equal(1);
    expect(EURUSD.sessions.london.slippageBps?.[1]).to.include({ measuredFrom: 'fills', notional: 10_000 });
    expect(readFileSync(report, 'utf8')).to.include('Decision to fill');
  });

  it('a plan measures several instruments and publishes them together, or none of them', () => {
    const plan = file(
      'plan.yaml',
      'instruments:\n  A: { assetClass: test, venue: test, quotes: [quotes.csv] }\n  B: { assetClass: test, venue: test, quotes: [wide.csv] }\n',
    );
    const dir = join(folder, 'planned');
    const { path } = regimenJson<{ path: string }>('calibrate', '--plan', plan, '--out', dir);
    expect(Object.keys(loadExecutionTable(path).instruments)).to.deep.equal(['A', 'B']);
    const bad = file('bad.yaml', 'instruments:\n  A: { quotes: [wide.csv] }\n  B: { quote: [quotes.csv] }\n');
    refused(['calibrate', '--plan', bad, '--out', dir], /bad\.yaml:3:\d+ instruments\.B\.quote: unknown key.*'quotes'/);
    const half = file('half.yaml', 'instruments:\n  A: { quotes: [quotes.csv] }\n  B: { quotes: [none.csv] }\n');
    refused(['calibrate', '--plan', half, '--out', dir], /none\.csv: no such recording/);
    expect(loadExecutionTable(path).instruments.A.sources[0].name).to.equal('quotes.csv');
  });

  it('a table that moved too far is refused until it is accepted, and rolled back to', () => {
    const next = calibrate('--pair', 'EURUSD', '--quotes', wide, '--date', '2024-01-17');
    refused(next, /EURUSD \w+ halfSpreadBps p\d0: moved by a factor of 5\.0.*at most 3.*--accept/);
    expect(loadExecutionTable(pointer).created).to.equal('2024-01-16');
    regimenJson(...next, '--accept');
    expect(loadExecutionTable(pointer).created).to.equal('2024-01-17');
    regimenJson('calibrate', 'rollback', '2024-01-16', '--out', out);
    expect(loadExecutionTable(pointer).created).to.equal('2024-01-16');
    refused(['calibrate', 'rollback', '2023-01-01', '--out', out], /tables are of 2024-01-16, 2024-01-17/);
  });

  it('bad recordings', () => {
    const crossed = file('crossed.csv', `${calmQuotes()}${MONDAY + 1e9},2,1\n`);
    refused(calibrate('--pair', 'EURUSD', '--quotes', crossed), /crossed\.csv:3602: ask below bid; got .*bid <= ask/);
    const early = fillsIn('london', 40, () => 1).map((row) => ({ ...row, filledAtMs: row.decidedAtMs - 1 }));
    const fills = file('early.csv', fillsCsv(early));
    refused(calibrate('--pair', 'EURUSD', '--fills', fills), /early\.csv:2: fill before its decision; got \d+; rule/);
    const trades = file('trades.csv', 'timestamp,price,taker_side\n1,1,buy\n');
    refused(
      calibrate('--pair', 'EURUSD', '--quotes', quotes, '--trades', trades),
      /trades\.csv: trades without sizes.*needs timestamp, price, qty or quantity/,
    );
    refused(calibrate('--pair', 'NEW', '--quotes', quotes), /NEW: assetClass of a new instrument is not given/);
    refused(calibrate('--pair', 'EURUSD'), /EURUSD: nothing to measure.*quotes, books, trades or fills/);
  });

  it('bad tables: a missing session, a negative spread, a hash that does not match, an unknown pair', () => {
    const text = readFileSync(join(out, 'execution_metrics_2024-01-16.json'), 'utf8');
    /** Measuring into a folder reads its current table first. */
    const into = (name: string, spoilt: string) => {
      const dir = join(folder, name);
      mkdirSync(dir);
      writeFileSync(join(dir, 'execution_metrics.json'), '{"current":"execution_metrics_2024-01-16.json"}');
      writeFileSync(join(dir, 'execution_metrics_2024-01-16.json'), spoilt);
      return ['calibrate', '--out', dir, '--pair', 'EURUSD', '--quotes', quotes];
    };
    const resigned = (altered: string): string => {
      const copy = JSON.parse(altered) as object;
      return JSON.stringify({ ...copy, hash: hashTable(copy) });
    };
    refused(
      into('missing', resigned(text.replace('"london":', '"londn":'))),
      /EURUSD\.sessions\.london: missing value/,
    );
    refused(into('negative', resigned(text.replace(/"mean": ?/, '"mean":-'))), /2024-01-16\.json: .*\.mean: .*got -/);
    refused(
      into('edited', text.replace(/"venue": ?"test"/, '"venue":"else"')),
      /hash: the content hash does not match/,
    );
    const config = new URL('tiny.yaml', import.meta.url).pathname;
    const set = ['--set', `execution.table=${pointer}`, '--set', 'execution.instrument=EURUDS'];
    refused(
      ['run', config, ...set, '--runs-dir', join(folder, 'runs')],
      /unknown instrument; got "EURUDS"; rule: measured instruments are EURUSD.*'EURUSD'/,
    );
  });

  it('several at once: each publishes, none loses what another published', async () => {
    const pairs = ['A', 'B', 'C', 'D'];
    const dir = join(folder, 'together');
    const ends = pairs.map(async (pair) => {
      const child = startRegimen('calibrate', '--out', dir, '--pair', pair, ...NEW, '--quotes', quotes);
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    });
    expect(await Promise.all(ends)).to.deep.equal([0, 0, 0, 0]);
    const table = loadExecutionTable(join(dir, 'execution_metrics.json'));
    expect(Object.keys(table.instruments)).to.deep.equal(pairs);
    expect(readdirSync(dir)).to.deep.equal(['execution_metrics.json', `execution_metrics_${table.created}.json`]);
  });

  it('killed while it publishes: the pointer leads to a whole table, and the next one is not held up', async () => {
    const dir = join(folder, 'killed');
    const run = (pair: string, recording: string) =>
      ['calibrate', '--out', dir, '--pair', pair, ...NEW, '--quotes', recording, '--accept'] as const;
    regimenJson(...run('A', quotes));
    const current = join(dir, 'execution_metrics.json');
    const known = new Set([loadExecutionTable(current).hash]);
    let killedInside = 0;
    for (const sign of [/lock$/, /\d\.json.*tmp$/, /metrics\.json.*tmp$/, /\d\.json$/]) {
      const child = startRegimen(...run('A', sign.source.length % 2 === 0 ? wide : quotes));
      const ended = once(child, 'exit');
      const watcher = watch(dir, (_, name) => void (sign.test(name ?? '') && child.kill('SIGKILL')));
      await ended;
      watcher.close();
      if (readdirSync(dir).some((name) => name.endsWith('lock'))) killedInside += 1;
      // Whole, with a hash that matches: the table before, or the one that was being published.
      known.add(loadExecutionTable(current).hash);
    }
    expect(killedInside).to.be.above(0);
    expect(known.size).to.be.within(1, 2);
    regimenJson(...run('B', quotes));
    const table = loadExecutionTable(current);
    expect(Object.keys(table.instruments)).to.deep.equal(['A', 'B']);
    expect(readdirSync(dir)).to.deep.equal(['execution_metrics.json', `execution_metrics_${table.created}.json`]);
  });
});
