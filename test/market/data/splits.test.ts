import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DAY_MS, durationMs } from '../../../core/units.ts';
import { gapPolicyConfig, segmentAtGaps } from '../../../market/data/segments.ts';
import { splitByTime, splitConfig } from '../../../market/data/splits.ts';
import { detectTimeframeMs, findGaps } from '../../../market/data/timeframe.ts';
import { refusal } from '../../helpers/refusal.ts';

/** Days of 2020: row 0 is January 1. */
const days = Float64Array.from({ length: 366 }, (_, row) => Date.UTC(2020, 0, 1) + row * DAY_MS);
const YEAR = {
  train: { from: '2020-01-01', to: '2020-07-01' },
  validation: { from: '2020-07-01', to: '2020-10-01' },
  test: { from: '2020-10-01', to: '2021-01-01' },
};
const split = (config: object) => splitByTime(days, splitConfig.parse({ ...YEAR, ...config }));

describe('splits by time', () => {
  it('are half-open: neighbors share no bar and leave none out', () => {
    expect(split({})).to.deep.equal({
      train: { from: 0, to: 182, askedTo: 182 },
      validation: { from: 182, to: 274, askedTo: 274 },
      test: { from: 274, to: 366, askedTo: 366 },
    });
  });

  it('take purge and embargo from the end of the earlier part: each begins where it was told to', () => {
    expect(split({ purgeBars: 3, embargoBars: 5 })).to.deep.equal({
      train: { from: 0, to: 174, askedTo: 182 },
      validation: { from: 182, to: 266, askedTo: 274 },
      test: { from: 274, to: 366, askedTo: 366 },
    });
  });

  it('leave out nothing where parts are far enough apart already', () => {
    const { train, validation } = split({
      train: { from: '2020-01-01', to: '2020-06-01' },
      purgeBars: 3,
      embargoBars: 5,
    });
    expect(train.to).to.equal(152);
    expect(validation.from).to.equal(182);
  });

  it('are disjoint, in order and apart, whatever the numbers', () => {
    const bars = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(bars, bars, (purgeBars, embargoBars) => {
        const { train, validation, test } = split({ purgeBars, embargoBars });
        expect(validation.from - train.to).to.equal(purgeBars + embargoBars);
        expect(test.from - validation.to).to.equal(purgeBars + embargoBars);
        expect([validation.from, test.from, test.to]).to.deep.equal([182, 274, 366]);
      }),
    );
  });

  it('are refused when empty, reversed or overlapping', async () => {
    const empty = {
      validation: { from: '2025-01-01', to: '2025-02-01' },
      test: { from: '2025-02-01', to: '2025-03-01' },
    };
    expect(await refusal(() => split(empty))).to.contain('split.validation: empty split: no bar in it');
    expect(await refusal(() => split(empty))).to.contain('the data spans 2020-01-01');
    const reversed = { test: { from: '2020-12-01', to: '2020-11-01' } };
    expect(await refusal(() => split(reversed))).to.contain('split.test: empty split');
    const overlapping = { validation: { from: '2020-06-30', to: '2020-10-01' } };
    expect(await refusal(() => split(overlapping))).to.contain('split.validation.from: overlapping splits');
    expect(await refusal(() => split({ purgeBars: 60, embargoBars: 60 }))).to.contain('split.validation: empty split');
  });

  it('take only real days', () => {
    expect(splitConfig.safeParse({ ...YEAR, train: { from: '2020-02-30', to: '2020-07-01' } }).success).to.equal(false);
  });
});

describe('gap policies', () => {
  const timeframeMs = durationMs(DAY_MS);
  // Rows 0..9, a hole of 4 days, rows 10..11, a hole of 1 day, rows 12..29.
  const holed = Float64Array.from(
    { length: 30 },
    (_, row) => (row + (row >= 10 ? 4 : 0) + (row >= 12 ? 1 : 0)) * DAY_MS,
  );
  const gaps = findGaps(holed, timeframeMs);
  const segment = (policy: object, range = { from: 0, to: 30 }, looksBack = false) => {
    const cut = segmentAtGaps(gapPolicyConfig.parse(policy), { gaps, range, looksBack, where: 'bars' });
    return { ranges: cut.stretches.map(({ from, to }) => ({ from, to })), ...cut };
  };

  it('split at long gaps only, and count what is too short', () => {
    expect(segment({ kind: 'split', maxGapBars: 1, minBars: 3 })).to.deep.include({
      ranges: [
        { from: 0, to: 10 },
        { from: 10, to: 30 },
      ],
      droppedBars: 0,
    });
    expect(segment({ kind: 'split', maxGapBars: 0, minBars: 3 })).to.deep.include({
      ranges: [
        { from: 0, to: 10 },
        { from: 12, to: 30 },
      ],
      droppedBars: 2,
    });
  });

  it('cut only inside the rows they are given', () => {
    const { ranges } = segment({ kind: 'split', maxGapBars: 0, minBars: 1 }, { from: 5, to: 12 });
    expect(ranges).to.deep.equal([
      { from: 5, to: 10 },
      { from: 10, to: 12 },
    ]);
  });

  it('let a stretch look back on the bars before its rows as far as they are unbroken, and on none before a gap', () => {
    const pasts = (policy: object, from: number, looksBack = true) =>
      segment(policy, { from, to: 30 }, looksBack).stretches.map((stretch) => [stretch.pastFrom, stretch.from]);
    const split = { kind: 'split', maxGapBars: 1, minBars: 3 };
    expect(pasts(split, 20)).to.deep.equal([[10, 20]]);
    expect(pasts(split, 10)).to.deep.equal([[10, 10]]);
    expect(pasts(split, 5)).to.deep.equal([
      [0, 5],
      [10, 10],
    ]);
    expect(pasts({ kind: 'bridge' }, 20)).to.deep.equal([[0, 20]]);
    expect(pasts({ kind: 'refuse', maxGapBars: 1 }, 20)).to.deep.equal([[10, 20]]);
    expect(pasts(split, 20, false)).to.deep.equal([[20, 20]]);
    // Two rows are long enough beside the eighteen before them.
    expect(pasts({ ...split, minBars: 20 }, 28)).to.deep.equal([[10, 28]]);
  });

  it('bridge or refuse when told so', async () => {
    expect(segment({ kind: 'bridge' }).ranges).to.deep.equal([{ from: 0, to: 30 }]);
    expect(segment({ kind: 'refuse', maxGapBars: 4 }).ranges).to.deep.equal([{ from: 0, to: 30 }]);
    expect(await refusal(() => segment({ kind: 'refuse' }))).to.contain(
      '4 bars are missing from 1970-01-11T00:00:00.000Z',
    );
    expect(await refusal(() => segment({ kind: 'split', minBars: 99 }))).to.contain(
      'no stretch between gaps is long enough',
    );
  });

  it('know the timeframe from the most common distance', () => {
    expect(detectTimeframeMs(holed)).to.equal(DAY_MS);
    expect(detectTimeframeMs(new Float64Array(1))).to.equal(null);
  });
});
