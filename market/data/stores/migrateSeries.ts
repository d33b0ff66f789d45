/** Copies a series from one store to another, goes on after a kill, and proves that both hold the same. */

import { InputError } from '../../../core/errors.ts';
import { numBars } from '../bars.ts';
import type { BarSource, BarStore, Series, SeriesSpan } from './barStore.ts';
import { describeSeries, digestSeries } from './series.ts';

export interface MigrateOptions {
  readonly from: BarSource;
  readonly to: BarStore;
  readonly series: Series;
  /** Stop after the chunk at hand; the same call later goes on. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBars: number, allBars: number) => void;
}

export interface SeriesMigration {
  readonly state: 'complete' | 'interrupted';
  /** Bars in the target. */
  readonly bars: number;
  /** Bars that were there before. */
  readonly resumedBars: number;
  /** What both hold; null where it was interrupted. */
  readonly hash: string | null;
}

/**
 * @throws InputError when the target holds bars of the series that the source does not begin with, or when the two
 *   differ at the end
 */
export async function migrateSeries(options: MigrateOptions): Promise<SeriesMigration> {
  const { from, to, series, signal, onProgress } = options;
  const all = await from.span(series);
  if (all === null) throw new InputError({ what: 'no such series', where: from.name, value: describeSeries(series) });
  const before = await to.span(series);
  if (before !== null) await checkBeginning(options, before, 'what is there is not what the source begins with');
  let done = before?.bars ?? 0;
  const resumedBars = done;
  const range = { fromMs: before === null ? -Infinity : before.lastMs + 1, toMs: all.lastMs + 1 };
  onProgress?.(done, all.bars);
  for await (const bars of from.read(series, range)) {
    if (signal?.aborted === true) return { state: 'interrupted', bars: done, resumedBars, hash: null };
    await to.append(series, bars);
    done += numBars(bars);
    onProgress?.(done, all.bars);
  }
  const hash = await checkBeginning(options, all, 'the copy differs from the source');
  return { state: 'complete', bars: done, resumedBars, hash };
}

/** The digest that both have up to the end of `span`. */
async function checkBeginning({ from, to, series }: MigrateOptions, span: SeriesSpan, what: string): Promise<string> {
  const range = { fromMs: -Infinity, toMs: span.lastMs + 1 };
  const [there, here] = [await digestSeries(to, series, range), await digestSeries(from, series, range)];
  if (there.hash === here.hash) return there.hash;
  throw new InputError({
    what: `${describeSeries(series)}: ${what}`,
    where: to.name,
    rule: `${here.bars} bars up to ${new Date(span.lastMs).toISOString()} with hash ${here.hash.slice(0, 12)}, as in ${from.name}`,
    value: `${there.bars} bars with hash ${there.hash.slice(0, 12)}`,
    hint: 'migrate into an empty store, or remove the series there',
  });
}
