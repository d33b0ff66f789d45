/** Real bars of a run: mended by policy, split by time, cut at gaps, labelled by a causal rule. */

import { InputError } from '../core/errors.ts';
import type { DurationMs } from '../core/units.ts';
import { concatBars, sliceBars, type Bars } from '../market/data/bars.ts';
import { inspectBars } from '../market/data/quality/inspect.ts';
import { findFlaws } from '../market/data/quality/qualityRules.ts';
import { readRepairedBars, type RepairedBars } from '../market/data/repairBars.ts';
import type { RowRange } from '../market/data/rowRange.ts';
import { segmentBars } from '../market/data/segments.ts';
import { SPLIT_PARTS, splitByTime, type SplitPart } from '../market/data/splits.ts';
import { UNKNOWN_REGIME } from '../market/regimes/regime.ts';
import { fitRegimeRule, labelRegimes } from '../market/regimes/regimeRule.ts';
import { inputsOf, type BarInputs } from '../market/features/companionInput.ts';
import type { Path } from '../market/worlds.ts';
import type { LabelledBars } from './labelledBars.ts';
import type { BarsMarket } from './marketConfig.ts';
import { freshRanges, readCompanions } from './readCompanions.ts';

/**
 * Reads, mends, joins with companions, splits and labels.
 *
 * @param warmupOf bars that a path needs before the first one that may be observed
 * @throws InputError for bad files, empty or overlapping splits, stretches that are all too short
 */
export async function readMarket(
  market: BarsMarket,
  warmupOf: (timeframeMs: DurationMs, inputs: BarInputs) => number,
): Promise<LabelledBars> {
  const options = market.columns === undefined ? {} : { columns: market.columns };
  const file = await readRepairedBars(market.file, market.repair, options);
  const accompanied = await readCompanions(file.bars, file.timeframeMs, market.companions ?? []);
  const warmupBars = warmupOf(file.timeframeMs, inputsOf(accompanied.bars));
  const split = splitByTime(file.bars.openTimeMs, market.split);
  const notes = [...describeRepairs(file), ...describeFlaws(file), ...accompanied.notes];
  const pieces: Bars[] = [];
  const filled: number[] = [];
  const paths: Record<SplitPart, Path[]> = { train: [], validation: [], test: [] };
  let offset = 0;
  for (const part of SPLIT_PARTS) {
    const policy =
      market.gaps.kind === 'split'
        ? { ...market.gaps, minBars: Math.max(market.gaps.minBars, warmupBars + 2) }
        : market.gaps;
    const where = `${market.file} (${part})`;
    const segments = segmentBars(policy, {
      openTimeMs: file.bars.openTimeMs,
      timeframeMs: file.timeframeMs,
      range: split[part],
      where,
    });
    if (segments.droppedBars > 0) {
      notes.push(
        `${part}: ${segments.droppedBars} bars between long gaps left out (stretches under ${policy.kind === 'split' ? policy.minBars : 0} bars)`,
      );
    }
    const minBars = policy.kind === 'split' ? policy.minBars : warmupBars + 2;
    for (const { from, to } of cutStale(segments.ranges, accompanied.stale, { minBars, where })) {
      pieces.push(sliceBars(accompanied.bars, from, to));
      for (let row = from; row < to; row++) if (file.filled[row] === 1) filled.push(offset + row - from);
      paths[part].push({ name: `${part}/${paths[part].length}`, from: offset, to: offset + to - from, regime: null });
      offset += to - from;
    }
  }
  const bars = concatBars(pieces);
  const all = SPLIT_PARTS.flatMap((part) => paths[part]);
  const rule = fitRegimeRule({ config: market.regimes, bars, paths: paths.train, ranges: paths.train });
  const regime = labelRegimes(rule, bars, all);
  for (const row of filled) regime[row] = UNKNOWN_REGIME;
  if (file.gaps.length > 0) notes.push(`${file.gaps.length} gaps in the file; policy: ${market.gaps.kind}`);
  return { bars, regime, paths, timeframeMs: file.timeframeMs, notes };
}

/** Ranges without the rows at which a companion is stale. @throws InputError when none is long enough */
function cutStale(
  ranges: readonly RowRange[],
  stale: Uint8Array,
  { minBars, where }: { readonly minBars: number; readonly where: string },
): readonly RowRange[] {
  const fresh = ranges.flatMap((range) =>
    stale.subarray(range.from, range.to).includes(1) ? freshRanges(range, stale, minBars) : [range],
  );
  if (fresh.length > 0) return fresh;
  throw new InputError({
    what: 'no stretch in which every companion is fresh is long enough',
    where,
    rule: `at least ${minBars} bars`,
    hint: 'allow more with market.companions: [{ ..., maxAgeBars }], or choose other times to split at',
  });
}

/** Never silent: what was changed, and the hash of the bars that it was changed from. */
const describeRepairs = ({ repairs, sourceHash, dataHash }: RepairedBars): string[] =>
  repairs.length === 0
    ? []
    : [...repairs, `bars ${sourceHash.slice(0, 12)} of the file became ${dataHash.slice(0, 12)} by these policies`];

/** Warnings that no policy took away; gaps are told with their policy. */
function describeFlaws({ bars, timeframeMs }: RepairedBars): string[] {
  const flaws = findFlaws(inspectBars(bars, timeframeMs)).filter(
    ({ severity, name }) => severity !== 'note' && name !== 'gaps',
  );
  if (flaws.length === 0) return [];
  const counts = flaws.map(({ name, count }) => `${count} ${name}`).join(', ');
  return [`trained on as it is: ${counts} (regimen data check tells more, market.repair mends)`];
}
