import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { barAt } from '../../../market/data/bar.ts';
import { sliceBars } from '../../../market/data/bars.ts';
import { buildContext, observableFrom } from '../../../market/features/buildContext.ts';
import { ContextStream } from '../../../market/features/contextStream.ts';
import { featuresConfig } from '../../../market/features/featuresConfig.ts';
import { makeFeatureSet } from '../../../market/features/featureSet.ts';
import { fitNormalizer } from '../../../market/features/fitNormalizer.ts';
import { normalizerConfig } from '../../../market/features/normalizer.ts';
import { randomBars } from './randomBars.ts';

const WINDOW = 16;
const bars = randomBars(createRng(1), 3000);
const featureSet = makeFeatureSet(featuresConfig.parse(undefined));
const width = featureSet.columns.length;
const paths = [
  { from: 0, to: 1200 },
  { from: 1200, to: 3000 },
];
const normalizer = fitNormalizer({ config: normalizerConfig.parse({}), featureSet, bars, paths });
const context = buildContext({ bars, paths, featureSet, normalizer, window: WINDOW });
const firstObservable = observableFrom(featureSet, WINDOW);

describe('context', () => {
  it('has a row a bar, zero in each path’s warm-up and never after it', () => {
    expect(context).to.include({ rows: 3000, features: width, window: WINDOW });
    for (const { from } of paths) {
      const warmup = context.matrix.subarray(from * width, (from + featureSet.warmupBars) * width);
      expect(warmup.every((value) => value === 0)).to.equal(true);
      const first = context.matrix.subarray(
        (from + featureSet.warmupBars) * width,
        (from + featureSet.warmupBars + 1) * width,
      );
      expect(first.filter((value) => value !== 0).length).to.be.greaterThan(width / 2);
    }
  });

  it('starts features anew at each path: a path alone has the rows that it has among others', () => {
    const own = sliceBars(bars, 1200, 3000);
    const alone = buildContext({ bars: own, paths: [{ from: 0, to: 1800 }], featureSet, normalizer, window: WINDOW });
    expect(alone.matrix).to.deep.equal(context.matrix.slice(1200 * width));
  });

  it('fed bar by bar gives the same windows bit for bit', () => {
    for (const { from, to } of paths) {
      const stream = new ContextStream({ featureSet, normalizer, window: WINDOW });
      for (let row = from; row < to; row++) {
        const state = stream.push(barAt(bars, row));
        expect(state).to.equal(row - from < firstObservable ? 'warming' : 'ready');
        if (state === 'warming') continue;
        const { matrix } = stream.context;
        const live = Buffer.from(matrix.buffer, 0, matrix.byteLength);
        const batch = context.matrix.subarray((row + 1 - WINDOW) * width, (row + 1) * width);
        expect(live.equals(Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength)), `row ${row}`).to.equal(true);
      }
      expect(stream.numBars).to.equal(to - from);
      expect(stream.row).to.equal(WINDOW - 1);
    }
  });

  it('a stream that was started a bar late is another one: the control of the test above', () => {
    const stream = new ContextStream({ featureSet, normalizer, window: 1 });
    for (let row = 1; row <= featureSet.warmupBars + 1; row++) stream.push(barAt(bars, row));
    const row = featureSet.warmupBars + 1;
    const batch = context.matrix.slice(row * width, (row + 1) * width);
    expect(stream.context.matrix).not.to.deep.equal(batch);
  });
});
