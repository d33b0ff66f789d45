import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { attachCompanions, companionAge } from '../../../market/data/attachCompanions.ts';
import { barAt, toBars } from '../../../market/data/bar.ts';
import { concatBars, numBars, sliceBars, takeRows, type Bars } from '../../../market/data/bars.ts';
import { hashBars } from '../../../market/data/barsHash.ts';
import { newlyKnown } from '../../../market/data/companion.ts';
import { randomBars } from '../features/randomBars.ts';
import { withQuotes } from '../features/withQuotes.ts';

/** Bars of another timeframe from another moment on, some of them missing. */
function companionBars(timeframeMs: number, startMs: number, count: number, missing: (row: number) => boolean): Bars {
  const all = randomBars(createRng('companion'), count);
  all.openTimeMs.forEach((_, row) => (all.openTimeMs[row] = startMs + row * timeframeMs));
  return takeRows(
    all,
    Int32Array.from(all.close.keys()).filter((row) => !missing(row)),
  );
}

const main = randomBars(createRng('main'), 200);
const START_MS = main.openTimeMs[0];

/** Open times of the companion's bars that a row brings. */
const broughtBy = (bars: Bars, row: number): number[] =>
  (barAt(bars, row).companions ?? []).flatMap(({ bars: own }) => own.map(({ openTimeMs }) => openTimeMs));

describe('companions of bars', () => {
  it('bring each bar once, with the first row that closes no earlier, whatever timeframe, gaps and ends it has', () => {
    const timeframe = fc.constantFrom(MINUTE_MS * 7, MINUTE_MS * 15, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS);
    fc.assert(
      fc.property(
        timeframe,
        fc.integer({ min: -900, max: 900 }),
        fc.integer({ min: 2, max: 9 }),
        (ms, shift, every) => {
          const other = companionBars(ms, START_MS + shift * MINUTE_MS, 300, (row) => row % every === 1);
          const bars = attachCompanions(main, HOUR_MS, [{ name: 'ETH', bars: other, timeframeMs: ms }]);
          const brought: number[] = [];
          for (let row = 0; row < numBars(bars); row++) {
            const closeMs = bars.openTimeMs[row] + HOUR_MS;
            for (const openMs of broughtBy(bars, row)) {
              expect(openMs + ms).to.be.within(closeMs - HOUR_MS + 1, closeMs);
              brought.push(openMs);
            }
          }
          const lastMs = bars.openTimeMs[199] + HOUR_MS;
          const due = [...other.openTimeMs].filter((openMs) => openMs + ms > START_MS && openMs + ms <= lastMs);
          expect(brought).to.deep.equal(due);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are cut and joined with the rows that they came with', () => {
    const other = withQuotes(
      companionBars(15 * MINUTE_MS, START_MS - HOUR_MS, 900, (row) => row % 5 === 2),
      createRng(1),
    );
    const bars = attachCompanions(main, HOUR_MS, [{ name: 'ETH', bars: other, timeframeMs: 15 * MINUTE_MS }]);
    const edges = [0, 1, 50, 51, 120, 200];
    const pieces = edges.slice(1).map((to, i) => sliceBars(bars, edges[i], to));
    const joined = concatBars(pieces);
    expect(hashBars(joined)).to.equal(hashBars(bars));
    for (const row of [0, 49, 50, 199]) expect(barAt(joined, row)).to.deep.equal(barAt(bars, row));
    const middle = concatBars([pieces[2], pieces[4]]);
    expect(barAt(middle, 0)).to.deep.equal(barAt(bars, 50));
    expect(barAt(middle, 1)).to.deep.equal(barAt(bars, 120));
    expect(hashBars(toBars(barAt(bars, 33)))).to.equal(hashBars(sliceBars(bars, 33, 34)));
    const [companion] = sliceBars(bars, 50, 51).companions ?? [];
    expect(newlyKnown(companion, 0)).to.deep.equal({ from: 0, to: numBars(companion.bars) });
    expect(() => concatBars([bars, main])).to.throw('beside');
  });

  it('count in the hash: their bars, their names and when they were known', () => {
    const attach = (name: string, shiftMs = 0) => {
      const other = companionBars(HOUR_MS, START_MS + shiftMs, 200, () => false);
      return hashBars(attachCompanions(main, HOUR_MS, [{ name, bars: other, timeframeMs: HOUR_MS }]));
    };
    expect(attach('ETH')).to.equal(attach('ETH'));
    expect(new Set([hashBars(main), attach('ETH'), attach('SOL'), attach('ETH', HOUR_MS)]).size).to.equal(4);
    expect(attachCompanions(main, HOUR_MS, [])).to.equal(main);
  });

  it('have an age in their own bars: none before the first, growing over a gap', () => {
    const other = companionBars(2 * HOUR_MS, START_MS + 4 * HOUR_MS, 40, (row) => row >= 3 && row < 6);
    const age = companionAge(main, HOUR_MS, { name: 'ETH', bars: other, timeframeMs: 2 * HOUR_MS });
    const none = [Infinity, Infinity, Infinity];
    expect([...age.subarray(0, 18)]).to.deep.equal([...none, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 0]);
  });
});
