/** Every kind of feature that needs bars with quotes, and how a config becomes one. */

import type { z } from 'zod';
import type { Feature } from './feature.ts';
import { imbalanceConfig, makeImbalance } from './imbalance.ts';
import { makeMicroprice, micropriceConfig } from './microprice.ts';
import { makeSignedVolume, signedVolumeConfig } from './signedVolume.ts';
import { makeSpread, spreadConfig } from './spread.ts';

export const quoteFeatureOptions = [spreadConfig, imbalanceConfig, micropriceConfig, signedVolumeConfig] as const;

export type QuoteFeatureConfig = z.infer<(typeof quoteFeatureOptions)[number]>;

const KINDS: ReadonlySet<string> = new Set(quoteFeatureOptions.flatMap(({ shape }) => [...shape.kind.values]));

export const isQuoteFeature = <Config extends { readonly kind: string }>(
  config: Config,
): config is Config & QuoteFeatureConfig => KINDS.has(config.kind);

export function makeQuoteFeature(config: QuoteFeatureConfig): Feature {
  switch (config.kind) {
    case 'spread':
      return makeSpread(config);
    case 'imbalance':
      return makeImbalance(config);
    case 'microprice':
      return makeMicroprice();
    case 'signedVolume':
      return makeSignedVolume(config);
  }
}
