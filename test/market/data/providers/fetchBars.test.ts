import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Bar } from '../../../../market/data/bar.ts';
import { numBars } from '../../../../market/data/bars.ts';
import { readBarFile } from '../../../../market/data/importBars.ts';
import { csvLines } from '../../../../market/data/providers/assembleBars.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { fakeBars } from './fakeMarket.ts';
import { fakeNamed } from './fakeProviders.ts';
import { FakeServer, type Fault } from './fakeServer.ts';
import { FetchBench } from './fetchBench.ts';

const MINUTE = 60_000;
const FROM_MS = Date.UTC(2024, 2, 8, 9);
const down: Fault = { kind: 'answer', status: 503, body: {} };

describe('fetching bars', () => {
  const folder = temporaryFolder();
  let run = 0;
  let bench: FetchBench;
  let binance: FakeServer;
  let polygon: FakeServer;
  beforeEach(async () => {
    bench = new FetchBench();
    binance = await new FakeServer(fakeNamed('binance')).start();
    polygon = await new FakeServer(fakeNamed('polygon')).start();
  });
  afterEach(() => Promise.all([binance.stop(), polygon.stop()]));

  const newOut = (extension = '.csv.gz'): string => join(folder, `bars-${run++}${extension}`);
  const range = (numBars: number) => ({ fromMs: FROM_MS, toMs: FROM_MS + numBars * MINUTE, timeframe: '1m' as const });
  const expected = (bars: number) =>
    `timestamp,open,high,low,close,volume\n${csvLines(fakeBars(FROM_MS, FROM_MS + bars * MINUTE, '1m'))}`;
  const always = (fault: Fault): Fault[] => Array.from({ length: 1000 }, () => fault);

  it('the file is read back by the import, bar for bar', async () => {
    const out = newOut();
    await bench.fetch([binance], { ...range(950), out });
    const { bars, timeframeMs, gaps } = await readBarFile(out);
    expect([numBars(bars), timeframeMs, gaps]).to.deep.equal([950, MINUTE, []]);
    const truth = fakeBars(FROM_MS, FROM_MS + 950 * MINUTE, '1m');
    expect([...bars.close]).to.deep.equal(truth.map(({ close }) => close));
    expect([...bars.volume]).to.deep.equal(truth.map(({ volume }) => volume));
  });

  it('no request asks for more than a thousand bars', async () => {
    await bench.fetch([binance], { ...range(2500), out: newOut(), batchBars: 1000 });
    for (const request of binance.requests) {
      const query = new URL(request, 'http://fake').searchParams;
      expect(Number(query.get('endTime')) + 1 - Number(query.get('startTime'))).to.be.at.most(1000 * MINUTE);
    }
    expect(binance.requests.length).to.equal(3);
  });

  it('however often it fails and is started again, the bytes are those of one undisturbed download', async () => {
    const whole = newOut();
    await bench.fetch([binance], { ...range(400), out: whole, batchBars: 40 });
    // A server that leaves bars out twice running cannot be told from a market without them: each lie comes alone.
    const lie = (change: (bars: Bar[]) => Bar[]): Fault[] => [{ kind: 'bars', change }, { kind: 'none' }];
    const faults = fc.constantFrom<Fault[]>(
      [{ kind: 'none' }],
      [down],
      [{ kind: 'cut' }],
      [{ kind: 'raw', text: '[' }],
      lie(() => []),
      lie((bars) => bars.slice(0, 7)),
      lie((bars) => bars.slice(-7)),
      [{ kind: 'bars', change: (bars) => [...bars, ...bars.slice(-2)] }],
      [{ kind: 'answer', status: 429, body: {}, headers: { 'retry-after': '2' } }],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(faults, { minLength: 5, maxLength: 40 }), async (trouble) => {
        const out = newOut();
        binance.faults = trouble.flat();
        for (let sitting = 0; sitting < 60 && !existsSync(out); sitting++) {
          await bench.fetch([binance], {
            ...range(400),
            out,
            batchBars: 40,
            limits: { retries: 0 },
            maxFailuresInRow: 2,
          });
        }
        expect(readFileSync(out).equals(readFileSync(whole))).to.equal(true);
      }),
      { numRuns: 8 },
    );
  });

  it('an interruption keeps the whole batches, and the next call goes on after them', async () => {
    const out = newOut();
    const interruption = new AbortController();
    binance.onRequest = (count) => {
      if (count === 4) interruption.abort();
    };
    const first = await bench.fetch([binance], { ...range(950), out, signal: interruption.signal });
    expect(first).to.include({ state: 'interrupted', fetchedBatches: 3 });
    expect(existsSync(out)).to.equal(false);
    const second = await bench.fetch([binance], { ...range(950), out });
    expect(second).to.include({ state: 'complete', resumedBatches: 3, fetchedBatches: 7 });
    expect(gunzipSync(readFileSync(out)).toString()).to.equal(expected(950));
  });

  it('providers stand in for one another, batch by batch, and the report says who gave what', async () => {
    binance.faults = [{ kind: 'none' }, ...always(down).slice(0, 2)];
    const range5m = { fromMs: FROM_MS, toMs: FROM_MS + 300 * 5 * MINUTE, timeframe: '5m' as const };
    const out = newOut();
    const report = await bench.fetch([binance, polygon], {
      ...range5m,
      out,
      providerSymbols: { polygon: 'AAPL' },
      limits: { retries: 1 },
    });
    expect(report).to.deep.include({ state: 'complete', providers: { binance: 2, polygon: 1 }, failed: [] });
    const truth = csvLines(fakeBars(range5m.fromMs, range5m.toMs, '5m'));
    expect(gunzipSync(readFileSync(out)).toString()).to.equal(`timestamp,open,high,low,close,volume\n${truth}`);
  });

  it('a failed batch carries what each provider said', async () => {
    binance.faults = always(down);
    polygon.faults = always({ kind: 'answer', ...fakeNamed('polygon').unknownSymbol });
    const change = { fromMs: FROM_MS, toMs: FROM_MS + 500 * MINUTE, timeframe: '5m' as const, out: newOut() };
    const report = await bench.fetch([binance, polygon], {
      ...change,
      providerSymbols: { polygon: 'AAPL' },
      limits: { retries: 0 },
    });
    expect(report.failed[0].reasons).to.deep.equal([
      { provider: 'binance', kind: 'server', message: 'HTTP 503' },
      { provider: 'polygon', kind: 'refused', message: 'You are not entitled to this data, ***.' },
    ]);
  });

  it('a provider that is down is left alone, then probed once, and trusted again when it answers', async () => {
    const limits = { retries: 0, breakerFailures: 3, halfOpenAfterMs: 40 };
    binance.faults = always(down);
    const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    const probed: number[] = [];
    const pause = async (ms: number) => {
      probed.push(binance.requests.length);
      // The breaker reads the real clock.
      await sleep(ms + 5);
      if (probed.length === 3) binance.faults = [];
    };
    const out = newOut();
    const report = await bench.fetch([binance], { ...range(950), out, limits, maxFailuresInRow: 100, pause });
    // Three failures open the circuit; from then on there is one request for each pause, until one is answered.
    expect(probed.slice(0, 3)).to.deep.equal([3, 4, 5]);
    expect(probed.length).to.equal(3);
    expect(report.failed.length).to.equal(4);
    expect(report.fetchedBatches).to.equal(6);
    expect(await bench.fetch([binance], { ...range(950), out })).to.include({ state: 'complete', fetchedBatches: 4 });
    expect(gunzipSync(readFileSync(out)).toString()).to.equal(expected(950));
  });

  it('after so many failures in a row it stops asking, and lists the rest as not asked', async () => {
    binance.faults = always({ kind: 'answer', ...fakeNamed('binance').unknownSymbol });
    const report = await bench.fetch([binance], { ...range(2000), out: newOut(), maxFailuresInRow: 3 });
    expect(report).to.include({ state: 'failed', batches: 20, bars: 0 });
    expect(binance.requests.length).to.equal(3);
    expect(report.failed.length).to.equal(20);
    expect(report.failed.map(({ reasons }) => reasons.length)).to.deep.equal([1, 1, 1, ...Array<number>(17).fill(0)]);
    expect(report.failed[0].reasons[0].message).to.equal('HTTP 400: Invalid symbol.');
  });

  it('a range without a single bar is refused and leaves nothing behind', async () => {
    binance.faults = always({ kind: 'bars', change: () => [] });
    const out = newOut();
    const message = await refusal(() => bench.fetch([binance], { ...range(150), out }));
    expect(message).to.include('no provider has a single 1m bar of BTCUSDT');
    expect([existsSync(out), existsSync(`${out}.part`)]).to.deep.equal([false, false]);
    await refusal(() => bench.fetch([binance], { ...range(0), out }));
  });

  it('batches before the first trade are empty, counted, and do not end the download', async () => {
    const firstTradeMs = FROM_MS + 250 * MINUTE;
    binance.faults = always({ kind: 'bars', change: (bars) => bars.filter((bar) => bar.openTimeMs >= firstTradeMs) });
    const out = newOut('.csv');
    const report = await bench.fetch([binance], { ...range(500), out });
    expect(report).to.include({ state: 'complete', bars: 250, emptyBatches: 2 });
    expect(readFileSync(out, 'utf8').split('\n')[1]).to.match(new RegExp(`^${firstTradeMs},`));
  });

  it('a part file of another range is not mixed in', async () => {
    const out = newOut();
    binance.faults = [{ kind: 'none' }, ...always(down)];
    await bench.fetch([binance], { ...range(300), out, limits: { retries: 0 } });
    binance.faults = [];
    expect(await refusal(() => bench.fetch([binance], { ...range(400), out }))).to.include('another download');
    writeFileSync(`${out}.part`, 'not a part file\n');
    expect(await refusal(() => bench.fetch([binance], { ...range(300), out }))).to.include('.part');
    expect(readFileSync(`${out}.part`, 'utf8')).to.equal('not a part file\n');
  });
});
