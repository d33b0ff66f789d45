/** Real bars of a run: mended by policy, split by time, cut at gaps, labelled by a causal rule. */

import type { DurationMs } from '../core/units.ts';
import { concatBars, sliceBars, type Bars } from '../market/data/bars.ts';
import { inspectBars } from '../market/data/quality/inspect.ts';
import { findFlaws } from '../market/data/quality/qualityRules.ts';
import { readRepairedBars, type RepairedBars } from '../market/data/repairBars.ts';
import { segmentBars } from '../market/data/segments.ts';
import { SPLIT_PARTS, splitByTime, type SplitPart } from '../market/data/splits.ts';
import { UNKNOWN_REGIME } from '../market/regimes/regime.ts';
import { fitRegimeRule, labelRegimes } from '../market/regimes/regimeRule.ts';
import type { Path } from '../market/worlds.ts';
import type { LabelledBars } from './labelledBars.ts';
import type { MarketConfig } from './marketConfig.ts';

type BarsMarket = Extract<MarketConfig, { kind: 'bars' }>;

/**
 * Reads, mends, splits and labels.
 *
 * @param warmupOf bars that a path needs before the first one that may be observed
 * @throws InputError for bad files, empty or overlapping splits, stretches that are all too short
 */
export async function readMarket(
  market: BarsMarket,
  warmupOf: (timeframeMs: DurationMs) => number,
): Promise<LabelledBars> {
  const options = market.columns === undefined ? {} : { columns: market.columns };
  const file = await readRepairedBars(market.file, market.repair, options);
  const warmupBars = warmupOf(file.timeframeMs);
  const split = splitByTime(file.bars.openTimeMs, market.split);
  const notes = [...describeRepairs(file), ...describeFlaws(file)];
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
    for (const { from, to } of segments.ranges) {
      pieces.push(sliceBars(file.bars, from, to));
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
