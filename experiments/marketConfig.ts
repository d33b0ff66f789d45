/** Where a run's bars come from: a seeded synthetic market, or a file of real ones. */

import { z } from 'zod';
import { calendarConfig } from '../market/calendar/calendarConfig.ts';
import { augmentConfig } from '../market/data/augment/augmentConfig.ts';
import { companionsConfig } from '../market/data/companionConfig.ts';
import { columnNamesConfig } from '../market/data/importBars.ts';
import { gapPolicyConfig } from '../market/data/segments.ts';
import { repairConfig } from '../market/data/repairConfig.ts';
import { splitConfig } from '../market/data/splits.ts';
import { syntheticConfig, syntheticPathsConfig } from '../market/data/syntheticConfig.ts';
import { regimeRuleConfig } from '../market/regimes/regimeRuleConfig.ts';
import type { RegimeLabels } from '../evaluation/evaluation.ts';
import { memoryConfig } from './slabs/memoryConfig.ts';

const instrument = z.string().min(1).describe('traded instrument; its entry of the execution table sets the costs');

const furtherInstrument = z.strictObject({
  instrument,
  file: z.string().min(1).describe('path of its bars, of the timeframe and with the columns of the first'),
  columns: columnNamesConfig.optional(),
  repair: repairConfig,
  calendar: calendarConfig,
});

export const marketConfig = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('synthetic').describe('labelled regimes from a seeded generator'),
      instrument,
      generator: syntheticConfig.prefault({}),
      train: syntheticPathsConfig.prefault({}).describe('worlds to learn from'),
      validation: syntheticPathsConfig.prefault({}).describe('worlds to choose the best policy of a training by'),
      test: syntheticPathsConfig.prefault({}).describe('held-out worlds to judge on'),
      augment: augmentConfig,
    }),
    z.strictObject({
      kind: z.literal('bars').describe('real bars from a file: CSV, lines of JSON, Parquet'),
      instrument,
      file: z
        .string()
        .min(1)
        .describe('path of the file, from where the command is run; with `memory` also parquet:FOLDER of a store'),
      columns: columnNamesConfig.optional(),
      calendar: calendarConfig,
      instruments: z
        .array(furtherInstrument)
        .min(1)
        .max(40)
        .optional()
        .describe('further instruments that the same policy learns to trade, on paths and at costs of their own'),
      split: splitConfig,
      repair: repairConfig,
      gaps: gapPolicyConfig.prefault({ kind: 'split' }),
      companions: companionsConfig.optional(),
      memory: memoryConfig.optional(),
      regimes: regimeRuleConfig.prefault({}).describe('causal rule that labels the bars for curricula and judging'),
      augment: augmentConfig,
    }),
  ])
  .describe('the market to train and judge on');

export type MarketConfig = z.output<typeof marketConfig>;

/** Made bars carry the regime that they were made in, real ones what the rule knew before they opened. */
export const regimeLabelsOf = ({ kind }: MarketConfig): RegimeLabels =>
  kind === 'synthetic' ? 'latent' : 'knownBefore';

/** Real bars. */
export type BarsMarket = Extract<MarketConfig, { kind: 'bars' }>;
