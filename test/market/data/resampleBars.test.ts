import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { BAR_COLUMNS, createBars, numBars, sliceBars, type Bars } from '../../../market/data/bars.ts';
import { importBars } from '../../../market/data/importBars.ts';
import { lastClosedRow, resampleBars } from '../../../market/data/resampleBars.ts';
import { makeBuckets } from '../../../market/data/timeBuckets.ts';
import { refusal } from '../../helpers/refusal.ts';
import { randomBars } from '../features/randomBars.ts';

const dataFolder = fileURLToPath(new URL('../../../../shared/data/bars/', import.meta.url));

/** Random minutes with holes, from a Friday noon on. */
function minutes(seed: number, length: number, keep = 0.9): Bars {
  const rng = createRng(seed).fork('holes');
  const whole = randomBars(createRng(seed), length);
  const rows = [...Array(length).keys()].filter(() => rng.next() < keep);
  const bars = createBars(rows.length);
  rows.forEach((row, at) => {
    for (const column of BAR_COLUMNS) bars[column][at] = whole[column][row];
    bars.openTimeMs[at] = Date.UTC(2024, 2, 8, 12) + row * MINUTE_MS;
  });
  return bars;
}

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
const resample = (bars: Bars, to: number) => resampleBars(bars, { timeframeMs: MINUTE_MS, to });

