/** The cost table: what trading an instrument was measured to cost, per session, with where each number comes from. */

import { z } from 'zod';
import { digest, canonicalJson } from '../../core/hash.ts';
import { fraction, nonNegative, nonNegativeInt, positive } from '../../core/schema.ts';
import { SESSIONS, type Session } from '../sessions.ts';

export const TABLE_SCHEMA_VERSION = 1;
/** Quantiles 0, 0.01, ..., 1. */
export const NUM_QUANTILES = 101;

const isoDate = z.iso.date();

/** Numbers of one distribution; they refuse to contradict each other. */
const distributionShape = {
  count: nonNegativeInt.describe('samples measured in this very cell'),
  seconds: nonNegative.describe('time that those samples cover, and are weighted by'),
  level: z
    .enum(['session', 'pair', 'assetClass'])
    .describe('where the numbers were measured; a session with few samples falls back to its pair, then to the class'),
  mean: nonNegative,
  p50: nonNegative,
  p90: nonNegative,
  p99: nonNegative,
  tailMean: nonNegative.describe('mean of what lies above p99'),
  quantiles: z.array(nonNegative).length(NUM_QUANTILES).describe('quantiles 0, 0.01, ..., 1'),
};

const distribution = z.strictObject(distributionShape).superRefine(refineDistribution);

const rung = z
  .strictObject({
    notional: positive.describe('order size at decision mid, quote currency'),
    againstMid: z
      .strictObject({ mean: nonNegative, p50: nonNegative, p90: nonNegative, p99: nonNegative })
      .describe('the same fills with the half-spread left in, basis points of mid'),
    extrapolatedShare: fraction.describe('share of samples whose book was too thin, so that its depth was continued'),
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
  kind: z.enum(['quoteTicks', 'quoteBars', 'books', 'depthFeed']),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  count: nonNegativeInt.describe('rows read'),
  droppedDuplicates: nonNegativeInt,
  droppedCrossed: nonNegativeInt.describe('rows with ask below bid, dropped by request'),
});

const sessionCosts = z.strictObject(costs);
const perSession = Object.fromEntries(SESSIONS.map((name) => [name, sessionCosts])) as Record<
  Session,
  typeof sessionCosts
>;

const instrumentEntry = z
  .strictObject({
    assetClass: z.string().min(1),
    venue: z.string().min(1),
    sources: z.array(source).min(1),
    latencyMs: z
      .strictObject({ source: z.string().min(1), ...distributionShape })
      .superRefine(refineDistribution)
      .nullable()
      .describe('decision to fill; null where no order times were recorded'),
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

export type Distribution = z.output<typeof distribution>;
export type SlippageRung = z.output<typeof rung>;
export type SessionCosts = z.output<typeof sessionCosts>;
export type TableSource = z.output<typeof source>;
export type InstrumentEntry = z.output<typeof instrumentEntry>;
export type ExecutionTable = z.output<typeof executionTableSchema>;

/** The content hash that a table must carry. */
export function hashTable(table: Omit<ExecutionTable, 'hash'>): string {
  return digest(canonicalJson({ ...table, hash: undefined }));
}

type Issues = z.RefinementCtx;

function refineDistribution(
  cell: { readonly quantiles: readonly number[]; p50: number; p90: number; p99: number; tailMean: number },
  issues: Issues,
): void {
  const { quantiles } = cell;
  const falls = quantiles.findIndex((value, i) => i > 0 && value < quantiles[i - 1]);
  if (falls > 0) issues.addIssue({ code: 'custom', path: ['quantiles', falls], message: 'quantiles never fall' });
  const named = { p50: quantiles[50], p90: quantiles[90], p99: quantiles[99] } as const;
  for (const key of ['p50', 'p90', 'p99'] as const) {
    if (cell[key] !== named[key]) {
      issues.addIssue({ code: 'custom', path: [key], message: `${key} is the quantile of that name: ${named[key]}` });
    }
  }
  if (cell.tailMean < cell.p99 || cell.tailMean > quantiles[NUM_QUANTILES - 1]) {
    issues.addIssue({
      code: 'custom',
      path: ['tailMean'],
      message: 'the mean above p99 lies between p99 and the maximum',
    });
  }
}

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
