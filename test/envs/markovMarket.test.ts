import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { mean, standardDeviation } from '../../core/statistics.ts';
import { createMarkovWorlds } from '../../envs/markovMarket.ts';
import { markovMarketConfig, type MarkovMarketConfig } from '../../envs/markovMarketConfig.ts';
import { REGIMES } from '../../market/regimes/regime.ts';

const draw = (changes: Partial<MarkovMarketConfig> = {}, numPaths = 100) =>
  createMarkovWorlds({
    config: { ...markovMarketConfig.parse({}), ...changes },
    numPaths,
    warmupBars: 10,
    features: [{ kind: 'logReturn', lag: 1 }],
    rng: createRng('markov'),
  });

describe('bars of the two-regime market', () => {
  it('return +mu in the rising regime and -mu in the falling one, with deviation sigma, and open where they closed', () => {
    const { bars, regime, paths } = draw();
    for (const [name, sign] of [
      ['uptrend', 1],
      ['downtrend', -1],
    ] as const) {
      const returns = [...regime.keys()]
        .filter((row) => REGIMES[regime[row]] === name)
        .map((row) => bars.close[row] / bars.open[row] - 1);
      expect(mean(returns)).to.be.closeTo(sign * 0.002, (4 * 0.01) / Math.sqrt(returns.length));
      expect(standardDeviation(returns)).to.be.closeTo(0.01, 3e-4);
    }
    for (const { from, to } of paths) {
      for (let row = from + 1; row < to; row++) expect(bars.open[row]).to.equal(bars.close[row - 1]);
    }
  });

  it('stay in their regime as often as they were told to', () => {
    for (const stay of [0.98, 0.5, 0]) {
      const { regime, paths } = draw({ stay });
      let same = 0;
      let pairs = 0;
      for (const { from, to } of paths) {
        for (let row = from + 1; row < to; row++, pairs++) same += regime[row] === regime[row - 1] ? 1 : 0;
      }
      expect(same / pairs).to.be.closeTo(stay, 0.01);
    }
  });

  it('are the same from the same seed, and a path does not depend on how many follow it', () => {
    const [few, many] = [draw({}, 3), draw({}, 5)];
    expect(many.bars.close.slice(0, few.bars.close.length)).to.deep.equal(few.bars.close);
  });

  it('show features whose rows are normalized and none of which is the regime', () => {
    const { context, regime, warmupBars, paths } = draw();
    expect(context.features).to.equal(1);
    const [sumUp, sumDown] = [0, 1].map((label) =>
      mean([...regime.keys()].filter((row) => regime[row] === label).map((row) => context.matrix[row])),
    );
    expect(Math.abs((sumUp ?? 0) - (sumDown ?? 0))).to.be.within(0.2, 0.6);
    expect(paths[0].to - paths[0].from).to.equal(warmupBars + 512 + 1);
  });
});
