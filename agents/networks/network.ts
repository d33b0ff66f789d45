/** Networks as data: `{ kind: 'mlp', ... }` in a config names a builder. A new kind that stands alone goes into `soleNetwork.ts`. */

import { z } from 'zod';
import type { TrunkBuilder } from './parts.ts';
import { buildPathways, pathwaysConfig } from './pathways.ts';
import { buildSoleNetwork, SOLE_CONFIGS } from './soleNetwork.ts';

const CONFIGS = [...SOLE_CONFIGS, pathwaysConfig] as const;

export const networkConfig = z.discriminatedUnion('kind', CONFIGS, {
  error: () => `a network kind is one of ${CONFIGS.map(({ shape }) => shape.kind.value).join(', ')}`,
});

export type NetworkConfig = z.infer<typeof networkConfig>;

/** Builds the part of a network that heads stand on. @returns (batch, units) */
export const buildTrunk: TrunkBuilder<NetworkConfig> = (config, observed, place) =>
  config.kind === 'pathways' ? buildPathways(config, observed, place) : buildSoleNetwork(config, observed, place);
