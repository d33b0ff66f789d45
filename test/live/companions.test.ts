import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../../core/clock.ts';
import { createRng } from '../../core/rng.ts';
import { durationMs, HOUR_MS } from '../../core/units.ts';
import { replayFeed } from '../../live/feed.ts';
import { Journal } from '../../live/journal.ts';
import { PaperBroker } from '../../live/paperBroker.ts';
import { NO_RULES } from '../../live/rules.ts';
import { runLive, type LiveOptions } from '../../live/runner.ts';
import { attachCompanions } from '../../market/data/attachCompanions.ts';
import type { Bar } from '../../market/data/bar.ts';
import { takeRows, type Bars } from '../../market/data/bars.ts';
import { ContextStream } from '../../market/features/contextStream.ts';
import { featureConfig } from '../../market/features/featureConfig.ts';
import { inputsOf } from '../../market/features/companionInput.ts';
import { makeFeatureSet } from '../../market/features/featureSet.ts';
import { fitNormalizer } from '../../market/features/fitNormalizer.ts';
import { Freshness } from '../../market/features/freshness.ts';
import { normalizerConfig } from '../../market/features/normalizer.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { randomBars } from '../market/features/randomBars.ts';
import { withQuotes } from '../market/features/withQuotes.ts';
import { windowRule } from './liveWorlds.ts';

const ROWS = 300;
const main = withQuotes(randomBars(createRng('main'), ROWS), createRng(1));
const ether = randomBars(createRng('eth'), ROWS);
/** Silent from row 200 to 219. */
const silent = takeRows(
  ether,
  Int32Array.from(ether.close.keys()).filter((row) => row < 200 || row >= 220),
);
const LIST = [
  { kind: 'logReturn' },
  { kind: 'of', companion: 'ETH', feature: { kind: 'logReturn' } },
  { kind: 'spread', period: 5 },
].map((config) => featureConfig.parse(config));

function optionsOf(companion: Bars, journal: Journal, signal?: AbortSignal): LiveOptions {
  const bars = attachCompanions(main, HOUR_MS, [{ name: 'ETH', bars: companion, timeframeMs: HOUR_MS }]);
  const featureSet = makeFeatureSet(LIST, { ...inputsOf(bars), timeframeMs: HOUR_MS });
  const paths = [{ from: 0, to: ROWS }];
  const normalizer = fitNormalizer({ config: normalizerConfig.parse({}), featureSet, bars, paths });
  const freshness = new Freshness(HOUR_MS, [{ name: 'ETH', timeframeMs: HOUR_MS, maxAgeBars: 3 }]);
  const stream = new ContextStream({ featureSet, normalizer, window: 4, freshness });
  return {
    name: 'companions',
    feed: replayFeed(bars, 0, ROWS),
    timeframeMs: durationMs(HOUR_MS),
    stream,
    policy: windowRule(stream.context),
    targetWeights: [-1, 0, 1],
    broker: new PaperBroker({
      timeframeMs: HOUR_MS,
      execution: drawnExecution(),
      costMode: 'sample',
      startEquity: 10_000,
      rng: createRng(2),
      streamName: 'companions',
    }),
    rules: NO_RULES,
    killSwitch: null,
    onTrip: 'hold',
    journal,
    retry: null,
    identity: 'one',
    alerts: null,
    drift: null,
    clock: new ManualClock(main.openTimeMs[0]),
    signal: signal ?? new AbortController().signal,
  };
}

describe('a live run with companions', () => {
  it('decides nothing while one is stale, says so in the journal, and goes on when it is back', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const journal = new Journal(path, 'buffered');
    const { ledger } = await runLive(optionsOf(silent, journal));
    journal.close();
    const records = new Journal(path, 'buffered').recovered;
    let row = -1;
    const stale: number[] = [];
    const decided = new Set<number>();
    for (const record of records) {
      if (record.kind === 'bar') row += 1;
      if (record.kind === 'problem') stale.push(row);
      if (record.kind === 'decision') decided.add(row);
    }
    expect(stale).to.deep.equal(Array.from({ length: 17 }, (_, i) => 203 + i));
    for (const at of stale) expect(decided.has(at)).to.equal(false);
    expect(decided.has(202) && decided.has(220)).to.equal(true);
    const held = ledger.columns().targetWeight.subarray(-(ROWS - 205), -(ROWS - 219));
    expect(new Set(held).size).to.equal(1);
  });

  it('loses no bar of a companion with a bar that is left out, and uses none twice', async () => {
    const decisions = async (spoil: (row: number, bar: Bar) => Bar[]) => {
      const journal = new Journal(join(temporaryFolder(), 'journal.jsonl'), 'buffered');
      const options = optionsOf(ether, journal);
      const feed = (async function* () {
        let row = 0;
        for await (const bar of options.feed) yield* spoil(row++, bar);
      })();
      const { ledger, problems } = await runLive({ ...options, feed });
      return { equity: [...ledger.columns().equity], problems };
    };
    const clean = await decisions((_, bar) => [bar]);
    const again = await decisions((row, bar) => (row % 50 === 7 ? [bar, bar] : [bar]));
    expect(again.problems).to.deep.equal({ repeated: 6 });
    expect(again.equity).to.deep.equal(clean.equity);
    // A bar that no market made brings the companion's bar before its own sound version does.
    const torn = await decisions((row, bar) =>
      row % 50 === 7
        ? [
            { ...bar, low: -1 },
            { ...bar, companions: [{ name: 'ETH', timeframeMs: HOUR_MS, bars: [] }] },
          ]
        : [bar],
    );
    expect(torn.problems).to.deep.equal({ invalid: 6 });
    expect(torn.equity).to.deep.equal(clean.equity);
    const lost = await decisions((row, bar) =>
      row % 50 === 7 ? [{ ...bar, companions: [{ name: 'ETH', timeframeMs: HOUR_MS, bars: [] }] }] : [bar],
    );
    expect(lost.equity).not.to.deep.equal(clean.equity);
  });

  it('cut anywhere, a journal with quotes and companions resumes to the same ledger', async () => {
    const whole = new Journal(join(temporaryFolder(), 'journal.jsonl'), 'buffered');
    const { ledger } = await runLive(optionsOf(ether, whole));
    const path = join(temporaryFolder(), 'journal.jsonl');
    for (const bars of [90, 170]) {
      const stop = new AbortController();
      const journal = new Journal(path, 'buffered');
      const options = optionsOf(ether, journal, stop.signal);
      const feed = (async function* () {
        let seen = 0;
        for await (const bar of options.feed) {
          if (seen++ === bars) stop.abort();
          yield bar;
        }
      })();
      expect((await runLive({ ...options, feed })).ended).to.equal('interrupted');
      journal.close();
    }
    const journal = new Journal(path, 'buffered');
    const resumed = await runLive(optionsOf(ether, journal));
    expect(resumed.ended).to.equal('feedEnded');
    expect([...resumed.ledger.columns().equity]).to.deep.equal([...ledger.columns().equity]);
    expect(ledger.columns().tradedNotional.filter((notional) => notional > 0).length).to.be.greaterThan(20);
  });
});
