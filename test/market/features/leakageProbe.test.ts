import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { numBars, type Bars } from '../../../market/data/bars.ts';
import { contextStage, featureStage } from '../../../market/features/causalStages.ts';
import { featuresConfig } from '../../../market/features/featuresConfig.ts';
import { makeFeatureSet } from '../../../market/features/featureSet.ts';
import { probeLeakage, type CausalStage } from '../../../market/features/leakageProbe.ts';
import { normalizerConfig } from '../../../market/features/normalizer.ts';
import { refusal } from '../../helpers/refusal.ts';
import { randomBars } from './randomBars.ts';

const bars = randomBars(createRng('probe'), 2400);
const featureSet = makeFeatureSet(featuresConfig.parse(undefined));
const probe = (stage: CausalStage, more: { firstCutRow?: number; settleBars?: number } = {}) =>
  probeLeakage({ stage, bars, rng: createRng(7), ...more });

const planted = (value: (bars: Bars, row: number) => number): CausalStage => ({
  columns: ['honest', 'planted'],
  compute: (given) =>
    Float64Array.from({ length: 2 * numBars(given) }, (_, at) =>
      at % 2 === 0 ? given.close[at >> 1] : value(given, at >> 1),
    ),
});

describe('the leakage probe', () => {
  it('finds nothing in the default features', () => {
    expect(probe(featureStage(featureSet), { settleBars: featureSet.settleBars })).to.deep.equal([]);
  });

  it('finds nothing in a normalizer that is fitted on training rows', () => {
    const stage = contextStage(featureSet, normalizerConfig.parse({}), { from: 0, to: 1000 });
    expect(probe(stage, { firstCutRow: 999 })).to.deep.equal([]);
  });

  it('catches a normalizer that is fitted on all rows', () => {
    const stage = contextStage(featureSet, normalizerConfig.parse({}), { from: 0, to: 2400 });
    const leaks = probe(stage, { firstCutRow: 999 });
    expect(leaks.length).to.equal(16);
    expect(leaks[0].column).to.equal('logReturn1');
  });

  it('catches the next bar’s close, by column and bar', () => {
    const leaks = probe(planted((given, row) => given.close[row + 1] ?? 0));
    expect(leaks.map((leak) => leak.probe)).to.include.members(['cutFuture', 'perturbFuture']);
    for (const leak of leaks) {
      expect(leak.column).to.equal('planted');
      expect(leak.row).to.equal(leak.cutRow);
    }
  });

  it('catches a peek at volume or time alone that cutting shows', () => {
    expect(probe(planted((given, row) => given.volume[row + 3] ?? 0))).not.to.deep.equal([]);
    expect(probe(planted((given, row) => numBars(given) - row))).not.to.deep.equal([]);
  });

  it('catches a memory without end when asked whether the start matters', () => {
    const stage = planted((given, row) => given.close[row] / given.close[0]);
    expect(probe(stage)).to.deep.equal([]);
    expect(probe(stage, { settleBars: 500 }).map((leak) => leak.probe)).to.include('laterStart');
  });

  it('refuses too few bars to cut', async () => {
    const act = () => probe(featureStage(featureSet), { firstCutRow: 2400 });
    expect(await refusal(act)).to.contain('too few bars to probe');
  });
});
