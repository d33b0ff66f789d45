/** A market larger than memory: its held-out parts whole, a sample of its training part, and a plan to read the rest. */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { spanOf } from '../../envs/makeTradingRules.ts';
import { chooseCalendar, describeOtherCalendar } from '../../market/calendar/calendarLearner.ts';
import type { RowRange } from '../../market/data/rowRange.ts';
import { segmentAtGaps } from '../../market/data/segments.ts';
import { SPLIT_PARTS, splitRows, splitTimes, type SplitPart } from '../../market/data/splits.ts';
import { readRows } from '../../market/data/stores/rowIndex.ts';
import { createSharedBars } from '../../market/data/stores/sharedBars.ts';
import { surveySeries, type SeriesSurvey } from '../../market/data/stores/surveySeries.ts';
import { observableFrom } from '../../market/features/buildContext.ts';
import { countColumns, countWarmupBars } from '../../market/features/featureSet.ts';
import { fitRegimeRule, labelRegimes } from '../../market/regimes/regimeRule.ts';
import type { Path } from '../../market/worlds.ts';
import type { LabelledBars } from '../labelledBars.ts';
import type { BarsMarket } from '../marketConfig.ts';
import type { RunConfig } from '../runConfig.ts';
import { isStoreAddress, openMarketSource } from './marketSource.ts';
import type { MemoryConfig } from './memoryConfig.ts';
import { planSlabRows, rowBytes, wholeMegabytes, type SlabPlan } from './slabPlan.ts';
import { cutStretches, spreadStretches } from './stretches.ts';

/** The training paths are a sample; {@link SlabPlan} says where all of them are. */
export interface LargeMarket extends LabelledBars {
  readonly slabs: SlabPlan;
  /** Of the whole series. */
  readonly dataHash: string;
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
    validationRows: countRows(parts.validation),
    testRows: countRows(parts.test),
    stretchRows: warmupBars + config.curriculum.episodeBars + 1,
  };
  const trainRows = countRows(parts.train);
  const keptRows = trainRows + demand.validationRows + demand.testRows;
  const fits = wholeMegabytes(survey.index.rows, keptRows, rowBytes(demand)) <= memory.budgetMb;
  if (fits && !isStoreAddress(market.file)) return null;

  refuseWhatNeedsAll(market);
  const room = planSlabRows(demand);
  const stretches = cutStretches(parts.train, warmupBars, Math.floor(room / memory.stretches));
  const slabRows = Math.min(room, countRows(stretches));
  const sample = spreadStretches(stretches, slabRows, rng.fork('sample'));
  const held = { train: sample, validation: parts.validation, test: parts.test };
  const bars = createSharedBars(countRows(SPLIT_PARTS.flatMap((part) => held[part])));
  const paths: Record<SplitPart, Path[]> = { train: [], validation: [], test: [] };
  let at = 0;
  for (const part of SPLIT_PARTS) {
    for (const [i, range] of held[part].entries()) {
      await readRows({ source, series, index: survey.index }, range, bars, at);
      const to = at + range.to - range.from;
      paths[part].push({ name: `${part}/${i}`, from: at, to, regime: null });
      at = to;
    }
  }
  await source.close();
  const regimeRule = fitRegimeRule({ config: market.regimes, bars, paths: paths.train });
  const regime = labelRegimes(
    regimeRule,
    bars,
    SPLIT_PARTS.flatMap((part) => paths[part]),
  );
  const { slabSteps } = memory;
  const plan = { series, index: survey.index, stretches, slabSteps, slabRows, regimeRule };
  const told = `train: ${trainRows} bars are learned in slabs of up to ${slabRows}; features, normalizer and regime rule are fitted on ${sample.length} of ${stretches.length} stretches (${countRows(sample)} bars)`;
  const other = describeOtherCalendar(market.calendar, survey.times);
  return {
    ...{ bars, regime, paths, timeframeMs },
    calendar: chooseCalendar(market.calendar, survey.times),
    notes: [...notes, ...(other === null ? [] : [other]), told],
    slabs: plan,
    dataHash: survey.hash,
  };
}

/** Rows of the series that each part walks through. */
function cutParts({ file, split, gaps }: BarsMarket, survey: SeriesSurvey, warmupBars: number) {
  const { index, rowsAt } = survey;
  const times = splitTimes(split);
  const rows = splitRows(
    {
      span: { firstMs: index.timeMs[0], lastMs: index.lastMs },
      rowAt: (timeMs) => rowsAt[times.indexOf(timeMs)],
    },
    split,
  );
  const policy = gaps.kind === 'split' ? { ...gaps, minBars: Math.max(gaps.minBars, warmupBars + 2) } : gaps;
  const notes: string[] = [];
  const cut = (part: SplitPart): readonly RowRange[] => {
    const where = `${file} (${part})`;
    const segments = segmentAtGaps(policy, { gaps: survey.gaps, range: rows[part], where });
    if (segments.droppedBars > 0) notes.push(`${part}: ${segments.droppedBars} bars between long gaps left out`);
    return segments.ranges;
  };
  const parts = { train: cut('train'), validation: cut('validation'), test: cut('test') };
  if (survey.numGaps > 0) notes.push(`${survey.numGaps} gaps in the file; policy: ${gaps.kind}`);
  return { parts, notes };
}

const countRows = (ranges: readonly RowRange[]): number => ranges.reduce((sum, { from, to }) => sum + to - from, 0);

/** @throws InputError for what is made of all bars at once */
function refuseWhatNeedsAll({ file, repair, augment }: BarsMarket): void {
  const told = repair.length > 0 ? 'market.repair' : augment.length > 0 ? 'market.augment' : null;
  if (told === null) return;
  throw new InputError({
    what: 'is made of all bars at once, and these exceed the memory budget',
    where: told,
    value: file,
    hint: 'leave it out, or raise market.memory.budgetMb',
  });
}
