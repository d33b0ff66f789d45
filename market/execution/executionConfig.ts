/** Which measured costs a run pays, and the price lists that are not measured but published. */

import { z } from 'zod';
import { nonNegative, positive } from '../../core/schema.ts';

export const executionConfig = z.strictObject({
  table: z
    .string()
    .min(1)
    .default('configs/execution/execution_metrics.json')
    .describe('path of a cost table, or of the pointer to the current one'),
  instrument: z
    .string()
    .min(1)
    .optional()
    .describe(
      'entry of the table; default the traded instrument. A synthetic market names the measured one it stands for',
    ),
  takerFeeBps: nonNegative
    .default(5)
    .describe(
      "basis points of notional on taking orders, from the venue's price list (Binance: perpetuals 5, spot 10)",
    ),
  makerFeeBps: nonNegative
    .default(2)
    .describe(
      'basis points of notional on resting orders (Binance: perpetuals 2, spot 10); limits and take-profits pay it',
    ),
  borrowRatePerYear: nonNegative
    .default(0.03)
    .describe(
      'fraction a year on the notional of a short position; accrues with time, nights, weekends and missing bars included',
    ),
  cashRatePerYear: nonNegative.default(0.06).describe('fraction a year on negative cash; accrues likewise'),
  latencyBudgetMs: positive.default(1000).describe('a decision that takes longer to fill pays p90 costs'),
  assumedLatencyMs: nonNegative
    .nullable()
    .default(null)
    .describe('stands in where the table has no measured latency; null: fills are in time'),
  unmeasuredSlippage: z
    .enum(['refuse', 'zero'])
    .default('refuse')
    .describe('what to do when no book of the instrument or its asset class was ever measured'),
  impact: z
    .strictObject({
      coefficient: positive
        .nullable()
        .default(null)
        .describe('standard deviations per root of a share of volume; null: as measured in the table'),
      spanBars: z.int().min(2).default(168).describe('span of the averages of volatility and volume before the fill'),
    })
    .nullable()
    .default(null)
    .describe(
      'market impact on top of slippage: coefficient x volatility x sqrt(notional / volume), both of the bars before the fill; null: orders move nothing',
    ),
  venues: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('what the ledger calls it'),
        instrument: z.string().min(1).describe('entry of the table with what this venue costs'),
        takerFeeBps: nonNegative.describe('basis points of notional on taking orders'),
        makerFeeBps: nonNegative.describe('basis points of notional on resting orders'),
      }),
    )
    .refine((venues) => new Set(venues.map(({ name }) => name)).size === venues.length, 'venues have different names')
    .default([])
    .describe(
      'where orders may go: each goes where its spread, slippage, impact and fee are lowest at p50 for its session and size; empty: one venue',
    ),
});

export type ExecutionConfig = z.output<typeof executionConfig>;
