/** Every kind of feature, and how a config becomes one. */

import { z } from 'zod';
import type { Feature } from './feature.ts';
import { barFeatureOptions, makeBarFeature } from './featureKinds.ts';

export const featureConfig = z.discriminatedUnion('kind', barFeatureOptions);

export type FeatureConfig = z.infer<typeof featureConfig>;

export function makeFeature(config: FeatureConfig): Feature {
  return makeBarFeature(config);
}
