import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import type { Policy } from '../../agents/agent.ts';
import { composeEnsemble } from '../../agents/ensemble/composeEnsemble.ts';
import { createRng } from '../../core/rng.ts';
import type { Ledger } from '../../envs/ledger.ts';
import { Journal } from '../../live/journal.ts';
import { checkLiveParity } from '../../live/parity.ts';
import { runLive, type LiveOptions } from '../../live/runner.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { liveRun } from './liveRun.ts';
import { liveWorlds } from './liveWorlds.ts';
import { loadRecurrent, recurrentModel } from './recurrentPolicy.ts';

const SEED = 22;
const BARS = 160;
const EVERY = 9;

const book = (ledger: Ledger) => Object.values(ledger.columns()).map((column) => [...column]);

describe('a live policy that remembers', () => {
  const folder = temporaryFolder();
  let model: Uint8Array;
  let whole: Ledger;
  let lines: string[];

  /** A fresh sitting on a journal, with a freshly loaded policy. */
  async function sit(path: string | null, shape: (policy: Policy) => Policy = (policy) => policy): Promise<Ledger> {
    const options = liveRun(SEED, {}, BARS);
    const policy = await loadRecurrent(model, options.stream.context);
    const journal = path === null ? null : new Journal(path, 'buffered');
    const sitting: LiveOptions = { ...options, policy: shape(policy), journal };
    const { ledger } = await runLive(sitting);
    policy.dispose();
    journal?.close();
    return ledger;
  }

  before(async () => {
    model = await recurrentModel(SEED);
    whole = await sit(null);
    const path = join(folder, 'whole.jsonl');
    await sit(path);
    lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  });

  /** What a kill right after the write of the n-th bar leaves, and some bytes of the next. */
  function killedAfter(bar: number, name: string): string {
    let bars = 0;
    const end = lines.findIndex((line) => line.includes('"kind":"checkpoint"') && ++bars === bar);
    const path = join(folder, `${name}.jsonl`);
    writeFileSync(path, `${lines.slice(0, end + 1).join('\n')}\n${(lines[end + 1] ?? '').slice(0, 25)}`);
    return path;
  }

  it('killed at every ninth bar and taken up again, it goes on as if it never was; without what it remembers it does not', async () => {
    const forgetful = ({ name, act, reset }: Policy): Policy => ({ name, act, ...(reset !== undefined && { reset }) });
    expect(new Set(whole.columns().targetWeight).size).to.be.greaterThan(1);
    let [kills, noticed] = [0, 0];
    for (let bar = EVERY; bar < BARS; bar += EVERY) {
      expect(book(await sit(killedAfter(bar, `bar${bar}`)))).to.deep.equal(book(whole));
      const forgot = await sit(killedAfter(bar, `forgot${bar}`), forgetful);
      kills += 1;
      if (JSON.stringify(book(forgot)) !== JSON.stringify(book(whole))) noticed += 1;
    }
    expect(kills).to.equal(Math.floor((BARS - 1) / EVERY));
    expect(noticed).to.be.greaterThan(kills / 4);
  });

  it('killed again and again, each sitting a few bars long, it still has the ledger of one sitting', async () => {
    const path = killedAfter(40, 'often');
    for (let sitting = 0; sitting < 6; sitting++) {
      const operator = new AbortController();
      const options = liveRun(SEED, { signal: operator.signal }, BARS);
      const policy = await loadRecurrent(model, options.stream.context);
      const feed = (async function* () {
        for await (const bar of options.feed) {
          yield bar;
          const lived = readFileSync(path, 'utf8').split('"kind":"bar"').length - 1;
          if (lived >= 40 + 12 * sitting) operator.abort();
        }
      })();
      const journal = new Journal(path, 'buffered');
      await runLive({ ...options, policy, feed, journal });
      journal.close();
      policy.dispose();
    }
    expect(book(await sit(path))).to.deep.equal(book(whole));
  });

  it('killed by the operating system, it goes on in another process', async () => {
    const path = join(folder, 'sigkill.jsonl');
    const modelPath = join(folder, 'model.onnx');
    writeFileSync(modelPath, model);
    const program = fileURLToPath(new URL('killedRunner.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program, path, String(SEED), modelPath, String(BARS)]);
    const ended = once(child, 'exit');
    const sized = setInterval(() => {
      try {
        if (readFileSync(path, 'utf8').split('"kind":"checkpoint"').length > 60) child.kill('SIGKILL');
      } catch {
        // Not begun yet.
      }
    }, 5);
    const [, signal] = (await ended) as [number | null, string | null];
    clearInterval(sized);
    expect(signal).to.equal('SIGKILL');
    expect(book(await sit(path))).to.deep.equal(book(whole));
  }).timeout(30_000);

  it('replayed on paper it has the ledger of its backtest to the last bit, alone and in an ensemble', async () => {
    const { worlds, featureSet, normalizer } = liveWorlds(SEED);
    const both = composeEnsemble([model, await recurrentModel(SEED + 1)], { kind: 'meanScore', scale: 'standardized' });
    for (const own of [model, both]) {
      const { maxAbsDiff, live } = await checkLiveParity({
        agent: 'recurrent',
        worlds,
        path: worlds.paths[1],
        loadPolicy: (context) => loadRecurrent(own, context),
        execution: drawnExecution(),
        costMode: 'sample',
        targetWeights: [-1, 0, 1],
        startEquity: 10_000,
        rng: createRng(SEED).fork('judge'),
        featureSet,
        normalizer,
      });
      expect(maxAbsDiff).to.equal(0);
      expect(new Set(live.columns().targetWeight).size).to.be.greaterThan(1);
    }
  });

  it('a journal without what it remembers, or with the memory of another policy, is refused', async () => {
    const path = killedAfter(80, 'other');
    const spoiled = (memory: string) =>
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replaceAll(/"policy":\{"array":"Float32Array","values":\[[^\]]*\]\}/g, memory),
      );
    spoiled('"policy":{"array":"Float32Array","values":[1,2,3]}');
    expect(await refusal(() => sit(path)))
      .to.include('saved memory is not that of this policy')
      .and.to.include('3 numbers');
    killedAfter(80, 'other');
    spoiled('"policy":null');
    expect(await refusal(() => sit(path)))
      .to.include('rows of 64 numbers')
      .and.to.include('none');
  });
});
