/** Trunks whose every fully connected layer is noisy. Paper: https://arxiv.org/abs/1706.10295 */

import { InputError } from '../../core/errors.ts';
import type { DenseLayer } from '../nn/layers.ts';
import type { Tensor } from '../nn/tensor.ts';
import { buildTrunk, type NetworkConfig } from './network.ts';
import type { ObservedTensors } from './observation.ts';
import type { TrunkPlace } from './parts.ts';

/** @param place with the noisy layer @throws InputError where the trunk has no fully connected layer that could be noisy */
export function buildNoisyTrunk(
  config: NetworkConfig,
  observed: ObservedTensors,
  place: TrunkPlace & { readonly layer: DenseLayer },
): Tensor {
  let made = 0;
  const counted: DenseLayer = (x, options) => {
    made += 1;
    return place.layer(x, options);
  };
  const features = buildTrunk(config, observed, { ...place, layer: counted });
  if (made > 0) return features;
  throw new InputError({
    what: `a '${config.kind}' network without fully connected layers has nothing to be noisy but its head`,
    where: `${place.name}: noisy`,
    rule: "noisy 'all' needs hidden layers",
    hint: 'give the network hidden layers, or say noisy: true',
  });
}
