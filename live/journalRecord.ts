/** The lines of a live journal. */

import { z } from 'zod';
import { LEDGER_COLUMNS, type LedgerColumn } from '../envs/ledger.ts';
import { QUOTE_COLUMNS, type QuoteColumn } from '../market/data/quotes.ts';

const finite = z.number();

const ledgerRowSchema = z.strictObject(
  Object.fromEntries(LEDGER_COLUMNS.map((column) => [column, finite])) as Record<LedgerColumn, typeof finite>,
);

const quotesSchema = z.strictObject(
  Object.fromEntries(QUOTE_COLUMNS.map((column) => [column, finite.exactOptional()])) as Record<
    QuoteColumn,
    z.ZodExactOptional<typeof finite>
  >,
);

const plainBarSchema = z.strictObject({
  openTimeMs: finite,
  open: finite,
  high: finite,
  low: finite,
  close: finite,
  volume: finite,
  quotes: quotesSchema.exactOptional(),
});

const barSchema = plainBarSchema.extend({
  companions: z
    .array(z.strictObject({ name: z.string(), timeframeMs: finite, bars: z.array(plainBarSchema).readonly() }))
    .readonly()
    .exactOptional(),
});

const orderSchema = z.strictObject({
  id: z.int().positive(),
  decidedAtMs: finite,
  targetWeight: finite,
  side: z.enum(['buy', 'sell']),
  quantity: finite,
  isUrgent: z.boolean().optional(),
});

export const journalRecordSchema = z.discriminatedUnion('kind', [
  /** First line: what the journal is of; a run of anything else does not resume from it. */
  z.strictObject({ kind: z.literal('start'), name: z.string(), startEquity: finite, identity: z.string() }),
  z.strictObject({ kind: z.literal('problem'), problem: z.string(), detail: z.string() }),
  z.strictObject({ kind: z.literal('bar'), bar: barSchema }),
  z.strictObject({
    kind: z.literal('fill'),
    orderId: z.int().positive(),
    quantity: finite,
    notional: finite,
    feeCost: finite,
    spreadCost: finite,
    slippageCost: finite,
    /** What a real venue said of it; absent where the fill was simulated. */
    venue: z.strictObject({ sentAtMs: finite, filledAtMs: finite, price: finite }).optional(),
  }),
  /** A row of the ledger. */
  z.strictObject({ kind: z.literal('account'), row: ledgerRowSchema }),
  z.strictObject({ kind: z.literal('decision'), action: finite, wantedWeight: finite }),
  z.strictObject({
    kind: z.literal('verdict'),
    verdict: z.enum(['allow', 'clamp', 'refuse', 'trip', 'stopped']),
    rule: z.string().nullable(),
    reason: z.string().nullable(),
  }),
  z.strictObject({ kind: z.literal('order'), order: orderSchema }),
  /** After the checkpoint of its bar: an order that does not stand, and under which id it is sent again; null: it is given up. */
  z.strictObject({
    kind: z.literal('rejected'),
    orderId: z.int().positive(),
    attempt: z.int().positive(),
    reason: z.string(),
    retryable: z.boolean(),
    next: z.strictObject({ orderId: z.int().positive(), delayMs: finite }).nullable(),
  }),
  /** Closes the records of one bar: all that a restart needs, as of before the bar's order was sent. */
  z.strictObject({ kind: z.literal('checkpoint'), state: z.unknown() }),
  z.strictObject({ kind: z.literal('stop'), reason: z.enum(['feedEnded', 'interrupted']) }),
]);

export type JournalRecord = z.infer<typeof journalRecordSchema>;
