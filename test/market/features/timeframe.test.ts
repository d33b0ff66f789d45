import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { BAR_COLUMNS, createBars, numBars, sliceBars, type Bars } from '../../../market/data/bars.ts';
import { featureStage } from '../../../market/features/causalStages.ts';
import type { BarFeatureConfig } from '../../../market/features/featureKinds.ts';
import { makeFeatureSet } from '../../../market/features/featureSet.ts';
import { refusal } from '../../helpers/refusal.ts';
import { randomBars } from './randomBars.ts';

const RSI: BarFeatureConfig = { kind: 'rsi', period: 5 };
const FOUR_HOURS = 4 * HOUR_MS;

const higher = (bars: Bars, feature: BarFeatureConfig = RSI, minutes = 240, timeframeMs: number = HOUR_MS) => {
  const featureSet = makeFeatureSet([{ kind: 'timeframe', minutes, feature }], { timeframeMs });
  return { featureSet, values: Array.from(featureStage(featureSet).compute(bars)) };
};

/** The rows that stay when others are taken out, as an exchange with closing hours would leave them. */
function keepRows(bars: Bars, rows: readonly number[]): Bars {
  const kept = createBars(rows.length);
  for (const column of BAR_COLUMNS) kept[column].set(rows.map((row) => bars[column][row]));
  return kept;
}

/** Plain resampling of a whole history: bars of each four hours, and the time at which each is known to have closed. */
function resample(bars: Bars): Bars {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < numBars(bars); row++) {
    const frame = Math.floor(bars.openTimeMs[row] / FOUR_HOURS);
    groups.set(frame, [...(groups.get(frame) ?? []), row]);
  }
  const whole = [...groups].filter(([frame], i) => i > 0 || bars.openTimeMs[0] === frame * FOUR_HOURS);
  const made = createBars(whole.length);
  whole.forEach(([frame, rows], i) => {
    const of = (column: 'high' | 'low' | 'volume') => rows.map((row) => bars[column][row]);
    made.openTimeMs[i] = frame * FOUR_HOURS;
    made.open[i] = bars.open[rows[0]];
    made.high[i] = Math.max(...of('high'));
    made.low[i] = Math.min(...of('low'));
    made.close[i] = bars.close[rows[rows.length - 1]];
    made.volume[i] = of('volume').reduce((sum, volume) => sum + volume, 0);
  });
  return made;
}

describe('features of a higher timeframe', () => {
  const bars = randomBars(createRng('timeframe'), 600);

  it('are those of the resampled history as of the last higher bar that has closed, gaps included', () => {
    const rows = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 400, maxLength: 400 });
    fc.assert(
      fc.property(rows, fc.constantFrom<BarFeatureConfig>(RSI, { kind: 'atr', period: 3 }), (steps, feature) => {
        // Mostly neighbors, sometimes a gap of up to eight bars; the beginning lies anywhere in a higher bar.
        let row = steps[0] % 4;
        const kept = steps.map((step) => (row += step < 7 ? 1 : step)).filter((at) => at < 600);
        const own = keepRows(bars, kept);
        const { featureSet, values } = higher(own, feature);
        const reference = resample(own);
        const referenceValues = featureStage(makeFeatureSet([feature])).compute(reference);
        for (let at = featureSet.warmupBars; at < kept.length; at++) {
          const knownMs = own.openTimeMs[at] + HOUR_MS;
          const last = reference.openTimeMs.findLastIndex((openTimeMs) => openTimeMs + FOUR_HOURS <= knownMs);
          expect(values[at]).to.equal(referenceValues[last]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('change with the bar that closes a higher one and with no other', () => {
    const { featureSet, values } = higher(bars);
    for (let row = featureSet.warmupBars + 1; row < 600; row++) {
      const closes = (bars.openTimeMs[row] + HOUR_MS) % FOUR_HOURS === 0;
      expect(values[row] !== values[row - 1], `row ${row}`).to.equal(closes);
    }
  });

  it('do not know the bars of the higher bar at hand: the control of the law above does', () => {
    const { featureSet, values } = higher(bars);
    const changed = sliceBars(bars, 0, 600);
    const close = bars.close.slice();
    // Row 498 is the third of its four; row 499 closes them.
    close[498] *= 1.01;
    const after = higher({ ...changed, close, high: bars.high.map((high) => high * 1.02) }, RSI).values;
    expect(featureSet.warmupBars).to.be.lessThan(490);
    expect(after.slice(0, 499)).to.deep.equal(values.slice(0, 499));
    const moved = close.slice();
    moved[499] *= 1.01;
    expect(higher({ ...changed, close: moved }).values[499]).not.to.equal(values[499]);
  });

  it('close a higher bar that lacks its last bars before the next bar that comes', () => {
    const own = keepRows(bars, [...Array(200).keys(), 208, 209, 210, 211]);
    const short = keepRows(bars, [...Array(198).keys(), 208, 209, 210, 211]);
    const { values } = higher(short);
    // Bars 196 and 197 are known to be all of their four hours when bar 208 comes, not before.
    expect(values[197]).to.equal(values[195]);
    expect(values[198]).not.to.equal(values[197]);
    expect(higher(own).values[199]).not.to.equal(higher(own).values[198]);
  });

  it('refuse a timeframe that is not a multiple, or not higher', async () => {
    const rule = "a multiple of the bars' 60 minutes";
    expect(await refusal(() => higher(bars, RSI, 90))).to.contain(rule);
    expect(await refusal(() => higher(bars, RSI, 60))).to.contain(rule);
    expect(await refusal(() => higher(bars, RSI, 15))).to.contain(rule);
    expect(await refusal(() => makeFeatureSet([{ kind: 'timeframe', minutes: 240, feature: RSI }]))).to.contain(
      'timeframe is not known',
    );
    expect(higher(bars, RSI, 5, MINUTE_MS).featureSet.columns[0].name).to.equal('5m:rsi5');
  });
});
