/** One trunk for each regime, mixed by the probabilities of the regimes. Paper: https://www.cs.toronto.edu/~hinton/absps/jjnh91.pdf */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import { nonNegativeInt } from '../../core/schema.ts';
import { add, mul } from '../nn/ops/arithmetic.ts';
import { reshape, slice } from '../nn/ops/shaping.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';
import { requireWindow, type TrunkBuilder, type TrunkPlace } from './parts.ts';
import { lastBar } from './selfAttention.ts';
import { buildSoleNetwork, soleNetworkConfig } from './soleNetwork.ts';

export const pathwaysConfig = z
  .strictObject({
    kind: z.literal('pathways'),
    posterior: z
      .array(nonNegativeInt)
      .min(1)
      .describe('columns of the context that hold the probability of each regime, counted from 0; one trunk each'),
    trunk: soleNetworkConfig.prefault({ kind: 'mlp' }).describe('the network that each regime has for itself'),
  })
  .describe('one trunk for each regime, mixed by the regime posterior of the last bar as it is given');

export type PathwaysConfig = z.infer<typeof pathwaysConfig>;

/** sum over regimes of probability * trunk; a regime that is certain is its trunk alone. @returns (batch, units) */
export const buildPathways: TrunkBuilder<PathwaysConfig> = ({ kind, posterior, trunk }, observed, place) => {
  const now = lastBar(requireWindow(observed, kind, place)); // (batch, 1, features)
  const paths = posterior.map((column, regime) => {
    const features = buildSoleNetwork(trunk, observed, { ...place, name: `${place.name}/regime${regime}` });
    return mul(features, probability(now, column, place)); // (batch, units)
  });
  return paths.reduce((sum, path) => add(sum, path));
};

/** @param now (batch, 1, features) @returns (batch, 1) */
function probability(now: Tensor, column: number, { name }: TrunkPlace): Tensor {
  const features = fixedDim(now.shape[2]);
  if (column < features) return reshape(slice(now, 2, column, column + 1), [now.shape[0], 1]);
  throw new InputError({
    what: 'pathways mix by a column that the context does not have',
    where: `${name}: posterior`,
    rule: `columns are 0 to ${features - 1}`,
    value: column,
  });
}
