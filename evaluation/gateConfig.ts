/** The questions that an agent must answer before it may be promoted. */

import { z } from 'zod';
import { fraction, nonNegativeInt } from '../core/schema.ts';
import { REGIMES } from '../market/regimes/regime.ts';

const beatsBenchmark = {
  limit: z
    .number()
    .default(0)
    .describe('basis points of log growth per bar that the lower bound of the excess must exceed'),
};

const gateConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('beatsBuyAndHold').describe('excess growth over holding the asset, through the same costs'),
    ...beatsBenchmark,
  }),
  z.strictObject({
    kind: z.literal('beatsRandom').describe('excess growth over random traders of the same turnover and positions'),
    ...beatsBenchmark,
  }),
  z.strictObject({
    kind: z.literal('positiveAfterP90').describe('what is left when every cost is at its 90th percentile'),
    measure: z
      .enum(['totalReturn', 'excessReturn'])
      .default('totalReturn')
      .describe('total return, or that beyond buy-and-hold under the same stress'),
    limit: z.number().default(0).describe('return that must be exceeded, as a fraction'),
  }),
  z.strictObject({
    kind: z.literal('maxDrawdown').describe('the deepest fall from a peak'),
    limit: z.number().min(-1).max(0).default(-0.3).describe('deepest drawdown that passes, e.g. -0.3'),
  }),
  z.strictObject({
    kind: z.literal('deflatedSharpe').describe('probability of skill, given how many trials were made'),
    limit: fraction.default(0.95).describe('smallest probability that passes'),
  }),
  z.strictObject({
    kind: z.literal('minTrades').describe('enough closed trades to judge by'),
    limit: nonNegativeInt.default(30).describe('fewest closed trades that pass'),
  }),
  z.strictObject({
    kind: z
      .literal('perRegime')
      .describe('the worst regime; real bars are sorted by the label that was known before them'),
    measure: z.enum(['totalReturn', 'sharpe']).default('totalReturn').describe('what is measured in each regime'),
    regimes: z
      .array(z.enum(REGIMES))
      .min(1)
      .optional()
      .describe('regimes that must have been seen; all those seen, when left out'),
    limit: z.number().default(-0.2).describe('smallest value that passes in every regime'),
  }),
  z.strictObject({
    kind: z.literal('formula').describe('an expression over metric names'),
    name: z.string().min(1).describe('name shown in the gate table'),
    formula: z.string().min(1).describe("such as 'sharpe > 0.5 and maxDrawdown > -0.3'"),
    limit: z.number().optional().describe('smallest value that passes; left out for a formula that is true or false'),
  }),
]);

export const gatesConfig = z
  .array(gateConfig)
  .prefault([
    { kind: 'beatsBuyAndHold' },
    { kind: 'beatsRandom' },
    { kind: 'positiveAfterP90' },
    { kind: 'maxDrawdown' },
    { kind: 'deflatedSharpe' },
    { kind: 'minTrades' },
    { kind: 'perRegime' },
  ])
  .describe('all must pass for a promotion; a gate that has nothing to measure does not pass');

export type GateConfig = z.output<typeof gateConfig>;
export type GateOf<K extends GateConfig['kind']> = Extract<GateConfig, { kind: K }>;
