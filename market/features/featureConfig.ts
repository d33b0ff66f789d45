/** Every kind of feature, and how a config becomes one. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import type { Feature } from './feature.ts';
import { barFeatureOptions, makeBarFeature } from './featureKinds.ts';
import type { FeatureState } from './featureState.ts';
import { makeRegimePosterior, regimePosteriorConfig } from './regimePosterior.ts';
import { makeTimeframe, timeframeConfig } from './timeframe.ts';

export const featureConfig = z.discriminatedUnion('kind', [
  ...barFeatureOptions,
  timeframeConfig,
  regimePosteriorConfig,
]);

export type FeatureConfig = z.infer<typeof featureConfig>;

/** What some features must know beside their config. */
export interface FeatureSetting {
  /** Of the bars that will be fed; features of higher timeframes need it. */
  readonly timeframeMs?: number;
  /** What was learned from training rows; fitted features need it. */
  readonly state?: FeatureState;
}

/**
 * @param index place in the list of features
 * @throws InputError when the setting lacks what the feature needs
 */
export function makeFeature(config: FeatureConfig, { timeframeMs, state }: FeatureSetting = {}, index = 0): Feature {
  if (config.kind === 'timeframe') {
    if (timeframeMs !== undefined) return makeTimeframe(config, timeframeMs);
    throw new InputError({ what: "the bars' own timeframe is not known", where: `features.${index}` });
  }
  if (config.kind === 'regimePosterior') {
    const fitted = state?.fitted.find(({ feature }) => feature === index);
    if (fitted !== undefined) return makeRegimePosterior(config, fitted.model);
    throw new InputError({ what: 'the feature is not fitted', where: `features.${index}`, value: config.kind });
  }
  return makeBarFeature(config);
}
