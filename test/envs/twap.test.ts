import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MarketActivity } from '../../envs/marketActivity.ts';
import { cheapestSlices, slicingCostBps } from '../../envs/twap.ts';

const GROUND = { notional: 1e6, coefficient: 1, volatilityBps: 40, unit: 0.04, halfSpreadBps: 2, riskAversion: 0.3 };
const amount = (max: number) => fc.double({ min: 0, max, noNaN: true });

describe('slices of a large order', () => {
  it('cost what is worked out by hand', () => {
    expect(slicingCostBps(GROUND, 1)).to.be.closeTo(2 + 0.04 * 1000, 1e-12);
    // Four: impact of 250 000 each; three quarters, a half and a quarter wait a bar each.
    const risk = 0.3 * 40 * Math.sqrt(0.75 ** 2 + 0.5 ** 2 + 0.25 ** 2);
    expect(slicingCostBps(GROUND, 4)).to.be.closeTo(2 + 0.04 * 500 + risk, 1e-12);
  });

  it('are as many as cost least, whatever the market', () => {
    const ground = fc.record({
      notional: fc.double({ min: 1, max: 1e8, noNaN: true }),
      coefficient: amount(3),
      volatilityBps: amount(100),
      unit: amount(1),
      halfSpreadBps: amount(5),
      riskAversion: amount(2),
    });
    fc.assert(
      fc.property(ground, fc.integer({ min: 1, max: 40 }), (market, most) => {
        const costs = Array.from({ length: most }, (_, k) => slicingCostBps(market, k + 1));
        expect(slicingCostBps(market, cheapestSlices(market, most))).to.equal(Math.min(...costs));
      }),
    );
  });

  it('are one where the order moves nothing, and as many as allowed where waiting is no risk', () => {
    expect(cheapestSlices({ ...GROUND, coefficient: 0 }, 24)).to.equal(1);
    expect(cheapestSlices({ ...GROUND, riskAversion: 0 }, 24)).to.equal(24);
    expect(cheapestSlices(GROUND, 24)).to.be.within(2, 23);
  });
});

describe('market activity', () => {
  it('averages moves and traded notional with weights that sum to one, from the first bar on', () => {
    const activity = new MarketActivity(3);
    expect([activity.volatilityBps, activity.unit]).to.deep.equal([NaN, NaN]);
    activity.push({ open: 100, close: 101, volume: 10 });
    const first = Math.log(1.01);
    expect(activity.volatilityBps).to.be.closeTo(1e4 * first, 1e-9);
    expect(activity.unit).to.be.closeTo((1e4 * first) / Math.sqrt(1010), 1e-9);
    activity.push({ open: 100, close: 99, volume: 30 });
    const second = Math.log(99 / 101);
    // A span of 3 halves the weight of each older bar.
    expect(activity.volatilityBps).to.be.closeTo(1e4 * Math.sqrt((first ** 2 / 2 + second ** 2) / 1.5), 1e-9);
    expect(activity.unit).to.be.closeTo(activity.volatilityBps / Math.sqrt((1010 / 2 + 2970) / 1.5), 1e-9);
  });
});
