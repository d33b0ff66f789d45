import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LEDGER_COLUMNS, type Ledger } from '../../envs/ledger.ts';
import { Journal } from '../../live/journal.ts';
import { runLive } from '../../live/runner.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { liveRun } from './liveRun.ts';

const SEED = 11;
const book = (ledger: Ledger) => LEDGER_COLUMNS.map((column) => [...ledger.columns()[column]]);

describe('live resume', () => {
  const folder = temporaryFolder();

  /** Runs the child until its journal has grown to `bytes`, then kills it without warning. */
  async function killAt(path: string, bytes: number): Promise<void> {
    const program = new URL('./killedRunner.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', program, path, String(SEED)], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    for (let waited = 0; waited < 20_000 && child.exitCode === null; waited += 5) {
      if (existsSync(path) && statSync(path).size >= bytes) break;
      await sleep(5);
    }
    child.kill('SIGKILL');
    const [, signal] = (await ended) as [number | null, string | null];
    expect(signal).to.equal('SIGKILL');
  }

  it('a run killed twice and taken up again has the ledger of one that never was', async () => {
    const { ledger } = await runLive(liveRun(SEED));
    const path = join(folder, 'killed.jsonl');
    await killAt(path, 60_000);
    await killAt(path, 200_000);
    const journal = new Journal(path, 'buffered');
    const lived = journal.recovered.filter(({ kind }) => kind === 'bar').length;
    expect(lived).to.be.within(20, 380);
    const resumed = await runLive(liveRun(SEED, { journal }));
    expect(book(resumed.ledger)).to.deep.equal(book(ledger));
    expect(resumed.bars).to.equal(400);
    const bars = new Journal(path).recovered.filter(({ kind }) => kind === 'bar').length;
    expect(bars).to.equal(400);
  });

  it('cut anywhere, a journal resumes to the same ledger', async () => {
    const { ledger } = await runLive(liveRun(SEED));
    const whole = join(folder, 'whole.jsonl');
    await runLive(liveRun(SEED, { journal: new Journal(whole, 'buffered') }));
    const bytes = readFileSync(whole);
    const path = join(folder, 'cut.jsonl');
    for (const share of [0.001, 0.1, 0.2637, 0.5, 0.77321, 0.999]) {
      writeFileSync(path, bytes.subarray(0, Math.floor(share * bytes.length)));
      const resumed = await runLive(liveRun(SEED, { journal: new Journal(path, 'buffered') }));
      expect(book(resumed.ledger)).to.deep.equal(book(ledger));
    }
  });

  it('an interrupt finishes the bar at hand, and the run goes on where it stopped', async () => {
    const { ledger } = await runLive(liveRun(SEED));
    const path = join(folder, 'interrupted.jsonl');
    const operator = new AbortController();
    const options = liveRun(SEED, { journal: new Journal(path, 'buffered'), signal: operator.signal });
    let bars = 0;
    const feed = (async function* () {
      for await (const bar of options.feed) {
        if (++bars === 150) operator.abort();
        yield bar;
      }
    })();
    const first = await runLive({ ...options, feed });
    expect(first.ended).to.equal('interrupted');
    expect(first.bars).to.be.within(149, 150);
    const second = await runLive(liveRun(SEED, { journal: new Journal(path, 'buffered') }));
    expect(second.ended).to.equal('feedEnded');
    expect(book(second.ledger)).to.deep.equal(book(ledger));
  });

  it('a feed that is silent does not hold an interrupt up', async () => {
    const operator = new AbortController();
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const run = runLive(liveRun(SEED, { feed: silent, signal: operator.signal }));
    setTimeout(() => operator.abort(), 20);
    expect((await run).ended).to.equal('interrupted');
  });

  it('a torn last line and an unfinished bar are dropped; anything else that is broken is refused by line', async () => {
    const path = join(folder, 'torn.jsonl');
    const journal = new Journal(path, 'buffered');
    journal.write([
      { kind: 'start', name: 'a', startEquity: 1, identity: '' },
      { kind: 'checkpoint', state: 1 },
    ]);
    const whole = statSync(path).size;
    journal.write([{ kind: 'decision', action: 0, wantedWeight: 0 }]);
    appendFileSync(path, '{"seq":4,"kind":"ba');
    const size = statSync(path).size;
    const opened = new Journal(path, 'buffered');
    expect(opened.recovered.map(({ kind }) => kind)).to.deep.equal(['start', 'checkpoint']);
    expect([opened.droppedBytes, statSync(path).size]).to.deep.equal([size - whole, whole]);
    opened.write([{ kind: 'checkpoint', state: 2 }]);
    expect(new Journal(path).recovered).to.have.length(3);

    appendFileSync(path, '{"seq":9,"kind":"checkpoint","state":0}\n');
    expect(await refusal(() => new Journal(path)))
      .to.include('torn.jsonl:4')
      .and.to.include('seq 4');
    truncateSync(path, whole);
    appendFileSync(path, 'nonsense\n{"seq":4,"kind":"checkpoint","state":0}\n');
    expect(await refusal(() => new Journal(path))).to.include('torn.jsonl:3: line is not JSON');
    truncateSync(path, whole);
    appendFileSync(path, '{"seq":3,"kind":"order","order":{}}\n');
    expect(await refusal(() => new Journal(path))).to.include('torn.jsonl:3: not a journal record');
  });

  it('a journal of another model, name or start equity is refused', async () => {
    const path = join(folder, 'other.jsonl');
    await runLive(liveRun(SEED, { journal: new Journal(path, 'buffered') }));
    const act = () => runLive(liveRun(SEED, { journal: new Journal(path), identity: 'another model' }));
    expect(await refusal(act))
      .to.include('another run')
      .and.to.include('another model');
  });
});
