import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../core/units.ts';
import { checkBar } from '../../live/feed.ts';
import { runLive } from '../../live/runner.ts';
import type { Bar } from '../../market/data/bar.ts';
import { liveRun } from './liveRun.ts';

const bar = (hour: number, changes: Partial<Bar> = {}): Bar => ({
  ...{ openTimeMs: hour * HOUR_MS, open: 100, high: 101, low: 99, close: 100.5, volume: 1 },
  ...changes,
});

describe('feed', () => {
  it('each kind of bad bar is named, and only the bar after a gap is used', () => {
    const cases: [Bar, string | null, boolean][] = [
      [bar(6), null, true],
      [bar(5), 'repeated', false],
      [bar(4), 'backwards', false],
      [bar(9), 'gap', true],
      [bar(6, { high: 98 }), 'invalid', false],
      [bar(6, { close: -1 }), 'invalid', false],
      [bar(6, { open: NaN }), 'invalid', false],
      [bar(NaN), 'invalid', false],
    ];
    for (const [next, kind, used] of cases) {
      const checked = checkBar(next, 5 * HOUR_MS, HOUR_MS);
      expect([checked.problem?.kind ?? null, checked.bar !== null]).to.deep.equal([kind, used]);
    }
    const { problem } = checkBar(bar(9), 5 * HOUR_MS, HOUR_MS);
    expect(problem).to.include({ kind: 'gap', missingBars: 3 });
    expect(checkBar(bar(9), null, HOUR_MS).problem).to.equal(null);
  });

  it('bars that repeat or go back change nothing but the count of problems', async () => {
    const clean = await runLive(liveRun(6));
    const options = liveRun(6);
    const feed = (async function* () {
      const seen: Bar[] = [];
      for await (const next of options.feed) {
        yield next;
        seen.push(next);
        if (seen.length % 50 === 0)
          yield* [next, seen[seen.length - 10], { ...next, openTimeMs: next.openTimeMs + 1, high: 0 }];
      }
    })();
    const noisy = await runLive({ ...options, feed });
    expect(noisy.problems).to.deep.equal({ repeated: 8, backwards: 8, invalid: 8 });
    expect([...noisy.ledger.columns().equity]).to.deep.equal([...clean.ledger.columns().equity]);
  });
});
