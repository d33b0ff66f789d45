import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { mean, rawKurtosis, standardDeviation } from '../../../core/statistics.ts';
import { BPS, HOUR_MS } from '../../../core/units.ts';
import { sliceBars, type Bars } from '../../../market/data/bars.ts';
import { hashBars } from '../../../market/data/barsHash.ts';
import { findBrokenRule } from '../../../market/data/barChecks.ts';
import { barAt } from '../../../market/data/bar.ts';
import { generateMarket, generatePath } from '../../../market/data/synthetic.ts';
import { syntheticConfig, syntheticPathsConfig, type SyntheticConfig } from '../../../market/data/syntheticConfig.ts';
import { REGIMES, type Regime } from '../../../market/regimes/regime.ts';
import { refusal } from '../../helpers/refusal.ts';
import { sessionAt } from '../../../market/sessions.ts';

const config = syntheticConfig.parse({});
const path = (regime: Regime | null, bars: number, more: Partial<SyntheticConfig> = {}) =>
  generatePath({ ...config, ...more }, createRng(1), { name: 'path', bars, regime });

const closeReturns = ({ close }: Bars) => close.slice(1).map((price, row) => price / close[row] - 1);

/**
 * t statistic of the per-bar profit, before costs, of holding the sign of the return over `lag` bars.
 *
 * Decided on the close of bar t, bought at the open of t + 1, sold at the open of t + 2.
 */
function followT({ open, close }: Bars, lag: number): number {
  const profits: number[] = [];
  for (let row = lag; row + 2 < close.length; row++) {
    profits.push(Math.sign(close[row] - close[row - lag]) * (open[row + 2] / open[row + 1] - 1));
  }
  return ((mean(profits) ?? 0) / (standardDeviation(profits) ?? 1)) * Math.sqrt(profits.length);
}

