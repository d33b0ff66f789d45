import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { sizeWeight } from '../../envs/sizing.ts';
import { sizingConfig, tradingConfig, type SizingConfig } from '../../envs/tradingConfig.ts';
import { trailingColumns, TrailingMoments } from '../../envs/trailingMoments.ts';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';

const known = { mean: 0.0004, volatility: 0.01 };
const of = (config: Parameters<typeof sizingConfig.parse>[0]): SizingConfig => sizingConfig.parse(config);

describe('sizing', () => {
  it('keeps the weight, or scales it by a fraction, by the risk to the stop, by the volatility', () => {
    expect(sizeWeight(of({ kind: 'weight' }), -0.5, known, null)).to.equal(-0.5);
    expect(sizeWeight(of({ kind: 'fixedFraction', fraction: 0.25 }), -1, known, null)).to.equal(-0.25);
    expect(sizeWeight(of({ kind: 'fixedRisk', risk: 0.02 }), 1, known, 0.05)).to.be.closeTo(0.4, 1e-15);
    const target = of({ kind: 'volatilityTarget', volatilityPerBar: 0.005, maxScale: 3 });
    expect(sizeWeight(target, -1, known, null)).to.equal(-0.5);
    expect(sizeWeight(target, 1, { mean: 0, volatility: 1e-4 }, null)).to.equal(3);
    expect(sizeWeight(target, 1, { mean: 0, volatility: 0 }, null)).to.equal(3);
  });

  it('caps at a fraction of Kelly on the side of the drift, and refuses the other side', () => {
    const half = of({ kind: 'kellyCapped', fraction: 0.5 });
    // drift 0.0004 + 0.0001 / 2 over variance 0.0001
    expect(sizeWeight(half, 4, known, null)).to.be.closeTo(2.25, 1e-12);
    expect(sizeWeight(half, 1, known, null)).to.equal(1);
    expect(Math.abs(sizeWeight(half, -1, known, null))).to.equal(0);
    expect(sizeWeight(half, 1, { mean: 0, volatility: 0 }, null)).to.equal(0);
    expect(sizeWeight(half, 1, { mean: 0.001, volatility: 0 }, null)).to.equal(1);
  });

  it('never turns a weight around, and is flat while nothing is known', () => {
    const kinds = [
      of({ kind: 'fixedFraction', fraction: 0.7 }),
      of({ kind: 'volatilityTarget', volatilityPerBar: 0.01 }),
      of({ kind: 'kellyCapped' }),
    ];
    const number = fc.double({ min: -0.1, max: 0.1, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.double({ min: -3, max: 3, noNaN: true }),
        number,
        (sizing, weight, x) => {
          const sized = sizeWeight(sizing, weight, { mean: x, volatility: Math.abs(x) }, null);
          expect(Number.isFinite(sized)).to.equal(true);
          expect(sized * weight).to.be.at.least(0);
        },
      ),
    );
    for (const sizing of kinds.slice(1)) {
      expect(Math.abs(sizeWeight(sizing, 1, { mean: NaN, volatility: NaN }, null))).to.equal(0);
    }
  });

  it('half of Kelly on the true moments is the growth that theory promises, three quarters of the best', () => {
    const [drift, volatility] = [0.002, 0.02];
    const growth = (fraction: number) => {
      const sizing = of({ kind: 'kellyCapped', fraction });
      const weight = sizeWeight(sizing, 100, { mean: drift - volatility ** 2 / 2, volatility }, null);
      return weight * drift - (weight * volatility) ** 2 / 2;
    };
    expect(growth(0.5) / growth(1)).to.be.closeTo(0.75, 1e-12);
    for (const fraction of [0.2, 0.5, 0.9]) expect(growth(fraction)).to.be.below(growth(1));
  });

  it('trailing moments are those of the weighted returns, known at the open of a row and not before', () => {
    const worlds = randomWalkWorlds({ seed: 3, paths: 2, barsPerPath: 60 });
    const { mean, volatility } = trailingColumns(worlds, 20);
    const { close } = worlds.bars;
    for (const [from, row] of [
      [0, 40],
      [60, 100],
    ]) {
      let [weights, sum] = [0, 0];
      const decay = 1 - 2 / 21;
      const returns = Array.from({ length: row - from - 1 }, (_, k) =>
        Math.log(close[row - 1 - k] / close[row - 2 - k]),
      );
      returns.forEach((change, k) => ((weights += decay ** k), (sum += decay ** k * change)));
      const expected = sum / weights;
      const squares = returns.reduce((total, change, k) => total + decay ** k * (change - expected) ** 2, 0);
      expect(mean[row]).to.be.closeTo(expected, 1e-14);
      expect(volatility[row]).to.be.closeTo(Math.sqrt(squares / weights), 1e-14);
    }
    expect([...volatility.subarray(0, 9), ...volatility.subarray(60, 69)].every(Number.isNaN)).to.equal(true);
    const later = {
      ...worlds,
      bars: { ...worlds.bars, close: close.map((price, row) => (row >= 40 ? price * 2 : price)) },
    };
    expect([...trailingColumns(later, 20).mean.subarray(0, 41)]).to.deep.equal([...mean.subarray(0, 41)]);
    expect(trailingColumns(later, 20).mean[41]).to.not.equal(mean[41]);
  });

  it('saved and restored, trailing moments go on bit for bit', () => {
    const whole = new TrailingMoments(16);
    const resumed = new TrailingMoments(16);
    const price = (t: number) => 100 + Math.sin(t * t);
    for (let t = 0; t < 30; t++) {
      whole.push(price(t));
      if (t === 15) resumed.restore(whole.save());
      if (t > 15) resumed.push(price(t));
    }
    expect([resumed.mean, resumed.volatility]).to.deep.equal([whole.mean, whole.volatility]);
  });

  it('sizing by risk without a stop is refused', () => {
    expect(() => tradingConfig.parse({ sizing: { kind: 'fixedRisk', risk: 0.01 } })).to.throw('needs a stopLoss');
  });
});
