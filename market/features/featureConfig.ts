/** Every kind of feature, and how a config becomes one. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import type { QuoteColumn } from '../data/quotes.ts';
import { findCompanion, type CompanionInput } from './companionInput.ts';
import type { Feature } from './feature.ts';
import { barFeatureOptions, makeBarFeature } from './featureKinds.ts';
import type { FeatureState } from './featureState.ts';
import { checkQuotes } from './quoteInput.ts';
import { isQuoteFeature, makeQuoteFeature, quoteFeatureOptions } from './quoteKinds.ts';
import { makeOfCompanion, ofCompanionConfig } from './ofCompanion.ts';
import { makeRegimePosterior, regimePosteriorConfig } from './regimePosterior.ts';
import { makeTimeframe, timeframeConfig } from './timeframe.ts';
import { makeVersus, versusConfig } from './versus.ts';

export const featureConfig = z.discriminatedUnion('kind', [
  ...barFeatureOptions,
  ...quoteFeatureOptions,
  timeframeConfig,
  ofCompanionConfig,
  versusConfig,
  regimePosteriorConfig,
]);

export type FeatureConfig = z.infer<typeof featureConfig>;

/** What some features must know beside their config. */
export interface FeatureSetting {
  /** Of the bars that will be fed; features of higher timeframes need it. */
  readonly timeframeMs?: number;
  /** Columns of quotes that they have; unknown where absent, and then missing ones are refused when they are fed. */
  readonly quotes?: readonly QuoteColumn[];
  /** Other instruments that come with them. */
  readonly companions?: readonly CompanionInput[];
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

function makeUnchecked(config: FeatureConfig, setting: FeatureSetting, index: number): Feature {
  const { timeframeMs, state, companions = [] } = setting;
  if (config.kind === 'timeframe' || config.kind === 'of' || config.kind === 'versus') {
    const where = `features.${index}`;
    if (timeframeMs === undefined) throw new InputError({ what: "the bars' own timeframe is not known", where });
    if (config.kind === 'timeframe') return makeTimeframe(config, timeframeMs);
    const companion = findCompanion(companions, config.companion, where);
    if (config.kind === 'versus') return makeVersus(config, companion, timeframeMs);
    return makeOfCompanion(companion, makeFeature(config.feature, companion, index), timeframeMs);
  }
  if (config.kind === 'regimePosterior') {
    const fitted = state?.fitted.find(({ feature }) => feature === index);
    if (fitted !== undefined) return makeRegimePosterior(config, fitted.model);
    throw new InputError({ what: 'the feature is not fitted', where: `features.${index}`, value: config.kind });
  }
  return isQuoteFeature(config) ? makeQuoteFeature(config) : makeBarFeature(config);
}
