/** The features of a run in their order: which columns the context has. */

import { InputError } from '../../core/errors.ts';
import { hashOf } from '../../core/hash.ts';
import { makeFeature, type FeatureSetting } from './featureConfig.ts';
import type { FeatureColumn, FeatureStream } from './feature.ts';
import type { FeaturesConfig } from './featuresConfig.ts';
import { REGIME_POSTERIOR_WARMUP_BARS } from './regimePosterior.ts';

/** Changes whenever the formula of a feature does, so that an old normalizer is not applied to new columns. */
const FORMULAS_VERSION = 1;

export interface FeatureSet {
  readonly columns: readonly FeatureColumn[];
  /** Rows at the start of a path in which some column has no value; the context holds zeros there. */
  readonly warmupBars: number;
  /** Rows after which the place where history began matters less than one part in a million. */
  readonly settleBars: number;
  /** Of kinds, parameters, order and what was fitted: what a normalizer and a model belong to. */
  readonly hash: string;
  /** New streams, one a feature, for the start of a path. */
  createStreams(): FeatureColumnStream[];
}

export interface FeatureColumnStream {
  readonly stream: FeatureStream;
  readonly firstColumn: number;
}

/** @throws InputError when two features would be the same column, or the setting lacks what one needs */
export function makeFeatureSet(list: FeaturesConfig, setting: FeatureSetting = {}): FeatureSet {
  const features = list.map((config, index) => makeFeature(config, setting, index));
  const columns = features.flatMap((feature) => feature.columns);
  const names = columns.map((column) => column.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new InputError({ what: 'the same feature twice', where: 'features', rule: 'columns differ', value: twice });
  }
  const fitted = setting.state?.fitted ?? [];
  const companions = companionsOf(list, setting);
  let at = 0;
  const firstColumns = features.map((feature) => (at += feature.columns.length) - feature.columns.length);
  return {
    columns,
    warmupBars: Math.max(...features.map((feature) => feature.warmupBars)),
    settleBars: Math.max(...features.map((feature) => feature.settleBars)),
    hash: hashOf({ version: FORMULAS_VERSION, list, ...(fitted.length > 0 && { fitted }), ...companions }),
    createStreams: () =>
      features.map((feature, i) => ({ stream: feature.createStream(), firstColumn: firstColumns[i] })),
  };
}

/** Timeframes of the companions that features look at: the same feature of other bars is another. */
function companionsOf(list: FeaturesConfig, { companions = [] }: FeatureSetting) {
  const named = new Set(list.flatMap((config) => ('companion' in config ? [config.companion] : [])));
  const used = companions.filter(({ name }) => named.has(name)).map(({ name, timeframeMs }) => ({ name, timeframeMs }));
  return used.length > 0 && { companions: used };
}

/** Columns of a list of features, known before any of them is fitted. */
export const countColumns = (list: FeaturesConfig, timeframeMs: number): number =>
  list.reduce(
    (sum, config, index) =>
      sum +
      (config.kind === 'regimePosterior' ? config.states : makeFeature(config, { timeframeMs }, index).columns.length),
    0,
  );

/** Warm-up of a list of features, known before any of them is fitted. */
export const countWarmupBars = (
  list: FeaturesConfig,
  timeframeMs: number,
  inputs: Pick<FeatureSetting, 'quotes' | 'companions'> = {},
): number =>
  Math.max(
    ...list.map((config, index) =>
      config.kind === 'regimePosterior'
        ? REGIME_POSTERIOR_WARMUP_BARS
        : makeFeature(config, { ...inputs, timeframeMs }, index).warmupBars,
    ),
  );
