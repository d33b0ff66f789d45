/** What of a part of the data was asked for, and what of it a policy trades: never the same in silence. */

/** A stretch of time and how many bars it holds. Times are UTC, ISO 8601; null where worlds are made and have no dates. */
export interface Extent {
  readonly from: string | null;
  /** End of the last bar, or the time that the config names. */
  readonly to: string | null;
  readonly bars: number;
}

export interface PartUse {
  /** The bars of the data between the times of the config, or of the made worlds. */
  readonly asked: Extent;
  /** Bars with a return: in a judged part those of the ledgers. */
  readonly used: Extent & { readonly stretches: number };
  /** Why the two differ: bars by reason, which add up to the difference. Bars are null where the data has none to count. */
  readonly lost: readonly Loss[];
}

export interface Loss {
  readonly why: string;
  readonly bars: number | null;
}

/** The same part of several instruments as one. */
export function combineUses(uses: readonly PartUse[]): PartUse {
  const bars = (extents: readonly Extent[]) => extents.reduce((sum, extent) => sum + extent.bars, 0);
  const [asked, used] = [uses.map((use) => use.asked), uses.map((use) => use.used)];
  const lost = new Map<string, number | null>();
  for (const { why, bars: count } of uses.flatMap((use) => use.lost)) {
    const before = lost.get(why);
    lost.set(why, count === null ? null : (before ?? 0) + count);
  }
  return {
    asked: { ...span(asked), bars: bars(asked) },
    used: { ...span(used), bars: bars(used), stretches: used.reduce((sum, { stretches }) => sum + stretches, 0) },
    lost: [...lost].map(([why, count]) => ({ why, bars: count })),
  };
}

/** ISO times of one form sort as text. */
function span(extents: readonly Extent[]): Pick<Extent, 'from' | 'to'> {
  const from = extents.map((extent) => extent.from).filter((time) => time !== null);
  const to = extents.map((extent) => extent.to).filter((time) => time !== null);
  return { from: from.sort()[0] ?? null, to: to.sort().at(-1) ?? null };
}
