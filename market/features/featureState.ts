/** What features learned from training rows: plain data, saved with a model beside its normalizer. */

import { z } from 'zod';
import { checkConfig } from '../../core/config.ts';
import { InputError } from '../../core/errors.ts';
import { hashOf } from '../../core/hash.ts';
import { hmmModel, type Hmm } from '../regimes/hmm.ts';
import type { FeatureConfig } from './featureConfig.ts';
import type { FeaturesConfig } from './featuresConfig.ts';

const featureStateFile = z.strictObject({
  version: z.literal(1),
  /** Of the list of features that it was fitted for. */
  featuresHash: z.string(),
  /** One a feature that is fitted, in the order of the list. */
  fitted: z.array(
    z.strictObject({
      kind: z.literal('regimePosterior'),
      /** Index in the list. */
      feature: z.int().nonnegative(),
      fittedRows: z.int().positive(),
      /** Nats per bar: how well the model explains what it was fitted on. */
      logLikelihood: z.number(),
      model: hmmModel,
    }),
  ),
});

/** `JSON.stringify` saves it, {@link parseFeatureState} takes it up. */
export type FeatureState = Readonly<z.infer<typeof featureStateFile>>;

/** What a list of features is known by. */
export const hashFeatures = (list: FeaturesConfig): string => hashOf(list);

/** Features of which none is fitted have this state. */
export const emptyFeatureState = (list: FeaturesConfig): FeatureState => ({
  version: 1,
  featuresHash: hashFeatures(list),
  fitted: [],
});

/** @throws InputError when it is malformed or belongs to another list of features */
export function parseFeatureState(raw: unknown, list: FeaturesConfig, where = 'features'): FeatureState {
  const state = checkConfig(featureStateFile, raw, (path) => [where, ...path].join('.'));
  if (state.featuresHash === hashFeatures(list)) {
    for (const { feature, model } of state.fitted) checkModel(list[feature], model, `${where}: features.${feature}`);
    return state;
  }
  throw new InputError({
    what: 'fitted features belong to another list of features',
    where,
    rule: `features ${hashFeatures(list)}`,
    value: state.featuresHash,
  });
}

function checkModel(config: FeatureConfig | undefined, model: Hmm, where: string): void {
  const states = config?.kind === 'regimePosterior' ? config.states : 0;
  const { start, transition, mean, deviation } = model;
  const lengths = [start.length, mean.length, deviation.length, transition.length / states];
  if (states > 0 && lengths.every((length) => length === states)) return;
  throw new InputError({
    what: 'fitted model does not fit its feature',
    where,
    rule: `${states} states`,
    value: lengths,
  });
}
