/** One part of a series cut into the stretches that paths are made of, with an account of every bar that no one trades. */

import { InputError } from '../core/errors.ts';
import { isoTimeMs } from '../market/data/isoTime.ts';
import type { Loss, PartUse } from '../market/data/partUse.ts';
import type { RowRange } from '../market/data/rowRange.ts';
import { segmentAtGaps, type GapPolicy, type Stretch } from '../market/data/segments.ts';
import type { PartRows, SplitConfig, SplitPart, TimedRows } from '../market/data/splits.ts';
import type { Gap } from '../market/data/timeframe.ts';
import { freshRanges } from './readCompanions.ts';

/** Rows of the series that a path holds. */
export interface HeldStretch extends Stretch {
  /** First row to be read: bars before `from` warm the features up. */
  readonly heldFrom: number;
}

export interface PartInput {
  readonly part: SplitPart;
  readonly rows: PartRows;
  readonly policy: GapPolicy;
  /** Of the whole series, at least those longer than the policy bridges. */
  readonly gaps: readonly Gap[];
  /** (rows of the series) 1 where a companion is stale; null where there are none. */
  readonly stale: Uint8Array | null;
  /** Bars of a path before the first one that may be observed. */
  readonly warmupBars: number;
  /** File name for the refusal. */
  readonly where: string;
}

export interface CutPart {
  readonly stretches: readonly HeldStretch[];
  readonly lost: readonly Loss[];
  /** Bars with a return. */
  readonly usedBars: number;
}

/** Bars before the first one that earns a return: those that warm up, and the one that the first decision is taken on. */
export const barsBeforeReturn = (warmupBars: number): number => warmupBars + 1;

/**
 * Validation and test begin where they are told to: what warms up are the bars before, which are past and leak nothing. Only
 * after a gap, a stale companion or at the start of the data there are none. Training warms up inside its own part, so that
 * nothing is learned of bars that were not asked for.
 *
 * @throws InputError when the gap policy refuses, or no stretch is long enough
 */
export function cutPart({ part, rows, policy, gaps, stale, warmupBars, where }: PartInput): CutPart {
  const before = barsBeforeReturn(warmupBars);
  const shortest = before + 1;
  const split = policy.kind === 'split' ? { ...policy, minBars: Math.max(policy.minBars, shortest) } : policy;
  const looksBack = part !== 'train';
  const segments = segmentAtGaps(split, { gaps, range: rows, looksBack, where });
  const minBars = split.kind === 'split' ? split.minBars : shortest;
  const fresh = stale === null ? segments.stretches : cutStale(segments.stretches, stale, { minBars, where });
  const stretches = fresh.map((stretch) => ({
    ...stretch,
    heldFrom: Math.max(stretch.pastFrom, stretch.from - before),
  }));
  const usedOf = ({ heldFrom, to }: HeldStretch) => Math.max(0, to - heldFrom - before);
  const usedBars = stretches.reduce((sum, stretch) => sum + usedOf(stretch), 0);
  const warming = stretches.reduce((sum, stretch) => sum + lengthOf(stretch) - usedOf(stretch), 0);
  const staleBars = stale === null ? 0 : stale.subarray(rows.from, rows.to).reduce((sum, flag) => sum + flag, 0);
  const short = lengthOf(rows) - staleBars - usedBars - warming;
  const lost = [
    { why: 'purge and embargo before the next part', bars: rows.askedTo - rows.to },
    { why: 'a companion is stale', bars: staleBars },
    { why: `stretches of under ${minBars} bars between gaps`, bars: short },
    { why: looksBack ? 'warm-up after a gap or at the start of the data' : 'warm-up', bars: warming },
  ];
  return { stretches, usedBars, lost: lost.filter(({ bars }) => bars > 0) };
}

export interface UseInput {
  readonly part: SplitPart;
  readonly rows: PartRows;
  readonly split: SplitConfig;
  /** Open time of a row of the series. */
  readonly timeOf: (row: number) => number;
  readonly span: NonNullable<TimedRows['span']>;
  readonly timeframeMs: number;
  readonly warmupBars: number;
}

/** Rows of the first and the last bar with a return. */
export function endsOfUse({ stretches }: CutPart, warmupBars: number): readonly [number, number] {
  const [first, last] = [stretches[0], stretches[stretches.length - 1]];
  return [Math.min(first.heldFrom + barsBeforeReturn(warmupBars), first.to - 1), last.to - 1];
}

/** What of a part was asked for and is used. @param cut of it */
export function describeUse(cut: CutPart, input: UseInput): PartUse {
  const { part, rows, split, timeOf, span, timeframeMs, warmupBars } = input;
  const [first, last] = endsOfUse(cut, warmupBars);
  const [fromMs, toMs] = [isoTimeMs(split[part].from), isoTimeMs(split[part].to)];
  const endMs = span.lastMs + timeframeMs;
  const beyond = [
    ...(span.firstMs > fromMs ? [{ why: `the data begins ${toIso(span.firstMs)}`, bars: null }] : []),
    ...(endMs < toMs ? [{ why: `the data ends ${toIso(endMs)}`, bars: null }] : []),
  ];
  return {
    asked: { from: toIso(fromMs), to: toIso(toMs), bars: rows.askedTo - rows.from },
    used: {
      from: toIso(timeOf(first)),
      to: toIso(timeOf(last) + timeframeMs),
      bars: cut.usedBars,
      stretches: cut.stretches.length,
    },
    lost: [...cut.lost, ...beyond],
  };
}

/** The same of made worlds: each begins without a past, so that its own first bars warm up. */
export function describeWorlds(paths: readonly RowRange[], warmupBars: number): PartUse {
  const asked = paths.reduce((sum, path) => sum + lengthOf(path), 0);
  const warming = paths.reduce((sum, path) => sum + Math.min(lengthOf(path), barsBeforeReturn(warmupBars)), 0);
  return {
    asked: { from: null, to: null, bars: asked },
    used: { from: null, to: null, bars: asked - warming, stretches: paths.length },
    lost: [{ why: 'warm-up: a made world has no past', bars: warming }],
  };
}

/** Stretches without the rows at which a companion is stale. @throws InputError when none is long enough */
function cutStale(
  stretches: readonly Stretch[],
  stale: Uint8Array,
  { minBars, where }: { readonly minBars: number; readonly where: string },
): readonly Stretch[] {
  const fresh = stretches.flatMap((stretch) => {
    const { from, to, pastFrom } = stretch;
    if (!stale.subarray(pastFrom, to).includes(1)) return [stretch];
    return freshRanges({ from: pastFrom, to }, stale, minBars)
      .filter((range) => range.to > from)
      .map((range) => ({ from: Math.max(range.from, from), to: range.to, pastFrom: range.from }));
  });
  if (fresh.length > 0) return fresh;
  throw new InputError({
    what: 'no stretch in which every companion is fresh is long enough',
    where,
    rule: `at least ${minBars} bars`,
    hint: 'allow more with market.companions: [{ ..., maxAgeBars }], or choose other times to split at',
  });
}

const lengthOf = ({ from, to }: RowRange): number => to - from;
const toIso = (timeMs: number): string => new Date(timeMs).toISOString();
