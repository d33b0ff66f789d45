/** The cost table: what trading an instrument was measured to cost, per session, with where each number comes from. */

import { z } from 'zod';
import { digest, canonicalJson } from '../../core/hash.ts';
import { fraction, nonNegative, nonNegativeInt, positive } from '../../core/schema.ts';
import { SESSIONS, type Session } from '../sessions.ts';
import { distribution, distributionShape, refineDistribution } from './distribution.ts';
import { impact, fillRatio } from './orderMeasures.ts';

/** 2 adds what recorded orders and trades tell; tables of version 1 are still read, see {@link upgradeTable}. */
export const TABLE_SCHEMA_VERSION = 2;

const isoDate = z.iso.date();

const rung = z
  .strictObject({
    notional: positive.describe('order size at decision mid, quote currency'),
    againstMid: z
      .strictObject({ mean: nonNegative, p50: nonNegative, p90: nonNegative, p99: nonNegative })
      .describe('the same fills with the half-spread left in, basis points of mid'),
    extrapolatedShare: fraction.describe('share of samples whose book was too thin, so that its depth was continued'),
    measuredFrom: z
      .enum(['books', 'fills', 'both'])
      .describe('walks through recorded books, or own fills; both where an asset class pools the two'),
    ...distributionShape,
  })
  .superRefine(refineDistribution);

const ladder = z.array(rung).min(1).superRefine(refineLadder);

const costs = {
  halfSpreadBps: distribution.describe('half of the bid-ask spread, basis points of mid'),
  slippageBps: ladder.nullable().describe('fill beyond the half-spread by order size; null where no book was measured'),
};

const source = z.strictObject({
  name: z.string().min(1).describe('file name'),
  kind: z.enum(['quoteTicks', 'quoteBars', 'books', 'depthFeed', 'trades', 'fills', 'journal']),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  count: nonNegativeInt.describe('rows read'),
  droppedDuplicates: nonNegativeInt,
  droppedCrossed: nonNegativeInt.describe('rows with ask below bid, dropped by request'),
  clockMs: z.number().optional().describe('added to the times of trades that another clock stamped than the quotes'),
});

const sessionCosts = z.strictObject(costs);
const perSession = Object.fromEntries(SESSIONS.map((name) => [name, sessionCosts])) as Record<
  Session,
  typeof sessionCosts
>;

const namedDistribution = z
  .strictObject({ source: z.string().min(1).describe('file name'), ...distributionShape })
  .superRefine(refineDistribution);

const instrumentEntry = z
  .strictObject({
    assetClass: z.string().min(1),
    venue: z.string().min(1),
    sources: z.array(source).min(1),
    latencyMs: namedDistribution.nullable().describe('decision to fill; null where no order times were recorded'),
    fillRatio: fillRatio.nullable().describe('share of an order that fills; null where no own fills were recorded'),
    effectiveHalfSpreadBps: namedDistribution
      .nullable()
      .describe('trades against the mid that prevailed, weighted by notional; null where no trades were recorded'),
    impact: impact.nullable().describe('square-root law; null where it was not measured'),
    pair: sessionCosts.describe('all sessions together: the first fallback'),
    sessions: z.strictObject(perSession),
  })
  .superRefine(refineSizes);

export const executionTableSchema = z.strictObject({
  schemaVersion: z.literal(TABLE_SCHEMA_VERSION),
  created: isoDate,
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the canonical JSON of everything else'),
  fallback: z
    .strictObject({ minCount: nonNegativeInt, minSeconds: nonNegative })
    .describe('a cell with fewer samples, or less time, takes the numbers of its parent'),
  assetClasses: z.record(
    z.string(),
    z.strictObject({ instruments: z.array(z.string()), halfSpreadBps: distribution, slippageBps: ladder.nullable() }),
  ),
  instruments: z.record(z.string().min(1), instrumentEntry),
});

/** What `execution_metrics.json` holds. */
export const tablePointerSchema = z.strictObject({
  current: z
    .string()
    .regex(/^execution_metrics_\d{4}-\d{2}-\d{2}\.json$/)
    .describe('name of the table in the same folder'),
});

export type SlippageRung = z.output<typeof rung>;
export type SessionCosts = z.output<typeof sessionCosts>;
export type TableSource = z.output<typeof source>;
export type InstrumentEntry = z.output<typeof instrumentEntry>;
export type ExecutionTable = z.output<typeof executionTableSchema>;

/** The content hash that a table must carry. */
export function hashTable(table: object): string {
  return digest(canonicalJson({ ...table, hash: undefined }));
}

type Issues = z.RefinementCtx;

function refineLadder(
  rungs: readonly { readonly notional: number; readonly quantiles: readonly number[] }[],
  issues: Issues,
): void {
  for (let i = 1; i < rungs.length; i++) {
    if (rungs[i].notional <= rungs[i - 1].notional) {
      issues.addIssue({ code: 'custom', path: [i, 'notional'], message: 'order sizes rise from rung to rung' });
    }
    const falls = rungs[i].quantiles.findIndex((value, q) => value < rungs[i - 1].quantiles[q]);
    if (falls >= 0) {
      issues.addIssue({
        code: 'custom',
        path: [i, 'quantiles', falls],
        message: 'a larger order never costs less than a smaller one',
      });
    }
  }
}

/** A fill is looked up by session and size, so the sizes are the same in every session. */
function refineSizes(entry: { readonly sessions: Readonly<Record<Session, LadderHolder>> }, issues: Issues): void {
  const sizesOf = (costs: LadderHolder) => costs.slippageBps?.map((rung) => rung.notional).join(' ') ?? 'none';
  const expected = sizesOf(entry.sessions[SESSIONS[0]]);
  for (const session of SESSIONS) {
    if (sizesOf(entry.sessions[session]) === expected) continue;
    issues.addIssue({
      code: 'custom',
      path: ['sessions', session, 'slippageBps'],
      message: `every session has the order sizes of ${SESSIONS[0]}: ${expected}`,
    });
  }
}

type LadderHolder = { readonly slippageBps: readonly { readonly notional: number }[] | null };
