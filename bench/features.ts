/** Features over a million bars: the set's default columns, and each kind by itself. */

import { createRng } from '../core/rng.ts';
import { digest } from '../core/hash.ts';
import { numBars, type Bars } from '../market/data/bars.ts';
import { barAt } from '../market/data/bar.ts';
import { generatePath } from '../market/data/synthetic.ts';
import { syntheticConfig } from '../market/data/syntheticConfig.ts';
import { ContextStream } from '../market/features/contextStream.ts';
import { buildContext } from '../market/features/buildContext.ts';
import { makeFeatureSet, type FeatureSet } from '../market/features/featureSet.ts';
import { featuresConfig, type FeaturesConfig } from '../market/features/featuresConfig.ts';
import { forEachChunk } from '../market/features/featureRunner.ts';
import { fitNormalizer } from '../market/features/fitNormalizer.ts';
import { normalizerConfig } from '../market/features/normalizer.ts';
import type { BenchResult } from './benchResult.ts';

const BARS = 1_000_000;
const STREAMED_BARS = 100_000;
const REPEATS = 5;

/** Times are medians of five; the checksum is of the context that was built. */
export async function runFeaturesBench(): Promise<BenchResult> {
  const { bars } = generatePath(syntheticConfig.parse({}), createRng(1), { name: 'bench', bars: BARS, regime: null });
  const list: FeaturesConfig = featuresConfig.parse(undefined);
  const featureSet = makeFeatureSet(list);
  const paths = [{ from: 0, to: BARS }];
  const normalizer = fitNormalizer({ config: normalizerConfig.parse({}), featureSet, bars, paths });
  const metrics: Record<string, number> = { bars: BARS, columns: featureSet.columns.length };

  const featuresMs = medianMs(() => walk(featureSet, bars));
  metrics.featuresMs = featuresMs;
  metrics.featureBarsPerSecond = (BARS * featureSet.columns.length) / (featuresMs / 1000);
  let matrix: Float32Array = new Float32Array(0);
  metrics.contextMs = medianMs(() => {
    ({ matrix } = buildContext({ bars, paths, featureSet, normalizer, window: 32 }));
  });
  for (const config of list) {
    const single = makeFeatureSet([config]);
    metrics[`ms:${single.columns[0].name}`] = medianMs(() => walk(single, bars));
  }
  const streamedMs = medianMs(() => {
    const stream = new ContextStream({ featureSet, normalizer, window: 32 });
    for (let row = 0; row < STREAMED_BARS; row++) stream.push(barAt(bars, row));
  });
  metrics.streamedMicrosecondsPerBar = (streamedMs * 1000) / STREAMED_BARS;
  const batchMicroseconds = (metrics.contextMs * 1000) / BARS;
  const ratios = { streamedToBatch: metrics.streamedMicrosecondsPerBar / batchMicroseconds };
  return { metrics, ratios, checksum: digest(matrix).slice(0, 16) };
}

function walk(featureSet: FeatureSet, bars: Bars): void {
  forEachChunk(featureSet, bars, { from: 0, to: numBars(bars) }, () => {});
}

function medianMs(work: () => void): number {
  work();
  const times = Array.from({ length: REPEATS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[REPEATS >> 1];
}
