import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { RngColumns } from '../../core/rngColumns.ts';
import { Accounts } from '../../envs/account.ts';
import { markovMarketConfig } from '../../envs/markovMarketConfig.ts';
import { filterBelief, logTradeCost, MARKOV_POSITIONS, solveMarkovMarket } from '../../envs/markovMarketSolver.ts';
import { COST_MODES } from '../../market/execution/executionModel.ts';
import { constantCosts } from '../../market/execution/constantCosts.ts';

const MARKET = markovMarketConfig.parse({});
const perBarBps = (value: number, bars = MARKET.episodeBars) => (value / bars) * 1e4;
const [SHORT, FLAT, LONG] = [0, 1, 2];

describe('the belief filter of the two-regime market', () => {
  it("is Bayes' rule with the normal densities written out", () => {
    const { mu, sigma, stay } = MARKET;
    const density = (x: number, mean: number) => Math.exp(-((x - mean) ** 2) / (2 * sigma ** 2));
    for (const [belief, r] of [
      [0.5, 0.01],
      [0.9, -0.03],
      [0.02, 0.004],
    ]) {
      const prior = belief * stay + (1 - belief) * (1 - stay);
      const [up, down] = [prior * density(r, mu), (1 - prior) * density(r, -mu)];
      expect(filterBelief(MARKET, belief, r)).to.be.closeTo(up / (up + down), 1e-12);
    }
  });

  it('is calibrated: of the bars believed to rise with 80 %, 80 % do; knowing the wrong volatility it is not', () => {
    const share = (assumed: typeof MARKET) => {
      const rng = createRng('calibration');
      let [rising, belief, believed, rose] = [true, 0.5, 0, 0];
      for (let t = 0; t < 200_000; t++) {
        if (rng.next() >= MARKET.stay) rising = !rising;
        const r = (rising ? MARKET.mu : -MARKET.mu) + MARKET.sigma * rng.normal();
        belief = filterBelief(assumed, belief, r);
        if (Math.abs(belief - 0.8) > 0.05) continue;
        believed += 1;
        rose += rising ? 1 : 0;
      }
      return rose / believed;
    };
    expect(share(MARKET)).to.be.closeTo(0.8, 0.015);
    expect(share({ ...MARKET, sigma: MARKET.sigma * 2 })).to.be.above(0.85);
  });

  it('learns nothing where the regime is a coin toss but of the bar itself', () => {
    const coin = { ...MARKET, stay: 0.5 };
    expect(filterBelief(coin, 0.99, 0.01)).to.equal(filterBelief(coin, 0.01, 0.01));
  });

  it('survives returns that no normal distribution brings', () => {
    expect(filterBelief(MARKET, 0.5, 100)).to.equal(1);
    expect(filterBelief(MARKET, 1, -100)).to.be.within(0, 1e-9);
  });
});

describe('the cost of a trade', () => {
  it('is what the accounts charge, between any two positions', () => {
    for (const from of MARKOV_POSITIONS) {
      for (const to of MARKOV_POSITIONS) {
        const one = Float64Array.of(100);
        const accounts = new Accounts({
          count: 1,
          startEquity: 1000,
          execution: constantCosts(50),
          prices: { open: one, close: one, session: Uint8Array.of(0) },
          streams: new RngColumns(['luck']),
        });
        accounts.open(0, COST_MODES.indexOf('p50'), 100);
        accounts.stepBar(0, from, 0);
        const before = accounts.equity[0];
        accounts.stepBar(0, to, 0);
        expect(Math.log(accounts.equity[0] / before)).to.be.closeTo(logTradeCost(50, from, to), 1e-12);
      }
    }
  });
});

describe('the Bayes-optimal trader', () => {
  it('earns 8.0 bps a bar of the default market, and the figure converges as the grid is refined', () => {
    const values = [51, 101, 201].map((points) => perBarBps(solveMarkovMarket(MARKET, points).value));
    expect(values[2]).to.be.closeTo(8.02, 0.02);
    const errors = values.slice(1).map((value, i) => Math.abs(value - values[i]));
    // Linear interpolation: half the step, a quarter of the error.
    expect(errors[1]).to.be.below(errors[0] / 3);
  });

  it('with one bar left trades exactly when the expected return pays for it', () => {
    const oneBar = { ...MARKET, episodeBars: 1 };
    const { action } = solveMarkovMarket(oneBar, 801);
    const growth = (belief: number) => {
      const rising = belief * MARKET.stay + (1 - belief) * (1 - MARKET.stay);
      return (2 * rising - 1) * MARKET.mu - MARKET.sigma ** 2 / 2 - MARKET.mu ** 2 / 2;
    };
    for (const belief of [0.05, 0.3, 0.45, 0.55, 0.62, 0.7, 0.95]) {
      const gain = growth(belief) + logTradeCost(MARKET.costBps, 0, 1);
      const loss = growth(1 - belief) + logTradeCost(MARKET.costBps, 0, -1);
      const best = gain > 0 ? LONG : loss > 0 ? SHORT : FLAT;
      expect(action(1, belief, 0), `belief ${belief}`).to.equal(best);
    }
  });

  it('treats rise and fall alike but for the drag of variance, and holds on to a position that costs would eat', () => {
    const { action } = solveMarkovMarket(MARKET, 101);
    expect(action(256, 0.99, 0)).to.equal(LONG);
    expect(action(256, 0.01, 0)).to.equal(SHORT);
    expect([-1, 0, 1].map((position) => action(256, 0.5, position))).to.deep.equal([SHORT, FLAT, LONG]);
  });

  it('where the regime is a coin toss stays in cash, whatever it believes of the last bar', () => {
    const solution = solveMarkovMarket({ ...MARKET, stay: 0.5 }, 101);
    expect(solution.value).to.equal(0);
    for (const belief of [0.001, 0.5, 0.999]) expect(solution.action(256, belief, 0)).to.equal(FLAT);
  });

  it('without costs knows no inertia and earns more; costs never help', () => {
    const free = solveMarkovMarket({ ...MARKET, costBps: 0 }, 101);
    expect([-1, 0, 1].map((position) => free.action(256, 0.8, position))).to.deep.equal([LONG, LONG, LONG]);
    const values = [0, 5, 20].map((costBps) => solveMarkovMarket({ ...MARKET, costBps }, 101).value);
    expect(values[0]).to.be.above(values[1]);
    expect(values[1]).to.be.above(values[2]);
  });

  it('refuses a grid without a middle', () => {
    expect(() => solveMarkovMarket(MARKET, 100)).to.throw('odd');
  });
});
