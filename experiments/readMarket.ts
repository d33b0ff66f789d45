/** Real bars of a run: mended by policy, split by time, cut at gaps, labelled by a causal rule. */

import { InputError } from '../core/errors.ts';
import { averageCalendar } from '../market/calendar/barCalendar.ts';
import type { DurationMs } from '../core/units.ts';
import { concatBars, sliceBars, type Bars } from '../market/data/bars.ts';
import type { RowRange } from '../market/data/rowRange.ts';
import { segmentBars } from '../market/data/segments.ts';
import { SPLIT_PARTS, splitByTime, type SplitPart } from '../market/data/splits.ts';
import { UNKNOWN_REGIME } from '../market/regimes/regime.ts';
import { fitRegimeRule, labelRegimes } from '../market/regimes/regimeRule.ts';
import { inputsOf, type BarInputs } from '../market/features/companionInput.ts';
import type { Path } from '../market/worlds.ts';
import type { LabelledBars } from './labelledBars.ts';
import type { BarsMarket } from './marketConfig.ts';
import { freshRanges } from './readCompanions.ts';
import { readInstruments, type InstrumentBars } from './readInstruments.ts';

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
  const sources = await readInstruments(market);
  const [{ file }] = sources;
  const warmupBars = warmupOf(file.timeframeMs, inputsOf(sources[0].bars));
  const cutter = new Cutter(market, warmupBars, sources.length > 1);
  for (const part of SPLIT_PARTS) {
    sources.forEach((source, instrument) => cutter.cut(part, source, instrument));
  }
  const { paths, pieces, filled } = cutter;
  const bars = concatBars(pieces);
  const all = SPLIT_PARTS.flatMap((part) => paths[part]);
  const rule = fitRegimeRule({ config: market.regimes, bars, paths: paths.train, ranges: paths.train });
  const regime = labelRegimes(rule, bars, all);
  for (const row of filled) regime[row] = UNKNOWN_REGIME;
  const notes = [...sources.flatMap((source) => source.notes), ...cutter.notes];
  for (const { file, instrument } of sources) {
    const whose = sources.length > 1 ? `${instrument}: ` : '';
    if (file.gaps.length > 0) notes.push(`${whose}${file.gaps.length} gaps in the file; policy: ${market.gaps.kind}`);
  }
  const names = sources.map(({ instrument }) => instrument);
  const { timeframeMs } = file;
  const calendar = averageCalendar(sources);
  return { bars, regime, paths, timeframeMs, calendar, notes, ...(names.length > 1 && { instruments: names }) };
}

/** Cuts instruments into the paths of a run, one after another in the same columns. */
class Cutter {
  readonly pieces: Bars[] = [];
  readonly paths: Record<SplitPart, Path[]> = { train: [], validation: [], test: [] };
  /** Rows that a policy put in. */
  readonly filled: number[] = [];
  readonly notes: string[] = [];
  readonly #market: BarsMarket;
  readonly #warmupBars: number;
  readonly #areSeveral: boolean;
  #rows = 0;

  constructor(market: BarsMarket, warmupBars: number, areSeveral: boolean) {
    this.#market = market;
    this.#warmupBars = warmupBars;
    this.#areSeveral = areSeveral;
  }

  /** The paths of one part of one instrument. */
  cut(part: SplitPart, source: InstrumentBars, instrument: number): void {
    const { gaps, split } = this.#market;
    const { file, bars, stale } = source;
    const shortest = this.#warmupBars + 2;
    const policy = gaps.kind === 'split' ? { ...gaps, minBars: Math.max(gaps.minBars, shortest) } : gaps;
    const where = `${source.path} (${part})`;
    const segments = segmentBars(policy, {
      openTimeMs: file.bars.openTimeMs,
      timeframeMs: file.timeframeMs,
      range: splitByTime(file.bars.openTimeMs, split)[part],
      where,
    });
    const named = this.#areSeveral ? `${part}/${source.instrument}` : part;
    if (segments.droppedBars > 0) {
      this.notes.push(
        `${named}: ${segments.droppedBars} bars between long gaps left out (stretches under ${policy.kind === 'split' ? policy.minBars : 0} bars)`,
      );
    }
    const minBars = policy.kind === 'split' ? policy.minBars : shortest;
    for (const [serial, { from, to }] of cutStale(segments.ranges, stale, { minBars, where }).entries()) {
      const offset = this.#rows;
      this.pieces.push(sliceBars(bars, from, to));
      for (let row = from; row < to; row++) if (file.filled[row] === 1) this.filled.push(offset + row - from);
      this.#rows += to - from;
      const path = { name: `${named}/${serial}`, from: offset, to: this.#rows, regime: null };
      this.paths[part].push(this.#areSeveral ? { ...path, instrument } : path);
    }
  }
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
