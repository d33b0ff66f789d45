import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS } from '../../../core/units.ts';
import { createBars, numBars, type Bars } from '../../../market/data/bars.ts';
import { featureStage } from '../../../market/features/causalStages.ts';
import type { FeatureConfig } from '../../../market/features/featureConfig.ts';
import { makeFeatureSet } from '../../../market/features/featureSet.ts';

interface Reference {
  readonly bars: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', number[]>>;
  readonly expected: Readonly<Record<string, (number | null)[]>>;
}

const reference = JSON.parse(
  readFileSync(new URL('../../parity/marketFeatures.json', import.meta.url), 'utf8'),
) as Reference;

/** The configs of the reference's columns. */
const REFERENCED: FeatureConfig[] = [
  { kind: 'logReturn', lag: 5 },
  { kind: 'trendSlope', period: 20 },
  { kind: 'emaDistance', period: 20 },
  { kind: 'rsi', period: 14 },
  { kind: 'realizedVolatility', period: 20 },
  { kind: 'atr', period: 14 },
  { kind: 'bollingerPosition', period: 20, width: 2 },
  { kind: 'volumeZScore', period: 20 },
  { kind: 'drawdown', period: 50 },
  { kind: 'efficiencyRatio', period: 20 },
  { kind: 'smaDistance', period: 20 },
  { kind: 'macd', fast: 12, slow: 26, signal: 9 },
  { kind: 'adx', period: 14 },
  { kind: 'stochastic', period: 14, smooth: 3, signal: 3 },
  { kind: 'williamsR', period: 14 },
  { kind: 'cci', period: 20 },
  { kind: 'bollingerWidth', period: 20, width: 2 },
  { kind: 'parkinson', period: 20 },
  { kind: 'garmanKlass', period: 20 },
  { kind: 'ewmaVolatility', decay: 0.94 },
  { kind: 'obv', period: 20 },
  { kind: 'vwapDistance', period: 20 },
  { kind: 'volatilityRegime', period: 20, lookback: 60 },
];

const column = (config: FeatureConfig, bars: Bars): number[] =>
  Array.from(featureStage(makeFeatureSet([config])).compute(bars));

function barsOf(close: readonly number[], range = 0): Bars {
  const bars = createBars(close.length);
  close.forEach((price, row) => {
    bars.openTimeMs[row] = row * HOUR_MS;
    bars.open[row] = bars.close[row] = price;
    bars.high[row] = price + range / 2;
    bars.low[row] = price - range / 2;
  });
  return bars;
}

