/** What the features of a run look like, and whether any of them looks ahead. */

import { createRng } from '../core/rng.ts';
import { mean, standardDeviation } from '../core/statistics.ts';
import { numBars, sliceBars } from '../market/data/bars.ts';
import { buildContext } from '../market/features/buildContext.ts';
import { fitNormalizer } from '../market/features/fitNormalizer.ts';
import { probeLeakage, type CausalStage, type Leak } from '../market/features/leakageProbe.ts';

import { fitRegimeRule, labelRegimes } from '../market/regimes/regimeRule.ts';
import type { Market } from './market.ts';
import type { RunConfig } from './runConfig.ts';

export interface FeatureSummary {
  readonly name: string;
  /** What the normalizer subtracts and divides by. */
  readonly center: number;
  readonly scale: number;
  /** Of the normalized column over the training paths. */
  readonly mean: number | null;
  readonly deviation: number | null;
  /** Share of training values at the clip. */
  readonly clippedShare: number;
}

export function summarizeFeatures({ worlds, paths, normalizer }: Market): FeatureSummary[] {
  const { matrix, features } = worlds.context;
  return normalizer.columns.map(({ name, center, scale }, column) => {
    const values = paths.train.flatMap(({ from, to }) =>
      Array.from(
        { length: to - from - worlds.warmupBars },
        (_, i) => matrix[(from + worlds.warmupBars + i) * features + column],
      ),
    );
    const clipped = values.filter((value) => Math.abs(value) >= normalizer.clip).length;
    return {
      name,
      center,
      scale,
      mean: mean(values),
      deviation: standardDeviation(values),
      clippedShare: clipped / values.length,
    };
  });
}

export type StageLeak = Leak & { readonly stage: string };

/** Bars of the probed stretch; more cost time and show nothing else. */
const MAX_PROBED_BARS = 4_000;

/** Probes normalized features, a normalizer fitted on the first half, and the causal regime rule on the first training path. */
export function probeMarket(
  config: RunConfig,
  { worlds, paths, featureSet, normalizer }: Market,
  cuts: number,
): StageLeak[] {
  const [path] = paths.train;
  const bars = sliceBars(worlds.bars, path.from, Math.min(path.to, path.from + MAX_PROBED_BARS));
  const fitTo = Math.floor(numBars(bars) / 2);
  const names = featureSet.columns.map(({ name }) => name);
  const whole = (length: number) => [{ from: 0, to: length }];
  const stages: Record<string, { stage: CausalStage; firstCutRow: number }> = {
    observation: {
      firstCutRow: worlds.warmupBars,
      stage: {
        columns: names,
        compute: (probed) =>
          buildContext({ bars: probed, paths: whole(numBars(probed)), featureSet, normalizer, window: config.window })
            .matrix,
      },
    },
    normalizer: {
      firstCutRow: fitTo,
      stage: {
        columns: names,
        compute: (probed) => {
          const ranges = [{ from: 0, to: fitTo }];
          const fitted = fitNormalizer({
            config: config.normalizer,
            featureSet,
            bars: probed,
            paths: whole(numBars(probed)),
            ranges,
          });
          return buildContext({
            bars: probed,
            paths: whole(numBars(probed)),
            featureSet,
            normalizer: fitted,
            window: config.window,
          }).matrix;
        },
      },
    },
  };
  const { market } = config;
  if (market.kind === 'bars') {
    stages['regimes'] = {
      firstCutRow: fitTo,
      stage: {
        columns: ['regime'],
        compute: (probed) => {
          const rule = fitRegimeRule({
            config: market.regimes,
            bars: probed,
            paths: whole(numBars(probed)),
            ranges: [{ from: 0, to: fitTo }],
          });
          return labelRegimes(rule, probed, whole(numBars(probed)));
        },
      },
    };
  }
  const rng = createRng(config.seed).fork('probe');
  return Object.entries(stages).flatMap(([name, { stage, firstCutRow }]) =>
    probeLeakage({ stage, bars, rng: rng.fork(name), cuts, firstCutRow }).map((leak) => ({ stage: name, ...leak })),
  );
}
