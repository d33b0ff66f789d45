/** Real bars of a run: mended by policy, split by time, cut at gaps, labelled by a causal rule. */

import { averageCalendar } from '../market/calendar/barCalendar.ts';
import type { DurationMs } from '../core/units.ts';
import { concatBars, sliceBars, type Bars } from '../market/data/bars.ts';
import { hashBars } from '../market/data/barsHash.ts';
import { combineUses, type PartUse } from '../market/data/partUse.ts';
import { splitByTime, type SplitPart } from '../market/data/splits.ts';
import { UNKNOWN_REGIME } from '../market/regimes/regime.ts';
import { fitRegimeRule, knownRegimes, type LabelledRange } from '../market/regimes/regimeRule.ts';
import { inputsOf, type BarInputs } from '../market/features/companionInput.ts';
import type { Path } from '../market/worlds.ts';
import { cutPart, describeUse } from './cutPart.ts';
import type { LabelledBars } from './labelledBars.ts';
import type { BarsMarket } from './marketConfig.ts';
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
  const cut = (part: SplitPart): PartUse =>
    combineUses(sources.map((source, instrument) => cutter.cut(part, source, instrument)));
  const uses = { train: cut('train'), validation: cut('validation'), test: cut('test') };
  const { paths, pieces, filled } = cutter;
  const bars = concatBars(pieces);
  const rule = fitRegimeRule({ config: market.regimes, bars, paths: paths.train, ranges: paths.train });
  const regime = knownRegimes(rule, bars, cutter.labelled);
  for (const row of filled) regime[row] = UNKNOWN_REGIME;
  const notes = sources.flatMap((source) => source.notes);
  for (const { file, instrument } of sources) {
    const whose = sources.length > 1 ? `${instrument}: ` : '';
    if (file.gaps.length > 0) notes.push(`${whose}${file.gaps.length} gaps in the file; policy: ${market.gaps.kind}`);
  }
  const names = sources.map(({ instrument }) => instrument);
  const several = names.length > 1 && { instruments: names };
  const dataHash = hashBars(concatBars(cutter.ownPieces));
  const { timeframeMs } = file;
  const calendar = averageCalendar(sources);
  return { bars, regime, paths, dataHash, uses, timeframeMs, calendar, notes, ...several };
}

/** Cuts instruments into the paths of a run, one after another in the same columns. */
class Cutter {
  readonly pieces: Bars[] = [];
  /** The same without the rows that warm up. */
  readonly ownPieces: Bars[] = [];
  readonly paths: Record<SplitPart, Path[]> = { train: [], validation: [], test: [] };
  /** The same paths with what the regime rule may look back on before them. */
  readonly labelled: LabelledRange[] = [];
  /** Rows that a policy put in. */
  readonly filled: number[] = [];
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
  cut(part: SplitPart, source: InstrumentBars, instrument: number): PartUse {
    const { gaps: policy, split, regimes } = this.#market;
    const { file, bars, stale } = source;
    const { openTimeMs } = file.bars;
    const rows = splitByTime(openTimeMs, split)[part];
    const warmupBars = this.#warmupBars;
    const where = `${source.path} (${part})`;
    const cut = cutPart({ part, rows, policy, gaps: file.gaps, stale, warmupBars, where });
    const named = this.#areSeveral ? `${part}/${source.instrument}` : part;
    for (const [serial, { from, to, heldFrom, pastFrom }] of cut.stretches.entries()) {
      const offset = this.#rows;
      this.pieces.push(sliceBars(bars, heldFrom, to));
      this.ownPieces.push(sliceBars(bars, from, to));
      for (let row = heldFrom; row < to; row++) {
        if (file.filled[row] === 1) this.filled.push(offset + row - heldFrom);
      }
      this.#rows += to - heldFrom;
      const ownFrom = offset + from - heldFrom;
      const path = { name: `${named}/${serial}`, from: offset, to: this.#rows, regime: null, ownFrom };
      this.paths[part].push(this.#areSeveral ? { ...path, instrument } : path);
      const closesBefore = bars.close.subarray(Math.max(pastFrom, heldFrom - regimes.bars), heldFrom);
      this.labelled.push({ from: offset, to: this.#rows, closesBefore });
    }
    const span = { firstMs: openTimeMs[0], lastMs: openTimeMs[openTimeMs.length - 1] };
    const timeOf = (row: number) => openTimeMs[row];
    return describeUse(cut, { part, rows, split, timeOf, span, timeframeMs: file.timeframeMs, warmupBars });
  }
}
