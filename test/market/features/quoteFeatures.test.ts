import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { barAt } from '../../../market/data/bar.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { numBars, sliceBars, takeRows, type Bars } from '../../../market/data/bars.ts';
import { resampleBars } from '../../../market/data/resampleBars.ts';
import { inputsOf } from '../../../market/features/companionInput.ts';
import { quoteColumnsOf, type QuoteColumn } from '../../../market/data/quotes.ts';
import { buildContext } from '../../../market/features/buildContext.ts';
import { featureStage } from '../../../market/features/causalStages.ts';
import { ContextStream } from '../../../market/features/contextStream.ts';
import type { FeatureConfig } from '../../../market/features/featureConfig.ts';
import { makeFeatureSet } from '../../../market/features/featureSet.ts';
import { fitNormalizer } from '../../../market/features/fitNormalizer.ts';
import { probeLeakage } from '../../../market/features/leakageProbe.ts';
import { normalizerConfig } from '../../../market/features/normalizer.ts';
import { refusal } from '../../helpers/refusal.ts';
import { randomBars } from './randomBars.ts';
import { withQuotes } from './withQuotes.ts';

const plain = randomBars(createRng(11), 400);
const bars = withQuotes(plain, createRng(12));
const column = (name: QuoteColumn) => bars.quotes?.[name] ?? new Float64Array(0);
const LIST: FeatureConfig[] = [
  { kind: 'spread', period: 10 },
  { kind: 'imbalance', period: 5 },
  { kind: 'microprice' },
  { kind: 'signedVolume', period: 10 },
];
const featureSet = makeFeatureSet(LIST, { quotes: quoteColumnsOf(bars) });
const width = featureSet.columns.length;

describe('features of quotes', () => {
  it('have the values of their formulas', () => {
    const values = featureStage(featureSet).compute(bars);
    const sum = (of: Float64Array, row: number, period: number) =>
      of.subarray(row - period + 1, row + 1).reduce((a, b) => a + b, 0);
    for (const row of [9, 57, 399]) {
      const [spread, ratio, imbalance, microprice, signed] = Array.from(values).slice(row * width, (row + 1) * width);
      expect(spread).to.equal(column('spreadBps')[row]);
      expect(ratio).to.be.closeTo((10 * spread) / sum(column('spreadBps'), row, 10) - 1, 1e-12);
      expect(imbalance).to.be.closeTo(sum(column('imbalance'), row, 5) / 5, 1e-12);
      expect(signed).to.be.closeTo(sum(column('signedVolume'), row, 10) / sum(bars.volume, row, 10), 1e-12);
      // Sizes of 1 + i and 1 - i have an imbalance of i.
      const [bid, ask, lean] = [column('bid')[row], column('ask')[row], column('imbalance')[row]];
      const weighed = (bid * (1 - lean) + ask * (1 + lean)) / 2;
      const middle = (bid + ask) / 2;
      expect(microprice).to.be.closeTo((1e4 * (weighed - middle)) / middle, 1e-7);
    }
  });

  it('fed bar by bar give the same windows bit for bit', () => {
    const paths = [{ from: 0, to: numBars(bars) }];
    const normalizer = fitNormalizer({ config: normalizerConfig.parse({}), featureSet, bars, paths });
    const { matrix } = buildContext({ bars, paths, featureSet, normalizer, window: 1 });
    const stream = new ContextStream({ featureSet, normalizer, window: 1 });
    for (let row = 0; row < numBars(bars); row++) {
      stream.push(barAt(bars, row));
      expect(stream.context.matrix).to.deep.equal(matrix.slice(row * width, (row + 1) * width));
    }
  });

  it('are refused where bars have no such columns, by name and with what to do, before and while they are fed', async () => {
    const told = await refusal(() => makeFeatureSet(LIST, { quotes: ['bid', 'ask', 'spreadBps'] }));
    expect(told)
      .to.contain('features.1: the bars have no column imbalance')
      .and.to.contain('these have bid, ask, spreadBps');
    expect(told).to.contain('regimen data resample').and.to.contain('market.columns');
    const none = await refusal(() => makeFeatureSet([{ kind: 'microprice' }], { quotes: [] }));
    expect(none).to.contain('no columns bid, ask, imbalance').and.to.contain('these have none');
    expect(await refusal(() => featureStage(featureSet).compute(plain))).to.contain('no column spreadBps');
  });

  it('of higher bars are those of resampled ones, also where bars are missing', async () => {
    const holed = takeRows(
      bars,
      Int32Array.from(bars.close.keys()).filter((row) => row % 31 > 3 && row % 4 !== 2),
    );
    const { bars: higher } = resampleBars(holed, { timeframeMs: HOUR_MS, to: 4 * HOUR_MS });
    for (const feature of LIST) {
      const list: FeatureConfig[] = [{ kind: 'timeframe', minutes: 240, feature: feature as never }];
      const made = makeFeatureSet(list, { ...inputsOf(bars), timeframeMs: HOUR_MS });
      const columns = made.columns.length;
      const values = featureStage(made).compute(holed);
      const reference = featureStage(makeFeatureSet([feature])).compute(higher);
      const last = numBars(higher) - 1;
      const closeMs = higher.openTimeMs[last] + 4 * HOUR_MS;
      const row = Array.from(holed.openTimeMs).findIndex((openMs) => openMs + HOUR_MS >= closeMs);
      for (let column = 0; column < columns; column++) {
        expect(values[row * columns + column]).to.be.closeTo(reference[last * columns + column], 1e-9);
      }
    }
  });

  it('that look ahead at quotes alone are caught', () => {
    const peek = (of: Bars, row: number) => of.quotes?.imbalance?.[row + 1] ?? 0;
    const stage = { columns: ['planted'], compute: (of: Bars) => Array.from(of.close, (_, row) => peek(of, row)) };
    const leaks = probeLeakage({ stage, bars, rng: createRng(1), cuts: 4 });
    expect(new Set(leaks.map(({ probe }) => probe))).to.deep.equal(new Set(['cutFuture', 'perturbFuture']));
    const honest = { ...stage, compute: (of: Bars) => of.quotes?.imbalance ?? [] };
    expect(probeLeakage({ stage: honest, bars: sliceBars(bars, 7, 300), rng: createRng(1) })).to.deep.equal([]);
  });
});