describe('the synthetic market', () => {
  it('is the same for the same seed and path name, and another for any other', () => {
    const hash = (seed: number, name: string) =>
      hashBars(generatePath(config, createRng(seed), { name, bars: 500, regime: null }).bars);
    expect(hash(1, 'a')).to.equal(hash(1, 'a'));
    expect(new Set([hash(1, 'a'), hash(1, 'b'), hash(2, 'a')]).size).to.equal(3);
  });

  it('draws a path alike alone and among others', () => {
    const counts = syntheticPathsConfig.parse({ barsPerPath: 300, pathsPerRegime: 1, mixedPaths: 2 });
    const market = generateMarket(config, createRng(5), counts);
    expect(market.paths.map((each) => each.name)).to.deep.equal([
      'uptrend0',
      'downtrend0',
      'oscillating0',
      'plateau0',
      'mixed0',
      'mixed1',
    ]);
    expect(market.paths[5]).to.deep.equal({ name: 'mixed1', from: 1500, to: 1800, regime: null });
    const alone = generatePath(config, createRng(5), { name: 'mixed1', bars: 300, regime: null });
    expect(hashBars(sliceBars(market.bars, 1500, 1800))).to.equal(hashBars(alone.bars));
    expect(market.regime.slice(1500)).to.deep.equal(alone.regime);
    expect([...new Set(market.regime.subarray(300, 600))]).to.deep.equal([REGIMES.indexOf('downtrend')]);
  });

  it('makes sound bars around the clock, for any config and seed', () => {
    const anyConfig = fc.record({
      volatility: fc.double({ min: 0, max: 500, noNaN: true }),
      tailDegrees: fc.double({ min: 2.5, max: 30, noNaN: true }),
      volatilityOfVolatility: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(anyConfig, ({ volatility, tailDegrees, volatilityOfVolatility, seed }) => {
        const wild = syntheticConfig.parse({
          tailDegrees,
          volatilityOfVolatility,
          regimes: { uptrend: { driftBps: 1, volatilityBps: volatility, meanBars: 40 } },
        });
        const { bars } = generatePath(wild, createRng(seed), { name: 'x', bars: 200, regime: null });
        for (let row = 0; row < 200; row++) {
          const bar = barAt(bars, row);
          expect(findBrokenRule(bar, row === 0 ? -Infinity : bars.openTimeMs[row - 1])).to.equal(null);
          expect(Object.values(bar).every(Number.isFinite)).to.equal(true);
          if (row > 0) expect(bar.openTimeMs - bars.openTimeMs[row - 1]).to.equal(HOUR_MS);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('opens every bar away from the close before, by a little', () => {
    const { bars } = path(null, 5000);
    const jumps: number[] = [];
    for (let row = 1; row < 5000; row++) jumps.push(bars.open[row] / bars.close[row - 1] - 1);
    expect(jumps.filter((jump) => jump === 0)).to.deep.equal([]);
    expect(standardDeviation(jumps)).to.be.lessThan(0.2 * (standardDeviation(closeReturns(bars)) ?? 0));
  });

  it('drifts up in an uptrend, down in a downtrend, nowhere else', () => {
    const drift = (regime: Regime) => (mean(closeReturns(path(regime, 20_000).bars)) ?? 0) / BPS;
    expect(drift('uptrend')).to.be.within(7, 13);
    expect(drift('downtrend')).to.be.within(-13, -7);
    expect(drift('oscillating')).to.be.within(-1, 1);
    expect(drift('plateau')).to.be.within(-0.5, 0.5);
  });

  it('stays near its level when it oscillates, and nearer on a plateau; a trend does not', () => {
    const farthest = (regime: Regime) =>
      Math.max(...Array.from(path(regime, 3000).bars.close, (p) => Math.abs(Math.log(p / 100))));
    expect(farthest('plateau')).to.be.lessThan(0.03);
    expect(farthest('oscillating')).to.be.within(0.03, 0.35);
    expect(farthest('uptrend')).to.be.greaterThan(1);
  });

  it('has the volatility of the config, fat tails, and volatility that comes in clusters', () => {
    const steady = { variation: 0, strength: 0 };
    const returns = closeReturns(path('uptrend', 40_000, steady).bars);
    expect((standardDeviation(returns) ?? 0) / BPS).to.be.within(43, 47.5);
    expect(rawKurtosis(returns)).to.be.greaterThan(5);
    const normal = { ...steady, tailDegrees: 1000, volatilityOfVolatility: 0 };
    expect(rawKurtosis(closeReturns(path('uptrend', 40_000, normal).bars))).to.be.within(2.8, 3.2);
    const sizes = returns.map(Math.abs);
    const products = sizes.slice(1).map((size, row) => size * sizes[row]);
    expect(mean(products)).to.be.greaterThan(1.1 * (mean(sizes) ?? 0) ** 2);
  });

  it('trades more where it moves more', () => {
    const { bars } = path('uptrend', 5000);
    const moves = bars.close.map((price, row) => Math.abs(price / bars.open[row] - 1));
    const typical = mean(moves) ?? 0;
    const volumeWhere = (test: (move: number) => boolean) =>
      mean(bars.volume.filter((_, row) => test(moves[row]))) ?? 0;
    expect(volumeWhere((move) => move > typical)).to.be.greaterThan(1.5 * volumeWhere((move) => move <= typical));
    expect(mean(bars.volume)).to.be.within(800, 1400);
  });

  it('passes through all regimes in segments of the configured length', () => {
    const { regime } = path(null, 60_000);
    const lengths: Record<number, number[]> = { 0: [], 1: [], 2: [], 3: [] };
    for (let row = 1, from = 0; row < regime.length; row++) {
      if (regime[row] === regime[row - 1]) continue;
      lengths[regime[from]].push(row - from);
      from = row;
    }
    REGIMES.forEach((name, index) => {
      expect(Math.min(...lengths[index])).to.be.at.least(config.minSegmentBars);
      expect(mean(lengths[index])).to.be.within(
        0.7 * config.regimes[name].meanBars,
        1.4 * config.regimes[name].meanBars,
      );
    });
  });

  it('leaves out a regime whose weight is zero', () => {
    const { regimes } = config;
    const without = { regimes: { ...regimes, plateau: { ...regimes.plateau, weight: 0 } } };
    expect([...new Set(path(null, 20_000, without).regime)].sort()).to.deep.equal([0, 1, 2]);
  });

  it('refuses a drift that leaves the numbers behind', async () => {
    expect(await refusal(() => path('uptrend', 200_000))).to.contain(
      "the price of path 'path' of 200000 bars ran away",
    );
    expect(await refusal(() => path('downtrend', 200_000))).to.contain('lower driftBps');
  });

  it('starts at different hours of the week, so that all sessions are seen', () => {
    const counts = syntheticPathsConfig.parse({ barsPerPath: 1, pathsPerRegime: 10, mixedPaths: 10 });
    const { bars } = generateMarket(config, createRng(3), counts);
    expect(new Set(Array.from(bars.openTimeMs, sessionAt)).size).to.be.greaterThan(3);
  });
});

describe('no edge on noise', () => {
  const N = 60_000;

  it('with drift and reversion at zero, following or fading earns nothing before costs, in any regime and at any lag', () => {
    for (const regime of [...REGIMES, null]) {
      const { bars } = path(regime, N, { strength: 0 });
      for (const lag of [1, 5, 24]) expect(Math.abs(followT(bars, lag)), `${regime} ${lag}`).to.be.lessThan(3.5);
    }
  });

  it('the same rules do earn where there is something to follow or to fade: the control', () => {
    expect(followT(path('uptrend', N).bars, 24)).to.be.greaterThan(10);
    expect(followT(path('downtrend', N).bars, 24)).to.be.greaterThan(10);
    expect(followT(path('oscillating', N).bars, 5)).to.be.greaterThan(10);
    expect(followT(path('plateau', N).bars, 24)).to.be.lessThan(-10);
  });

  it('the gap between close and open is no edge either: neighboring returns do not know of each other', () => {
    const { bars } = path('plateau', N, { strength: 0 });
    const returns = closeReturns(bars);
    const products = returns.slice(1).map((value, row) => value * returns[row]);
    const t = ((mean(products) ?? 0) / (standardDeviation(products) ?? 1)) * Math.sqrt(products.length);
    expect(Math.abs(t)).to.be.lessThan(3.5);
  });
});
