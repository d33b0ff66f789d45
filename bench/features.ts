/** Forty features over a million bars of a minute: whole, bar by bar, and beside TA-Lib where both have them. */

import { digest } from '../core/hash.ts';
import { createRng } from '../core/rng.ts';
import { MINUTE_MS } from '../core/units.ts';
import { barAt } from '../market/data/bar.ts';
import { numBars, type Bars } from '../market/data/bars.ts';
import { generatePath } from '../market/data/synthetic.ts';
import { syntheticConfig } from '../market/data/syntheticConfig.ts';
import { buildContext } from '../market/features/buildContext.ts';
import { ContextStream } from '../market/features/contextStream.ts';
import { forEachChunk } from '../market/features/featureRunner.ts';
import { makeFeatureSet, type FeatureSet } from '../market/features/featureSet.ts';
import { featuresConfig, type FeaturesConfig } from '../market/features/featuresConfig.ts';
import { fitFeatures } from '../market/features/fitFeatures.ts';
import { fitNormalizer } from '../market/features/fitNormalizer.ts';
import { normalizerConfig } from '../market/features/normalizer.ts';
import type { BenchResult } from './benchResult.ts';
import { compareWithTalib } from './featuresPeer.ts';

const BARS = 1_000_000;
const STREAMED_BARS = 100_000;
const FITTED_BARS = 50_000;
const REPEATS = 5;

/** Forty features, as many kinds as there are, some at several periods. */
const FORTY_FEATURES: FeaturesConfig = featuresConfig.parse([
  ...[1, 5, 20].map((lag) => ({ kind: 'logReturn', lag })),
  ...[20, 60].map((period) => ({ kind: 'trendSlope', period })),
  ...[20, 50, 200].map((period) => ({ kind: 'smaDistance', period })),
  ...[12, 20, 50].map((period) => ({ kind: 'emaDistance', period })),
  ...['macd', 'adx', 'efficiencyRatio', 'stochastic', 'williamsR', 'cci', 'bollingerPosition', 'bollingerWidth'].map(
    (kind) => ({ kind }),
  ),
  ...[14, 28].map((period) => ({ kind: 'rsi', period })),
  ...[20, 60].map((period) => ({ kind: 'realizedVolatility', period })),
  ...['ewmaVolatility', 'parkinson', 'garmanKlass', 'atr', 'volatilityRegime', 'drawdown', 'volumeZScore', 'obv'].map(
    (kind) => ({ kind }),
  ),
  ...['vwapDistance', 'session', 'overlap', 'minuteOfSession', 'timeOfDay', 'dayOfWeek'].map((kind) => ({ kind })),
  { kind: 'timeframe', minutes: 60, feature: { kind: 'rsi' } },
  { kind: 'timeframe', minutes: 240, feature: { kind: 'trendSlope' } },
  { kind: 'regimePosterior', restarts: 1 },
]);

/** Times are CPU time of this process, medians of five: neighbors on the machine do not count. The checksum is of the context. */
export async function runFeaturesBench(): Promise<BenchResult> {
  const { bars } = generatePath(syntheticConfig.parse({ timeframeMs: MINUTE_MS }), createRng(1), {
    name: 'bench',
    bars: BARS,
    regime: null,
  });
  const paths = [{ from: 0, to: BARS }];
  const list = FORTY_FEATURES;
  const state = fitFeatures({ list, bars, paths: [{ from: 0, to: FITTED_BARS }], rng: createRng(2) });
  const featureSet = makeFeatureSet(list, { timeframeMs: MINUTE_MS, state });
  const normalizer = fitNormalizer({ config: normalizerConfig.parse({}), featureSet, bars, paths });
  const metrics: Record<string, number> = { bars: BARS, features: list.length, columns: featureSet.columns.length };

  const times = repeat(() => walk(featureSet, bars));
  metrics['featuresMs'] = times.median;
  metrics['featuresMsLeast'] = times.least;
  metrics['featureBarsPerSecond'] = (BARS * list.length) / (times.median / 1000);
  let matrix: Float32Array = new Float32Array(0);
  metrics['contextMs'] = repeat(() => {
    ({ matrix } = buildContext({ bars, paths, featureSet, normalizer, window: 32 }));
  }).median;
  const streamed = repeat(() => {
    const stream = new ContextStream({ featureSet, normalizer, window: 32 });
    for (let row = 0; row < STREAMED_BARS; row++) stream.push(barAt(bars, row));
  });
  metrics['streamedMicrosecondsPerBar'] = (streamed.median * 1000) / STREAMED_BARS;
  const plain = list.filter(({ kind }) => kind !== 'regimePosterior');
  for (const config of plain) {
    const single = makeFeatureSet([config], { timeframeMs: MINUTE_MS });
    metrics[`ms:${single.columns[0].name}`] = repeat(() => walk(single, bars)).median;
  }
  const ratios = {
    streamedToBatch: metrics['streamedMicrosecondsPerBar'] / ((metrics['contextMs'] * 1000) / BARS),
    ...(await compareWithTalib(bars, plain, metrics)),
  };
  return { metrics, ratios, checksum: digest(matrix).slice(0, 16) };
}

function walk(featureSet: FeatureSet, bars: Bars): void {
  forEachChunk(featureSet, bars, { from: 0, to: numBars(bars) }, () => {});
}

function repeat(work: () => void): { readonly median: number; readonly least: number } {
  work();
  const times = Array.from({ length: REPEATS }, () => cpuMs(work)).sort((a, b) => a - b);
  return { median: times[REPEATS >> 1], least: times[0] };
}

/** CPU time of this process, all its threads. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
