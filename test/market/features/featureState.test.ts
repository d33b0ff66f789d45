import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { createBars } from '../../../market/data/bars.ts';
import { featureStage } from '../../../market/features/causalStages.ts';
import { featureConfig, type FeatureConfig } from '../../../market/features/featureConfig.ts';
import { makeFeatureSet } from '../../../market/features/featureSet.ts';
import { parseFeatureState } from '../../../market/features/featureState.ts';
import { fitFeatures } from '../../../market/features/fitFeatures.ts';
import { refusal } from '../../helpers/refusal.ts';
import { randomBars } from './randomBars.ts';

const list: FeatureConfig[] = [{ kind: 'rsi', period: 14 }, featureConfig.parse({ kind: 'regimePosterior' })];
const paths = [
  { from: 0, to: 1500 },
  { from: 1500, to: 3000 },
];
const ranges = [
  { from: 0, to: 1000 },
  { from: 1500, to: 2000 },
];

/** Calm and storm by turns of 250 bars: returns three times as large. */
function turns() {
  const bars = randomBars(createRng('turns'), 3000);
  for (let row = 1; row < 3000; row++) {
    const change = Math.log(bars.close[row] / bars.open[row]);
    bars.close[row] = bars.close[row - 1] * Math.exp(change * (isWild(row) ? 3 : 0.7));
  }
  return bars;
}
const isWild = (row: number) => Math.floor(row / 250) % 2 === 1;
const bars = turns();
const fit = (own = bars, seed = 1) => fitFeatures({ list, bars: own, paths, ranges, rng: createRng(seed) });

describe('fitted features', () => {
  it('find the regimes that are there: the posterior of the wild state is high in the wild', () => {
    const state = fit();
    const [{ model, fittedRows }] = state.fitted;
    expect(fittedRows).to.equal(998 + 500);
    const wild = model.deviation[0] > model.deviation[1] ? 0 : 1;
    const values = featureStage(makeFeatureSet(list, { state })).compute(bars);
    let right = 0;
    for (let row = 50; row < 3000; row++) right += Number(values[row * 3 + 1 + wild] > 0.5 === isWild(row));
    expect(right / 2950).to.be.greaterThan(0.9);
    for (let row = 14; row < 3000; row++) expect(values[row * 3 + 1] + values[row * 3 + 2]).to.be.closeTo(1, 1e-12);
  });

  it('see training rows only', () => {
    const wild = createBars(3000);
    for (const column of ['open', 'high', 'low', 'close', 'volume'] as const) wild[column].set(bars[column]);
    for (const [from, to] of [
      [1000, 1500],
      [2000, 3000],
    ]) {
      for (let row = from; row < to; row++) wild.close[row] *= 1 + (row % 5);
    }
    expect(fit(wild)).to.deep.equal(fit());
    // The control: with validation rows among the fitted ones they are another model.
    const leaky = fitFeatures({ list, bars: wild, paths, rng: createRng(1) });
    expect(leaky.fitted[0].model).not.to.deep.equal(fit().fitted[0].model);
  });

  it('make another feature set with another fit: normalizer and store tell them apart', () => {
    const hash = (own = bars) => makeFeatureSet(list, { state: fit(own) }).hash;
    expect(hash()).to.equal(hash());
    expect(hash()).not.to.equal(hash(randomBars(createRng(9), 3000)));
    const plain = list.slice(0, 1);
    const state = fitFeatures({ list: plain, bars, paths, ranges, rng: createRng(1) });
    expect(makeFeatureSet(plain, { state }).hash).to.equal(makeFeatureSet(plain).hash);
  });

  it('survive their JSON file, and are refused where they do not belong', async () => {
    const state = fit();
    const saved: unknown = JSON.parse(JSON.stringify(state));
    expect(parseFeatureState(saved, list)).to.deep.equal(state);
    expect(await refusal(() => parseFeatureState(saved, list.slice(1), 'features.json'))).to.contain(
      'features.json: fitted features belong to another list of features',
    );
    const [fitted] = state.fitted;
    const torn = { ...state, fitted: [{ ...fitted, model: { ...fitted.model, mean: [0] } }] };
    expect(await refusal(() => parseFeatureState(torn, list))).to.contain('fitted model does not fit its feature');
    expect(await refusal(() => makeFeatureSet(list))).to.contain('the feature is not fitted');
    const few = { list, bars, paths: [{ from: 0, to: 20 }], rng: createRng(1) };
    expect(await refusal(() => fitFeatures(few))).to.contain('too few training bars');
  });

  it('take the last of each path where there are more bars than a fit may take', () => {
    const short = [featureConfig.parse({ kind: 'regimePosterior', fitBars: 300 })];
    const state = fitFeatures({ list: short, bars, paths, ranges, rng: createRng(1) });
    expect(state.fitted[0].fittedRows).to.be.within(300, 302);
  });
});
