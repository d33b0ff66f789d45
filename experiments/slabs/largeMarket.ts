/** A market larger than memory: its held-out parts whole, a sample of its training part, and a plan to read the rest. */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { spanOf } from '../../envs/makeTradingRules.ts';
import { chooseCalendar, describeOtherCalendar } from '../../market/calendar/calendarLearner.ts';
import type { RowRange } from '../../market/data/rowRange.ts';
import { createBars, type Bars } from '../../market/data/bars.ts';
import type { PartUse } from '../../market/data/partUse.ts';
import { SPLIT_PARTS, splitRows, splitTimes, type PartRows, type SplitPart } from '../../market/data/splits.ts';
import { readRows, type IndexedSeries, type RowIndex } from '../../market/data/stores/rowIndex.ts';
import { createSharedBars } from '../../market/data/stores/sharedBars.ts';
import { surveySeries, type SeriesSurvey } from '../../market/data/stores/surveySeries.ts';
import { observableFrom } from '../../market/features/buildContext.ts';
import { countColumns, countWarmupBars } from '../../market/features/featureSet.ts';
import { fitRegimeRule, knownRegimes, type LabelledRange } from '../../market/regimes/regimeRule.ts';
import type { Path } from '../../market/worlds.ts';
import { cutPart, describeUse, endsOfUse, type CutPart } from '../cutPart.ts';
import type { LabelledBars } from '../labelledBars.ts';
import type { BarsMarket } from '../marketConfig.ts';
import type { RunConfig } from '../runConfig.ts';
import { checkSplits } from '../splitCheck.ts';
import { isStoreAddress, openMarketSource } from './marketSource.ts';
import type { MemoryConfig } from './memoryConfig.ts';
import { planSlabRows, rowBytes, wholeMegabytes, type SlabPlan } from './slabPlan.ts';
import { cutStretches, spreadStretches } from './stretches.ts';

/** The training paths are a sample; {@link SlabPlan} says where all of them are. */
export interface LargeMarket extends LabelledBars {
  readonly slabs: SlabPlan;
}

/**
 * Reads a series once to learn where its rows are, and then what is held of it.
 *
 * @returns null where all bars fit the budget: they are better held whole
 * @throws InputError for bad bars, empty or overlapping splits, a budget that has no room
 */
export async function readLargeMarket(
  config: RunConfig,
  market: BarsMarket,
  memory: MemoryConfig,
  rng: Rng,
): Promise<LargeMarket | null> {
  if (market.companions !== undefined || market.instruments !== undefined) {
    throw new InputError({
      what: 'companions and further instruments are held whole',
      where: 'market.memory',
      rule: 'no memory budget where there are market.companions or market.instruments',
      hint: 'leave one of the two out',
    });
  }
  const { source, series } = await openMarketSource(market);
  const { timeframeMs } = series;
  const maxGapBars = market.gaps.kind === 'bridge' ? Infinity : market.gaps.maxGapBars;
  const survey = await surveySeries(source, series, { times: splitTimes(market.split), maxGapBars });
  if (survey === null) throw new InputError({ what: 'no bars', where: market.file });
  const warmupBars = observableFrom({ warmupBars: countWarmupBars(config.features, timeframeMs) }, config.window);
  const { parts, notes } = cutParts(market, survey, warmupBars);
  const demand = {
    memory,
    workers: Math.min(config.training.workers, config.agents.length),
    features: countColumns(config.features, timeframeMs),
    hasMoments: spanOf(config.trading.sizing) !== null,
    validationRows: countRows(heldOf(parts.validation.cut)),
    testRows: countRows(heldOf(parts.test.cut)),
    stretchRows: warmupBars + config.curriculum.episodeBars + 1,
  };
  const trainRows = countRows(heldOf(parts.train.cut));
  const keptRows = trainRows + demand.validationRows + demand.testRows;
  const fits = wholeMegabytes(survey.index.rows, keptRows, rowBytes(demand)) <= memory.budgetMb;
  if (fits && !isStoreAddress(market.file)) return null;

  refuseWhatNeedsAll(market);
  const kept = checkSplits({
    jumps: survey.splitJumps,
    policies: market.repair,
    timeframeMs,
    split: market.split,
    file: market.file,
    field: 'market.repair',
    hint: 'what would mend them needs all bars at once: raise market.memory.budgetMb and name it in market.repair, or write the file on one scale',
  });
  const room = planSlabRows(demand);
  const indexed = { source, series, index: survey.index };
  const used = (part: SplitPart) => readUse(part, parts[part], { market, indexed, warmupBars });
  const uses = { train: await used('train'), validation: await used('validation'), test: await used('test') };
  const stretches = cutStretches(heldOf(parts.train.cut), warmupBars, Math.floor(room / memory.stretches));
  const slabRows = Math.min(room, countRows(stretches));
  const sample = spreadStretches(stretches, slabRows, rng.fork('sample'));
  const held = {
    train: sample.map((range) => ({ ...range, heldFrom: range.from, pastFrom: range.from })),
    validation: parts.validation.cut.stretches,
    test: parts.test.cut.stretches,
  };
  const bars = createSharedBars(countRows(SPLIT_PARTS.flatMap((part) => heldOf({ stretches: held[part] }))));
  const paths: Record<SplitPart, Path[]> = { train: [], validation: [], test: [] };
  const labelled: LabelledRange[] = [];
  let at = 0;
  for (const part of SPLIT_PARTS) {
    for (const [i, { from, to, heldFrom, pastFrom }] of held[part].entries()) {
      await readRows(indexed, { from: heldFrom, to }, bars, at);
      const end = at + to - heldFrom;
      paths[part].push({ name: `${part}/${i}`, from: at, to: end, regime: null, ownFrom: at + from - heldFrom });
      const before = { from: Math.max(pastFrom, heldFrom - market.regimes.bars), to: heldFrom };
      labelled.push({ from: at, to: end, closesBefore: (await readAlone(indexed, before)).close });
      at = end;
    }
  }
  await source.close();
  const regimeRule = fitRegimeRule({ config: market.regimes, bars, paths: paths.train });
  const regime = knownRegimes(regimeRule, bars, labelled);
  const { slabSteps } = memory;
  const plan = { series, index: survey.index, stretches, slabSteps, slabRows, regimeRule };
  const told = `train: ${trainRows} bars are learned in slabs of up to ${slabRows}; features, normalizer and regime rule are fitted on ${sample.length} of ${stretches.length} stretches (${countRows(sample)} bars)`;
  const other = describeOtherCalendar(market.calendar, survey.times);
  return {
    ...{ bars, regime, paths, uses, timeframeMs },
    calendar: chooseCalendar(market.calendar, survey.times),
    notes: [...kept, ...notes, ...(other === null ? [] : [other]), told],
    slabs: plan,
    dataHash: survey.hash,
  };
}

