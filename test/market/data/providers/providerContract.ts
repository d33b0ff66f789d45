/** What every provider must keep, whatever its format: written once, run against each one's own local server. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Bar } from '../../../../market/data/bar.ts';
import { csvLines } from '../../../../market/data/providers/assembleBars.ts';
import { addBars } from '../../../../market/data/providers/barInterval.ts';
import type { FetchReport } from '../../../../market/data/providers/fetchBars.ts';
import { findProvider } from '../../../../market/data/providers/providers.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { fakeBars } from './fakeMarket.ts';
import { FAKE_KEY } from './fakeProviders.ts';
import { FakeServer, type FakeProvider, type Fault } from './fakeServer.ts';
import { FetchBench, NOW_MS, type JobChange } from './fetchBench.ts';

/** Friday morning, so that no empty answer is taken for a weekend. New York's clocks change on the Sunday after. */
const FROM_MS = Date.UTC(2024, 2, 8, 9);
const BATCHES = 3;

/** @param hasVolume false where the provider has no volume of a bar */
export function testProviderContract(fake: FakeProvider, { hasVolume = true } = {}): void {
  describe(`${fake.name}: provider contract`, () => {
    const folder = temporaryFolder();
    let server: FakeServer;
    let bench: FetchBench;
    let out: string;
    let run = 0;
    const toMs = addBars(FROM_MS, fake.timeframe, 100 * BATCHES - 40);
    const withVolume = (bar: Bar): Bar => (hasVolume ? bar : { ...bar, volume: 0 });
    const truth = fakeBars(FROM_MS, toMs, fake.timeframe).map(withVolume);

    beforeEach(async () => {
      server = await new FakeServer(fake).start();
      bench = new FetchBench();
      out = join(folder, `${fake.name}-${run++}.csv.gz`);
    });
    afterEach(() => server.stop());

    const fetch = (change: Partial<JobChange> = {}): Promise<FetchReport> =>
      bench.fetch([server], { fromMs: FROM_MS, toMs, out, ...change });
    const written = () => gunzipSync(readFileSync(out)).toString('utf8');
    const expected = (bars: readonly Bar[] = truth) => `timestamp,open,high,low,close,volume\n${csvLines(bars)}`;
    async function survives(...faults: readonly Fault[]): Promise<FetchReport> {
      server.faults = [...faults];
      const report = await fetch();
      expect(report.failed).to.deep.equal([]);
      expect(report).to.include({ state: 'complete', bars: truth.length, batches: BATCHES });
      expect(written()).to.equal(expected());
      return report;
    }
    async function fails(kind: string, ...faults: readonly Fault[]): Promise<string> {
      server.faults = [...faults];
      const report = await fetch();
      expect(report.state).to.equal('failed');
      expect(existsSync(out), 'a file that lacks bars').to.equal(false);
      const [{ reasons }] = report.failed;
      expect(reasons.map((reason) => reason.kind)).to.deep.equal([kind]);
      expect(JSON.stringify(report)).not.to.include(FAKE_KEY);
      return reasons[0].message;
    }
    /** Any number of times, so that no retry escapes it. */
    const always = (fault: Fault): Fault[] => Array.from({ length: 60 }, () => fault);

    it('every bar of the range is written once, in order, with its true open time', async () => {
      const report = await survives();
      expect(report).to.include({ repeatedBars: 0, emptyBatches: 0, fetchedBatches: BATCHES });
      expect(report.providers).to.deep.equal({ [fake.name]: BATCHES });
      expect(existsSync(`${out}.part`)).to.equal(false);
    });

    it('"too many requests" is heeded: it waits, asks slower, and no bar is lost', async () => {
      await survives({ kind: 'answer', ...fake.tooMany });
      const asked = Number(fake.tooMany.headers?.['retry-after'] ?? 1) * 1000;
      expect(Math.max(...bench.pauses)).to.be.at.least(asked);
    });

    it('Retry-After in seconds and as a date is waited for, by the clock of the server', async () => {
      const { status, body } = fake.tooMany;
      await survives({ kind: 'answer', status, body, headers: { 'retry-after': '33' } });
      expect(Math.max(...bench.pauses)).to.be.within(33_000, 61_000);
      bench.pauses.length = 0;
      out = out.replace('.csv', '-dated.csv');
      const date = 'Mon, 01 Apr 2024 00:00:00 GMT';
      const retryAfter = 'Mon, 01 Apr 2024 00:01:30 GMT';
      await survives({ kind: 'answer', status: 429, body: {}, headers: { date, 'retry-after': retryAfter } });
      expect(Math.max(...bench.pauses)).to.be.within(90_000, 91_000);
    });

    it('a pause beyond the limit ends the batch instead of sleeping for hours', async () => {
      const message = await fails(
        'refused',
        ...always({ kind: 'answer', ...fake.tooMany, headers: { 'retry-after': '86400' } }),
      );
      expect(message).to.match(/pause of 86\d\d\d s/);
      expect(server.requests.length).to.equal(1);
    });

    it('errors of the server, broken JSON and a connection cut mid-body are retried', async () => {
      await survives(
        { kind: 'answer', status: 503, body: { message: 'down' } },
        { kind: 'raw', text: '<html>Bad Gateway' },
        { kind: 'cut' },
        { kind: 'none' },
        { kind: 'raw', text: '{"valid": "JSON of another shape"}' },
        { kind: 'answer', status: 500, body: 'oops' },
      );
    });

    it('an answer that never comes is given up after the timeout and asked for again', async () => {
      server.faults = [{ kind: 'silent' }];
      const report = await fetch({ limits: { timeoutMs: 150 } });
      expect(report.state).to.equal('complete');
      expect(written()).to.equal(expected());
    });

    it('an empty answer is not believed at first', async () => {
      await survives({ kind: 'bars', change: () => [] });
    });

    it('an answer that repeats its last bar and reaches beyond the window yields each bar once', async () => {
      const beyond = (bars: Bar[]) => [...bars, ...bars.slice(-3)];
      const { repeatedBars } = await survives({ kind: 'bars', change: beyond });
      expect(repeatedBars > 0).to.equal(fake.canRepeat);
    });

    it('rows out of order are put in order', async () => {
      await survives({ kind: 'bars', change: (bars) => [...bars].reverse() });
    });

    it('a bar that cannot be is refused by the strict checks, named, and never written', async () => {
      const spoil = (bars: Bar[]) => bars.map((bar) => ({ ...bar, high: bar.low - 1 }));
      expect(await fails('malformed', ...always({ kind: 'bars', change: spoil }))).to.match(
        /^bar of 2024-03-\d\d.*high is below low/,
      );
    });

    (fake.canRepeat ? it : undefined)?.('one bar with two sets of values is refused', async () => {
      const twice = (bars: Bar[]) => bars.flatMap((bar) => [bar, { ...bar, close: bar.low }]);
      expect(await fails('malformed', ...always({ kind: 'bars', change: twice }))).to.include('duplicate timestamp');
    });

    it('bars are not believed closed before the clock of the server says so, whatever ours says', async () => {
      const date = new Date(toMs - 3 * 86_400_000).toUTCString();
      const message = await fails('unfinished', ...always({ kind: 'date', date }));
      expect(message).to.include('not closed yet');
      server.faults = [];
      await survives();
    });

    it('its own word for an unknown symbol is passed on without the key, and not asked about again', async () => {
      const message = await fails('refused', ...always({ kind: 'answer', ...fake.unknownSymbol }));
      expect(message.length).to.be.greaterThan(5);
      expect(server.requests.length, 'one request for each batch').to.equal(BATCHES);
    });

    it('a failed batch is reported, the rest is kept, and the next call asks for the failed one alone', async () => {
      // Where one answer holds a whole month, the failed batches are those of the second month.
      const isWhole = findProvider(fake.name).answersWhole === true;
      const range = { fromMs: FROM_MS, toMs, ...(isWhole && { toMs: Date.UTC(2024, 4, 8) }) };
      bench.clock.advance(isWhole ? 60 * 86_400_000 : 0);
      const seen = new Set<string>();
      server.onRequest = () => {
        seen.add(server.requests.at(-1) ?? '');
        // The second thing that is asked for, however often.
        const isSecond = server.requests.at(-1) === [...seen][1];
        server.faults = isSecond ? [{ kind: 'raw', text: 'not JSON' }] : [];
      };
      const report = await fetch({ ...range, maxFailuresInRow: 100, limits: { retries: 1 } });
      const failed = report.failed.map(({ batch }) => batch);
      expect(report.state).to.equal('failed');
      expect(report.fetchedBatches + failed.length).to.equal(report.batches);
      expect(failed)
        .to.not.include(0)
        .and.not.include(report.batches - 1);
      expect(failed.length).to.be.within(1, isWhole ? 17 : 1);
      server.onRequest = () => {};
      server.faults = [];
      const before = server.requests.length;
      const counts = { fetchedBatches: failed.length, resumedBatches: report.fetchedBatches };
      expect(await fetch(range)).to.include({ state: 'complete', ...counts });
      expect(server.requests.length - before).to.be.within(1, isWhole ? 3 : 1);
      const bars = fakeBars(range.fromMs, range.toMs, fake.timeframe);
      expect(written()).to.equal(expected(bars.map(withVolume)));
    });

    it('days, weeks and months carry the midnight that starts them', async () => {
      const provider = findProvider(fake.name);
      for (const timeframe of ['1d', '1w', '1M'] as const) {
        if (provider.intervals[timeframe] === undefined) continue;
        const path = join(folder, `${fake.name}-${timeframe}.csv`);
        const range = { fromMs: Date.UTC(2023, 4, 1), toMs: Date.UTC(2024, 2, 1) };
        const report = await fetch({ ...range, timeframe, out: path });
        expect(report.state, timeframe).to.equal('complete');
        const bars = fakeBars(range.fromMs, range.toMs, timeframe).map(withVolume);
        expect(readFileSync(path, 'utf8'), timeframe).to.equal(expected(bars));
      }
    });

    it('a symbol and a timeframe that it does not have are refused with those that it has', async () => {
      const request = { fromMs: FROM_MS, toMs: NOW_MS, out };
      const words = Object.keys(findProvider(fake.name).intervals).join(', ');
      const other = Object.keys(findProvider(fake.name).intervals).includes('12h') ? '45m' : '12h';
      if (fake.name !== 'polygon') {
        const asked = () => bench.job([server], { ...request, timeframe: other as '12h' });
        expect(await refusal(asked))
          .to.include(words)
          .and.include(other);
      }
      const odd = await refusal(() => bench.job([server], { ...request, symbol: '§§' }));
      expect(odd).to.include('--symbol').and.include('BTCUSDT');
      expect(server.requests).to.deep.equal([]);
    });
  });
}
