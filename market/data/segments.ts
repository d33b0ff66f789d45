/** What to do where bars are missing: a named policy, so that a run says how it dealt with outages. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import { nonNegativeInt, positiveInt } from '../../core/schema.ts';
import type { RowRange } from './rowRange.ts';
import type { Gap } from './timeframe.ts';

const maxGapBars = nonNegativeInt.describe('missing bars in a row that are still bridged');

export const gapPolicyConfig = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('bridge').describe('treat neighbors as consecutive, however far apart') }),
    z.strictObject({
      kind: z.literal('split').describe('end a path before a gap and start another after it'),
      maxGapBars: maxGapBars.default(6),
      minBars: positiveInt.default(200).describe('shorter stretches between gaps are left out and counted'),
    }),
    z.strictObject({
      kind: z.literal('refuse').describe('stop at the first gap'),
      maxGapBars: maxGapBars.default(0),
    }),
  ])
  .describe('what to do where bars are missing');

export type GapPolicy = z.infer<typeof gapPolicyConfig>;

/** Rows without a break, and how far back the bars before them are unbroken too. */
export interface Stretch extends RowRange {
  /** First row that features of the stretch may look at; `from` where they may not look back. */
  readonly pastFrom: number;
}

export interface Segments {
  readonly stretches: readonly Stretch[];
  /** Bars that belong to no stretch because theirs was too short. */
  readonly droppedBars: number;
}

export interface GapsInRange {
  /** Of the whole series; those that the policy bridges may be missing. */
  readonly gaps: readonly Gap[];
  /** Rows to cut up. */
  readonly range: RowRange;
  /** Whether a stretch may look at the unbroken bars before the range, which then count towards its length. */
  readonly looksBack?: boolean;
  /** File name for the refusal. */
  readonly where: string;
}

/**
 * Cuts a real series into stretches that windows and returns may cross.
 *
 * @throws InputError when the policy refuses a gap, or leaves nothing
 */
export function segmentAtGaps(policy: GapPolicy, { gaps, range, looksBack = false, where }: GapsInRange): Segments {
  const long = policy.kind === 'bridge' ? [] : gaps.filter(({ missingBars }) => missingBars > policy.maxGapBars);
  const inside = long.filter(({ row }) => row > range.from && row < range.to);
  if (policy.kind === 'refuse' && inside.length > 0) {
    const [{ missingBars, fromMs }] = inside;
    throw new InputError({
      what: `${missingBars} bars are missing from ${new Date(fromMs).toISOString()}`,
      where,
      rule: `at most ${policy.maxGapBars} missing bars in a row`,
      hint: `${inside.length} such gaps; choose the gap policy 'split' or 'bridge'`,
    });
  }
  const edges = [range.from, ...inside.map(({ row }) => row), range.to];
  const firstPast = looksBack ? (long.findLast(({ row }) => row <= range.from)?.row ?? 0) : range.from;
  const all = edges.slice(1).map((to, i) => ({ from: edges[i], to, pastFrom: i === 0 ? firstPast : edges[i] }));
  if (policy.kind !== 'split') return { stretches: all, droppedBars: 0 };
  const stretches = all.filter(({ pastFrom, to }) => to - pastFrom >= policy.minBars);
  if (stretches.length === 0) {
    throw new InputError({
      what: 'no stretch between gaps is long enough',
      where,
      rule: `at least ${policy.minBars} bars without a gap of more than ${policy.maxGapBars}`,
    });
  }
  const kept = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  return { stretches, droppedBars: range.to - range.from - kept };
}
