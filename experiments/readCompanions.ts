/** Other instruments of a run beside its own bars, and where one of them is stale. */

import { InputError } from '../core/errors.ts';
import { attachCompanions, companionAge, type CompanionSeries } from '../market/data/attachCompanions.ts';
import type { Bars } from '../market/data/bars.ts';
import type { CompanionConfig } from '../market/data/companionConfig.ts';
import { readRepairedBars } from '../market/data/repairBars.ts';
import { findSplits } from '../market/data/quality/splitScan.ts';
import type { RowRange } from '../market/data/rowRange.ts';
import type { SplitConfig } from '../market/data/splits.ts';
import { checkSplits } from './splitCheck.ts';

export interface Accompanied {
  readonly bars: Bars;
  /** (rows) 1 where the last closed bar of a companion is too old. */
  readonly stale: Uint8Array;
  /** What was mended and found, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads the companions and puts them beside the bars.
 *
 * @throws InputError for bad files and unexplained splits, and for a companion that is stale where its config refuses that
 */
export async function readCompanions(
  bars: Bars,
  timeframeMs: number,
  { companions, split }: { readonly companions: readonly CompanionConfig[]; readonly split: SplitConfig },
): Promise<Accompanied> {
  const stale = new Uint8Array(bars.close.length);
  const notes: string[] = [];
  const series: CompanionSeries[] = [];
  for (const [index, config] of companions.entries()) {
    const { file, columns, repair, name } = config;
    const read = await readRepairedBars(file, repair, columns === undefined ? {} : { columns });
    const one = { name, bars: read.bars, timeframeMs: read.timeframeMs };
    const kept = checkSplits({
      jumps: findSplits(read.bars, read.timeframeMs),
      policies: repair,
      timeframeMs: read.timeframeMs,
      split,
      file,
      field: `market.companions.${index}.repair`,
    });
    notes.push(...[...read.repairs, ...kept].map((text) => `companion ${name}: ${text}`));
    const count = markStale(companionAge(bars, timeframeMs, one), config, stale);
    if (count > 0 && config.stale === 'refuse') refuseStale(bars, companionAge(bars, timeframeMs, one), config);
    if (count > 0) notes.push(`companion ${name}: stale at ${count} of ${stale.length} bars, which are left out`);
    series.push(one);
  }
  return { bars: attachCompanions(bars, timeframeMs, series), stale, notes };
}

function markStale(age: Float64Array, { maxAgeBars }: CompanionConfig, stale: Uint8Array): number {
  let count = 0;
  age.forEach((bars, row) => {
    if (bars <= maxAgeBars) return;
    stale[row] = 1;
    count += 1;
  });
  return count;
}

function refuseStale({ openTimeMs }: Bars, age: Float64Array, { name, file, maxAgeBars }: CompanionConfig): never {
  const row = age.findIndex((bars) => bars > maxAgeBars);
  throw new InputError({
    what: `companion ${name} is stale at ${new Date(openTimeMs[row]).toISOString()}`,
    where: file,
    rule: `its last closed bar is at most ${maxAgeBars} of its bars late`,
    value: age[row],
    hint: "leave such bars out with market.companions: [{ ..., stale: split }], or allow more with 'maxAgeBars'",
  });
}

/** The parts of a stretch without stale rows that are long enough. */
export function freshRanges({ from, to }: RowRange, stale: Uint8Array, minBars: number): RowRange[] {
  const ranges: RowRange[] = [];
  let start = from;
  for (let row = from; row <= to; row++) {
    if (row < to && stale[row] === 0) continue;
    if (row - start >= minBars) ranges.push({ from: start, to: row });
    start = row + 1;
  }
  return ranges;
}
