import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { createBars, numBars, type Bars } from '../../../market/data/bars.ts';
import { generateMarket } from '../../../market/data/synthetic.ts';
import { syntheticConfig, syntheticPathsConfig } from '../../../market/data/syntheticConfig.ts';
import { probeLeakage, type CausalStage } from '../../../market/features/leakageProbe.ts';
import { REGIMES, UNKNOWN_REGIME, type Regime } from '../../../market/regimes/regime.ts';
import { fitRegimeRule, labelRegimes } from '../../../market/regimes/regimeRule.ts';
import { regimeRuleConfig } from '../../../market/regimes/regimeRuleConfig.ts';
import { refusal } from '../../helpers/refusal.ts';
import { randomBars } from '../features/randomBars.ts';

const config = regimeRuleConfig.parse({ bars: 48 });
const market = generateMarket(syntheticConfig.parse({}), createRng(1), syntheticPathsConfig.parse({}));
const rule = fitRegimeRule({ config, bars: market.bars, paths: market.paths });

const barsOf = (close: readonly number[]): Bars => {
  const bars = createBars(close.length);
  bars.close.set(close);
  return bars;
};

/** Fits on the first `fitted` rows and labels all. */
const stage = (fitted: (rows: number) => number): CausalStage => ({
  columns: ['regime'],
  compute: (bars) => {
    const paths = [{ from: 0, to: numBars(bars) }];
    const ranges = [{ from: 0, to: fitted(numBars(bars)) }];
    return labelRegimes(fitRegimeRule({ config, bars, paths, ranges }), bars, paths);
  },
});

describe('the regime rule', () => {
  it('recognizes what synthetic bars were born as far more often than chance', () => {
    const labels = labelRegimes(rule, market.bars, market.paths);
    const share = (regime: Regime) => {
      const index = REGIMES.indexOf(regime);
      const own = [...labels].filter((label, row) => market.regime[row] === index && label !== UNKNOWN_REGIME);
      return own.filter((label) => label === index).length / own.length;
    };
    expect(share('uptrend')).to.be.greaterThan(0.5);
    expect(share('downtrend')).to.be.greaterThan(0.45);
    expect(share('oscillating')).to.be.greaterThan(0.7);
    expect(share('plateau')).to.be.greaterThan(0.85);
  });

  it('hardly ever takes an uptrend for a downtrend', () => {
    const labels = labelRegimes(rule, market.bars, market.paths);
    const wrong = labels.filter((label, row) => label === 1 && market.regime[row] === 0).length;
    expect(wrong / labels.length).to.be.lessThan(0.01);
  });

  it('knows nothing in warm-up and between paths', () => {
    const bars = randomBars(createRng(2), 300);
    const labels = labelRegimes(rule, bars, [
      { from: 10, to: 100 },
      { from: 150, to: 300 },
    ]);
    const known = [...labels.keys()].filter((row) => labels[row] !== UNKNOWN_REGIME);
    const expected = [...labels.keys()].filter((row) => (row >= 58 && row < 100) || row >= 198);
    expect(known).to.deep.equal(expected);
  });

  it('calls a steady climb an uptrend and a price that does not move a plateau', () => {
    const climb = barsOf(Array.from({ length: 60 }, (_, row) => 1.01 ** row));
    const fall = barsOf(Array.from({ length: 60 }, (_, row) => 0.99 ** row));
    const flat = barsOf(Array.from({ length: 60 }, () => 5));
    const last = (bars: Bars) => REGIMES[labelRegimes(rule, bars, [{ from: 0, to: 60 }])[59]];
    expect([last(climb), last(fall), last(flat)]).to.deep.equal(['uptrend', 'downtrend', 'plateau']);
  });

  it('looks at nothing to come', () => {
    const bars = randomBars(createRng(3), 1200);
    const fixed = probeLeakage({ stage: stage(() => 600), bars, rng: createRng(4), firstCutRow: 599, cuts: 12 });
    expect(fixed).to.deep.equal([]);
  });

  it('that is fitted on all rows is caught looking ahead: the control', () => {
    const bars = randomBars(createRng(3), 1200);
    const leaks = probeLeakage({ stage: stage((rows) => rows), bars, rng: createRng(4), firstCutRow: 599, cuts: 12 });
    expect(leaks).not.to.deep.equal([]);
  });

  it('is refused where no training row has a full window', async () => {
    const bars = randomBars(createRng(5), 40);
    const act = () => fitRegimeRule({ config, bars, paths: [{ from: 0, to: 40 }] });
    expect(await refusal(act)).to.contain('no rows to fit the regime rule on');
  });
});
