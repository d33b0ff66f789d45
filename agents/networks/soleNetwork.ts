/** The kinds of networks that stand alone. A new kind is one file and its two lines below. */

import { z } from 'zod';
import { attentionConfig, buildAttention } from './attention.ts';
import { buildConv1d, conv1dConfig } from './conv1d.ts';
import { buildLstm, lstmConfig } from './lstm.ts';
import { buildMlp, mlpConfig } from './mlp.ts';
import type { TrunkBuilder } from './parts.ts';
import { buildTransformer, transformerConfig } from './transformer.ts';

export const SOLE_CONFIGS = [mlpConfig, conv1dConfig, lstmConfig, attentionConfig, transformerConfig] as const;

export const soleNetworkConfig = z.discriminatedUnion('kind', SOLE_CONFIGS, {
  error: () => `a network kind is one of ${SOLE_CONFIGS.map(({ shape }) => shape.kind.value).join(', ')}`,
});

export type SoleNetworkConfig = z.infer<typeof soleNetworkConfig>;

const BUILDERS: {
  readonly [Kind in SoleNetworkConfig['kind']]: TrunkBuilder<Extract<SoleNetworkConfig, { kind: Kind }>>;
} = {
  mlp: buildMlp,
  conv1d: buildConv1d,
  lstm: buildLstm,
  attention: buildAttention,
  transformer: buildTransformer,
};

export const buildSoleNetwork: TrunkBuilder<SoleNetworkConfig> = (config, observed, place) => {
  // The map gives each kind the builder of that kind.
  const build = BUILDERS[config.kind] as TrunkBuilder<SoleNetworkConfig>;
  return build(config, observed, place);
};