describe('resampling', () => {
  it('conserves volume and extremes: each higher bar is what its minutes are, no more and no less', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), fc.constantFrom(5, 15, 60, 240, 1440), (seed, size) => {
        const bars = minutes(seed, 4_000);
        const { bars: higher, closeTimeMs, count } = resample(bars, size * MINUTE_MS);
        let row = 0;
        for (let at = 0; at < numBars(higher); at++) {
          const part = sliceBars(bars, row, (row += count[at]));
          expect(higher.open[at]).to.equal(part.open[0]);
          expect(higher.close[at]).to.equal(part.close.at(-1));
          expect(higher.high[at]).to.equal(Math.max(...part.high));
          expect(higher.low[at]).to.equal(Math.min(...part.low));
          expect(higher.volume[at]).to.be.closeTo(total(part.volume), 1e-6);
          expect(higher.openTimeMs[at] % (size * MINUTE_MS)).to.equal(0);
          expect(closeTimeMs[at] - higher.openTimeMs[at]).to.equal(size * MINUTE_MS);
          expect(part.openTimeMs[0]).to.be.at.least(higher.openTimeMs[at]);
          expect(part.openTimeMs.at(-1)).to.be.below(closeTimeMs[at]);
        }
        expect(numBars(bars) - row, 'only the last stretch may be left out').to.be.at.most(size);
      }),
      { numRuns: 12 },
    );
  });

  it('twice is once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), (seed) => {
        const bars = minutes(seed, 3_000);
        const quarter = resample(bars, 15 * MINUTE_MS).bars;
        const twice = resampleBars(quarter, { timeframeMs: 15 * MINUTE_MS, to: HOUR_MS });
        const once = resample(bars, HOUR_MS);
        // A last hour whose last quarter is not closed yet is known to neither.
        const rows = Math.min(numBars(twice.bars), numBars(once.bars));
        expect(rows).to.be.at.least(numBars(once.bars) - 1);
        for (const column of BAR_COLUMNS) {
          for (let row = 0; row < rows; row++) {
            expect(twice.bars[column][row]).to.be.closeTo(once.bars[column][row], 1e-9 * once.bars[column][row]);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('to its own timeframe changes nothing', () => {
    const bars = minutes(1, 500);
    expect(resample(bars, MINUTE_MS).bars).to.deep.equal(bars);
  });

  it('shows only closed bars: what comes later changes nothing that was visible', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: 2_000 }), (seed, cut) => {
        const bars = minutes(seed, 3_000);
        const then = resample(sliceBars(bars, 0, cut), HOUR_MS);
        const later = resample(bars, HOUR_MS);
        const known = bars.openTimeMs[cut - 1] + MINUTE_MS;
        expect(then.closeTimeMs.every((time) => time <= known)).to.equal(true);
        const visible = numBars(then.bars);
        expect(then.bars).to.deep.equal(sliceBars(later.bars, 0, visible));
        if (visible < later.closeTimeMs.length) expect(later.count[visible]).to.be.greaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  it('joined to the lower bars, no higher bar is seen before it closes, and each as soon as it has', () => {
    const bars = minutes(3, 2_000);
    const { closeTimeMs } = resample(bars, 30 * MINUTE_MS);
    const knownAt = bars.openTimeMs.map((time) => time + MINUTE_MS);
    const rows = lastClosedRow(closeTimeMs, knownAt);
    rows.forEach((row, i) => {
      if (row >= 0) expect(closeTimeMs[row]).to.be.at.most(knownAt[i]);
      if (row + 1 < closeTimeMs.length) expect(closeTimeMs[row + 1]).to.be.greaterThan(knownAt[i]);
    });
    expect(rows[0]).to.equal(-1);
  });

  it('makes no bar of a weekend, and no bar across one', () => {
    const bars = minutes(4, 4 * 24 * 60, 1);
    const isWeekend = (time: number) => time >= Date.UTC(2024, 2, 8, 22) && time < Date.UTC(2024, 2, 10, 22);
    const rows = [...bars.openTimeMs.keys()].filter((row) => !isWeekend(bars.openTimeMs[row]));
    const open = createBars(rows.length);
    for (const column of BAR_COLUMNS) rows.forEach((row, at) => (open[column][at] = bars[column][row]));
    const { bars: higher, count } = resample(open, 4 * HOUR_MS);
    // 20:00 to 22:00 on Friday and 22:00 to 24:00 on Sunday are two bars of two hours, not one of four.
    expect([...count].filter((minutesIn) => minutesIn === 120)).to.have.lengthOf(2);
    expect(higher.openTimeMs.some((time) => time >= Date.UTC(2024, 2, 9) && time < Date.UTC(2024, 2, 10, 20))).to.equal(
      false,
    );
  });

  it('days of the currency market begin at 17:00 in New York, also when clocks change', () => {
    const bucketOf = makeBuckets(DAY_MS, { zone: 'America/New_York', hour: 17 });
    const iso = (time: number) => {
      const { openMs, closeMs } = bucketOf(time);
      return [openMs, closeMs].map((edge) => new Date(edge).toISOString().slice(5, 16));
    };
    expect(iso(Date.UTC(2024, 2, 8, 12))).to.deep.equal(['03-07T22:00', '03-08T22:00']);
    // Clocks went forward on the 10th at 7:00 UTC: that day has 23 hours.
    expect(iso(Date.UTC(2024, 2, 10, 12))).to.deep.equal(['03-09T22:00', '03-10T21:00']);
    expect(iso(Date.UTC(2024, 2, 11, 12))).to.deep.equal(['03-10T21:00', '03-11T21:00']);
  });

  it('weeks begin on Monday, or with the currency week on Sunday evening; months are those of the calendar', () => {
    const at = Date.UTC(2024, 2, 10, 23);
    expect(new Date(makeBuckets('week')(at).openMs).toISOString()).to.match(/^2024-03-04T00/);
    expect(new Date(makeBuckets('week', { zone: 'America/New_York', hour: 17 })(at).openMs).toISOString()).to.match(
      /^2024-03-10T21/,
    );
    const february = makeBuckets('month')(Date.UTC(2024, 1, 29, 23));
    expect(february).to.deep.equal({ openMs: Date.UTC(2024, 1, 1), closeMs: Date.UTC(2024, 2, 1) });
  });

  it('refuses lower bars that do not fit into higher ones, odd timeframes and unknown zones', async () => {
    const bars = randomBars(createRng(1), 50);
    expect(await refusal(() => resampleBars(bars, { timeframeMs: HOUR_MS, to: 30 * MINUTE_MS }))).to.contain(
      'reaches over the end',
    );
    expect(await refusal(() => resample(bars, 7 * MINUTE_MS))).to.contain('divisor of a day');
    expect(await refusal(() => makeBuckets(HOUR_MS, { zone: 'Mars/Olympus', hour: 0 }))).to.contain(
      'unknown time zone',
    );
  });

  it('makes the days of SPY out of its hours, as its own daily file has them', async function () {
    if (!existsSync(`${dataFolder}spy-1h-raw.csv.gz`)) return this.skip();
    const hours = await importBars(`${dataFolder}spy-1h-raw.csv.gz`);
    const days = await importBars(`${dataFolder}spy-1d-raw.csv.gz`);
    const made = resampleBars(hours, { timeframeMs: HOUR_MS, to: DAY_MS }).bars;
    const rowOf = new Map(Array.from(days.openTimeMs, (time, row) => [time, row]));
    let same = 0;
    for (let row = 0; row < numBars(made); row++) {
      const day = rowOf.get(made.openTimeMs[row]) ?? -1;
      expect(day, new Date(made.openTimeMs[row]).toISOString()).to.be.at.least(0);
      if (Math.abs(made.open[row] / days.open[day] - 1) < 1e-3) same += 1;
    }
    // The auctions at open and close are in the daily file only.
    expect(same / numBars(made)).to.be.greaterThan(0.95);
    expect(numBars(days) - numBars(made)).to.be.within(0, 40);
  });
});
