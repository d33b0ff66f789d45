/** Parameters of the rule that labels regimes. */

import { z } from 'zod';
import { fraction, nonNegative } from '../../core/schema.ts';

export const regimeRuleConfig = z.strictObject({
  bars: z.int().min(3).default(72).describe('one-bar returns that a label looks back on'),
  trendT: nonNegative.default(1.5).describe('t statistic of the mean return from which a trend is called one'),
  plateauQuantile: fraction
    .default(0.3)
    .describe('share of training bars whose volatility counts as quiet; a quiet bar without a trend is a plateau'),
});

export type RegimeRuleConfig = z.infer<typeof regimeRuleConfig>;
