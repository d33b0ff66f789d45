/** What to do where bars are missing: a named policy, so that a run says how it dealt with outages. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import { nonNegativeInt, positiveInt } from '../../core/schema.ts';
import type { DurationMs } from '../../core/units.ts';
import type { RowRange } from './rowRange.ts';
import { findGaps, type Gap } from './timeframe.ts';

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

export interface Segments {
  readonly ranges: readonly RowRange[];
  /** Bars that belong to no range because their stretch was too short. */
  readonly droppedBars: number;
}

export interface SegmentInput {
  readonly openTimeMs: Float64Array;
  readonly timeframeMs: DurationMs;
  /** Rows to cut up; all by default. */
  readonly range?: RowRange;
  /** File name for the refusal. */
  readonly where?: string;
}

/**
 * Cuts a real series into stretches that windows and returns may cross.
 *
 * @throws InputError when the policy refuses a gap, or leaves nothing
 */
export function segmentBars(policy: GapPolicy, input: SegmentInput): Segments {
  const { openTimeMs, timeframeMs, where = 'bars' } = input;
  const range = input.range ?? { from: 0, to: openTimeMs.length };
  const gaps = findGaps(openTimeMs.subarray(range.from, range.to), timeframeMs);
  return segmentAtGaps(policy, { gaps: gaps.map((gap) => ({ ...gap, row: gap.row + range.from })), range, where });
}

export interface GapsInRange {
  /** Of the whole series; those that the policy bridges may be missing. */
  readonly gaps: readonly Gap[];
  /** Rows to cut up. */
  readonly range: RowRange;
  /** File name for the refusal. */
  readonly where: string;
}

/** {@link segmentBars} where the gaps are known. @throws InputError when the policy refuses a gap, or leaves nothing */
export function segmentAtGaps(policy: GapPolicy, { gaps: all, range, where }: GapsInRange): Segments {
  if (policy.kind === 'bridge') return { ranges: [range], droppedBars: 0 };
  const gaps = all.filter(
    ({ row, missingBars }) => row > range.from && row < range.to && missingBars > policy.maxGapBars,
  );
  if (policy.kind === 'refuse') {
    if (gaps.length === 0) return { ranges: [range], droppedBars: 0 };
    const [{ missingBars, fromMs }] = gaps;
    throw new InputError({
      what: `${missingBars} bars are missing from ${new Date(fromMs).toISOString()}`,
      where,
      rule: `at most ${policy.maxGapBars} missing bars in a row`,
      hint: `${gaps.length} such gaps; choose the gap policy 'split' or 'bridge'`,
    });
  }
  const edges = [range.from, ...gaps.map(({ row }) => row), range.to];
  const stretches = edges.slice(1).map((to, i) => ({ from: edges[i], to }));
  const ranges = stretches.filter(({ from, to }) => to - from >= policy.minBars);
  if (ranges.length === 0) {
    throw new InputError({
      what: 'no stretch between gaps is long enough',
      where,
      rule: `at least ${policy.minBars} bars without a gap of more than ${policy.maxGapBars}`,
    });
  }
  const kept = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  return { ranges, droppedBars: range.to - range.from - kept };
}