describe('feature values', () => {
  for (const config of REFERENCED) {
    const { columns, warmupBars } = makeFeatureSet([config]);
    const names = columns.map(({ name }) => name);
    it(`${names.join(', ')} equal the reference of TA-Lib and NumPy from the first row that has one`, () => {
      const bars = createBars(reference.bars.close.length);
      for (const key of ['open', 'high', 'low', 'close', 'volume'] as const) bars[key].set(reference.bars[key]);
      const values = column(config, bars);
      const firstRows = names.map((name) => reference.expected[name].findIndex((value) => value !== null));
      expect(Math.max(...firstRows)).to.equal(warmupBars);
      names.forEach((name, i) => {
        for (let row = warmupBars; row < numBars(bars); row++) {
          const expected = reference.expected[name][row] ?? NaN;
          expect(values[row * names.length + i], `${name}, row ${row}`).to.be.closeTo(expected, 1e-9);
        }
      });
    });
  }

  it("match Wilder's by hand: gains 2, 1, 0 and losses 0, 0, 3 at period 3", () => {
    // Mean gain 1, mean loss 1; then a gain of 3: gain (1 * 2 + 3) / 3 = 5/3, loss 2/3.
    const rsi = column({ kind: 'rsi', period: 3 }, barsOf([10, 12, 13, 10, 13]));
    expect(rsi[3]).to.be.closeTo(0, 1e-15);
    expect(rsi[4]).to.be.closeTo((5 / 3 - 2 / 3) / (5 / 3 + 2 / 3), 1e-15);
    // Ranges of 2 around each close; true ranges max(2, |move| + 1): 3, 2, 4, 4.
    const atr = column({ kind: 'atr', period: 3 }, barsOf([10, 12, 13, 10, 13], 2));
    expect(atr[3]).to.be.closeTo((3 + 2 + 4) / 3 / 10, 1e-15);
    expect(atr[4]).to.be.closeTo((3 * 2 + 4) / 3 / 13, 1e-15);
  });

  it('know a straight line of log price', () => {
    const bars = barsOf(Array.from({ length: 60 }, (_, row) => 100 * Math.exp(0.01 * row)));
    expect(column({ kind: 'efficiencyRatio', period: 20 }, bars)[59]).to.be.closeTo(1, 1e-12);
    expect(column({ kind: 'logReturn', lag: 7 }, bars)[59]).to.be.closeTo(0.07, 1e-12);
    expect(column({ kind: 'rsi', period: 14 }, bars)[59]).to.equal(1);
    expect(column({ kind: 'drawdown', period: 20 }, bars)[59]).to.equal(0);
    expect(column({ kind: 'realizedVolatility', period: 20 }, bars)[59]).to.be.closeTo(0, 1e-9);
    // Behind a ramp an exponential average lags by slope * (period - 1) / 2.
    const long = barsOf(Array.from({ length: 900 }, (_, row) => 100 * Math.exp(0.01 * row)));
    expect(column({ kind: 'emaDistance', period: 21 }, long)[899]).to.be.closeTo(0.1, 1e-9);
  });

  it('tell the time: sessions, hours and weekdays of the bar that opens', () => {
    const bars = createBars(3);
    // Monday midnight; Monday six in the morning; Saturday noon.
    bars.openTimeMs.set([Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1, 6), Date.UTC(2024, 0, 6, 12)]);
    bars.close.fill(1);
    const time = column({ kind: 'timeOfDay' }, bars);
    [0, 1, 1, 0, 0, -1].forEach((value, at) => expect(time[at]).to.be.closeTo(value, 1e-12));
    const week = column({ kind: 'dayOfWeek' }, bars);
    expect(week.slice(0, 4)).to.deep.equal([0, 1, 0, 1]);
    expect(week[5]).to.be.closeTo(Math.cos((2 * Math.PI * 5) / 7), 1e-12);
    const session = column({ kind: 'session' }, bars);
    const open = [0, 1, 2].map((row) => session.slice(row * 6, row * 6 + 6).indexOf(1));
    expect(open).to.deep.equal([0, 0, 5]);
    expect(session.reduce((sum, value) => sum + value, 0)).to.equal(3);
    expect(bars.openTimeMs[1] - bars.openTimeMs[0]).to.equal(DAY_MS / 4);
  });

  it('tell how far the business day of each center is, summer time included', () => {
    // Winter: Tokyo 0:00-9:00, London 8:00-17:00, New York 13:00-22:00 UTC. In July New York opens at 12:00.
    const times = [
      Date.UTC(2024, 0, 3, 8, 30),
      Date.UTC(2024, 0, 3, 13),
      Date.UTC(2024, 6, 3, 13),
      Date.UTC(2024, 0, 3, 23),
      Date.UTC(2024, 0, 6, 10),
    ];
    const bars = createBars(times.length);
    bars.openTimeMs.set(times);
    bars.close.fill(1);
    const minutes = column({ kind: 'minuteOfSession' }, bars).map((value) =>
      value < 0 ? -1 : Math.round(540 * value),
    );
    expect(minutes).to.deep.equal([510, 30, -1, -1, 300, 0, -1, 360, 60, -1, -1, -1, -1, -1, -1]);
    expect(column({ kind: 'overlap' }, bars)).to.deep.equal([1, 1, 1, 0, 0]);
  });
});
