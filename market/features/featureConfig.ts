/** Every kind of feature, and how a config becomes one. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import type { QuoteColumn } from '../data/quotes.ts';
import type { Feature } from './feature.ts';
import { barFeatureOptions, makeBarFeature } from './featureKinds.ts';
import type { FeatureState } from './featureState.ts';
import { checkQuotes } from './quoteInput.ts';
import { isQuoteFeature, makeQuoteFeature, quoteFeatureOptions } from './quoteKinds.ts';
import { makeRegimePosterior, regimePosteriorConfig } from './regimePosterior.ts';
import { makeTimeframe, timeframeConfig } from './timeframe.ts';

export const featureConfig = z.discriminatedUnion('kind', [
  ...barFeatureOptions,
  ...quoteFeatureOptions,
  timeframeConfig,
  regimePosteriorConfig,
]);

export type FeatureConfig = z.infer<typeof featureConfig>;

/** What some features must know beside their config. */
export interface FeatureSetting {
  /** Of the bars that will be fed; features of higher timeframes need it. */
  readonly timeframeMs?: number;
  /** Columns of quotes that they have; unknown where absent, and then missing ones are refused when they are fed. */
  readonly quotes?: readonly QuoteColumn[];
  /** What was learned from training rows; fitted features need it. */
  readonly state?: FeatureState;
}

/**
 * @param index place in the list of features
 * @throws InputError when the setting lacks what the feature needs
 */
export function makeFeature(config: FeatureConfig, setting: FeatureSetting = {}, index = 0): Feature {
  const feature = makeUnchecked(config, setting, index);
  if (setting.quotes !== undefined) checkQuotes(feature.quotes ?? [], setting.quotes, `features.${index}`);
  return feature;
}

function makeUnchecked(config: FeatureConfig, { timeframeMs, state }: FeatureSetting, index: number): Feature {
  if (config.kind === 'timeframe') {
    if (timeframeMs !== undefined) return makeTimeframe(config, timeframeMs);
    throw new InputError({ what: "the bars' own timeframe is not known", where: `features.${index}` });
  }
  if (config.kind === 'regimePosterior') {
    const fitted = state?.fitted.find(({ feature }) => feature === index);
    if (fitted !== undefined) return makeRegimePosterior(config, fitted.model);
    throw new InputError({ what: 'the feature is not fitted', where: `features.${index}`, value: config.kind });
  }
  return isQuoteFeature(config) ? makeQuoteFeature(config) : makeBarFeature(config);
}