interface RowsOfPart {
  readonly rows: PartRows;
  readonly cut: CutPart;
}

/** Rows of the series that each part walks through. */
function cutParts({ file, split, gaps: policy }: BarsMarket, survey: SeriesSurvey, warmupBars: number) {
  const { index, rowsAt, gaps } = survey;
  const times = splitTimes(split);
  const timed = { span: spanOfSeries(index), rowAt: (timeMs: number) => rowsAt[times.indexOf(timeMs)] };
  const rows = splitRows(timed, split);
  const cut = (part: SplitPart): RowsOfPart => {
    const where = `${file} (${part})`;
    const found = cutPart({ part, rows: rows[part], policy, gaps, stale: null, warmupBars, where });
    return { rows: rows[part], cut: found };
  };
  const parts = { train: cut('train'), validation: cut('validation'), test: cut('test') };
  const notes = survey.numGaps > 0 ? [`${survey.numGaps} gaps in the file; policy: ${policy.kind}`] : [];
  return { parts, notes };
}

interface UseOptions {
  readonly market: BarsMarket;
  readonly indexed: IndexedSeries;
  readonly warmupBars: number;
}

/** What of a part was asked for and is used, with times that are read where they lie. */
async function readUse(
  part: SplitPart,
  { rows, cut }: RowsOfPart,
  { market: { split }, indexed, warmupBars }: UseOptions,
): Promise<PartUse> {
  const times = new Map<number, number>();
  for (const row of endsOfUse(cut, warmupBars)) {
    times.set(row, (await readAlone(indexed, { from: row, to: row + 1 })).openTimeMs[0]);
  }
  const { timeframeMs } = indexed.series;
  const timeOf = (row: number) => times.get(row) ?? NaN;
  return describeUse(cut, { part, rows, split, timeOf, span: spanOfSeries(indexed.index), timeframeMs, warmupBars });
}

async function readAlone(indexed: IndexedSeries, range: RowRange): Promise<Bars> {
  const bars = createBars(range.to - range.from);
  if (range.to > range.from) await readRows(indexed, range, bars, 0);
  return bars;
}

const spanOfSeries = ({ timeMs, lastMs }: RowIndex) => ({ firstMs: timeMs[0], lastMs });
const heldOf = ({ stretches }: Pick<CutPart, 'stretches'>): RowRange[] =>
  stretches.map(({ heldFrom, to }) => ({ from: heldFrom, to }));
const countRows = (ranges: readonly RowRange[]): number => ranges.reduce((sum, { from, to }) => sum + to - from, 0);

/** @throws InputError for what is made of all bars at once */
function refuseWhatNeedsAll({ file, repair, augment }: BarsMarket): void {
  const mends = repair.some(({ kind }) => kind !== 'keepJumps');
  const told = mends ? 'market.repair' : augment.length > 0 ? 'market.augment' : null;
  if (told === null) return;
  throw new InputError({
    what: 'is made of all bars at once, and these exceed the memory budget',
    where: told,
    value: file,
    hint: 'leave it out, or raise market.memory.budgetMb',
  });
}
