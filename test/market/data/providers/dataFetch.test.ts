import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { csvLines } from '../../../../market/data/providers/assembleBars.ts';
import type { FetchReport } from '../../../../market/data/providers/fetchBars.ts';
import { startRegimen, type CommandOutcome } from '../../../helpers/regimenCommand.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { fakeBars } from './fakeMarket.ts';
import { fakeNamed } from './fakeProviders.ts';
import { FakeServer } from './fakeServer.ts';

const FROM = '2024-03-08T09:00:00Z';
const TO = '2024-03-18T12:34:00Z';
const MINUTES = (Date.parse(TO) - Date.parse(FROM)) / 60_000;
const BATCHES = Math.ceil(MINUTES / 1000);

/** Waits for the process, whose server lives in this one. */
function outcome(child: ChildProcess): Promise<CommandOutcome & { readonly signal: NodeJS.Signals | null }> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, ...text })));
}

describe('regimen data fetch', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  let server: FakeServer;
  beforeEach(async () => {
    server = await new FakeServer(fakeNamed('binance')).start();
  });
  afterEach(() => server.stop());

  const start = (out: string, ...more: readonly string[]): ChildProcess => {
    const what = ['--provider', 'binance', '--symbol', 'BTCUSDT', '--timeframe', '1m', '--from', FROM, '--to', TO];
    return startRegimen('data', 'fetch', ...what, '--base-url', server.url, '--out', out, '--json', ...more);
  };
  const reportOf = ({ stdout }: CommandOutcome) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as FetchReport;

  it('killed halfway and resumed, it writes the file of an uninterrupted fetch, byte for byte', async () => {
    const whole = join(folder, 'whole.csv.gz');
    const undisturbed = await outcome(start(whole));
    expect(undisturbed.code, undisturbed.stderr).to.equal(0);
    const counts = { state: 'complete', bars: MINUTES, batches: BATCHES, fetchedBatches: BATCHES };
    expect(reportOf(undisturbed)).to.include(counts);
    const truth = csvLines(fakeBars(Date.parse(FROM), Date.parse(TO), '1m'));
    expect(gunzipSync(readFileSync(whole)).toString()).to.equal(`timestamp,open,high,low,close,volume\n${truth}`);

    const out = join(folder, 'killed.csv.gz');
    const halfway = Math.ceil(BATCHES / 2);
    server.requests.length = 0;
    const child = start(out);
    // Killed while it waits for an answer, with the batches before that one on disk.
    server.onRequest = (count) => {
      if (count === halfway + 1) child.kill('SIGKILL');
    };
    expect(await outcome(child)).to.include({ signal: 'SIGKILL' });
    expect([existsSync(out), existsSync(`${out}.part`)]).to.deep.equal([false, true]);
    server.onRequest = () => {};

    server.requests.length = 0;
    const resumed = await outcome(start(out));
    expect(resumed.code, resumed.stderr).to.equal(0);
    const rest = BATCHES - halfway;
    expect(reportOf(resumed)).to.include({ resumedBatches: halfway, fetchedBatches: rest, bars: MINUTES });
    expect(server.requests.length, 'only what was missing is asked for').to.equal(rest);
    expect(readFileSync(out).equals(readFileSync(whole))).to.equal(true);
    expect(existsSync(`${out}.part`)).to.equal(false);
  });

  it('failed batches are listed with exit code 1', async () => {
    const out = join(folder, 'failed.csv');
    const bad = `startTime=${Date.parse(FROM) + 2 * 60_000_000}&`;
    server.onRequest = () => {
      const isBad = server.requests.at(-1)?.includes(bad) === true;
      server.faults = isBad ? [{ kind: 'answer', status: 400, body: { code: -1100, msg: 'Illegal characters.' } }] : [];
    };
    const failed = await outcome(start(out));
    expect(failed.code).to.equal(1);
    const { failed: list, fetchedBatches } = reportOf(failed);
    expect(fetchedBatches).to.equal(BATCHES - 1);
    expect(list).to.deep.equal([
      {
        batch: 2,
        from: '2024-03-09T18:20:00.000Z',
        to: '2024-03-10T11:00:00.000Z',
        reasons: [{ provider: 'binance', kind: 'refused', message: 'HTTP 400: Illegal characters.' }],
      },
    ]);
  });

  it('Ctrl-C keeps what was fetched and exits with 130', async () => {
    const out = join(folder, 'interrupted.csv');
    const child = start(out);
    server.onRequest = (count) => {
      if (count === 4) child.kill('SIGINT');
    };
    const interrupted = await outcome(child);
    expect(interrupted.code, interrupted.stderr).to.equal(130);
    expect(reportOf(interrupted).state).to.equal('interrupted');
    expect(reportOf(interrupted).fetchedBatches).to.be.within(3, 4);
  });

  it('bad input is one clear error with exit code 2, before anything is asked or written', async () => {
    const out = join(folder, 'bad.csv');
    const { code, stderr } = await outcome(start(out, '--provider', 'yaho'));
    expect(code, stderr).to.equal(2);
    expect(stderr).to.match(/--provider: unknown provider.*did you mean 'yahoo'/);
    expect(server.requests).to.deep.equal([]);
    expect([existsSync(out), existsSync(`${out}.part`)]).to.deep.equal([false, false]);
  });
});
