/** Networks as data: `{ kind: 'mlp', ... }` in a config names a builder here. A new kind is one file and its lines below. */

import { z } from 'zod';
import type { Tensor } from '../nn/tensor.ts';
import { buildMlp, mlpConfig } from './mlp.ts';
import type { ObservedTensors } from './observation.ts';

const CONFIGS = [mlpConfig] as const;

export const networkConfig = z.discriminatedUnion('kind', CONFIGS, {
  error: () => `a network kind is one of ${CONFIGS.map(({ shape }) => shape.kind.value).join(', ')}`,
});

export type NetworkConfig = z.infer<typeof networkConfig>;
type NetworkKind = NetworkConfig['kind'];

/** From observations (batch) to features (batch, units); `name` is the prefix of every parameter. */
type Builder<Config> = (config: Config, observed: ObservedTensors, name: string) => Tensor;

const BUILDERS: { readonly [Kind in NetworkKind]: Builder<Extract<NetworkConfig, { kind: Kind }>> } = {
  mlp: buildMlp,
};

/** Builds the part of a network that heads stand on. @returns (batch, units) */
export const buildTrunk: Builder<NetworkConfig> = (config, observed, name) =>
  BUILDERS[config.kind](config, observed, name);
