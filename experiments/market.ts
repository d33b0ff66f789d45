/** The worlds of a run: bars of all parts in one set of columns, with their features, labels and sessions. */

import type { Clock } from '../core/clock.ts';
import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import type { RunFolder } from '../core/storage/runFolder.ts';
import { shareArrays, sharedFloats } from '../core/sharedArrays.ts';
import { durationMs, type DurationMs } from '../core/units.ts';
import { alwaysOpen, type BarCalendar } from '../market/calendar/barCalendar.ts';
import { concatBars, numBars, type Bars } from '../market/data/bars.ts';
import { hashBars } from '../market/data/barsHash.ts';
import type { PartUse } from '../market/data/partUse.ts';
import { SPLIT_PARTS, type SplitPart } from '../market/data/splits.ts';
import { generateMarket } from '../market/data/synthetic.ts';
import { buildContext, observableFrom } from '../market/features/buildContext.ts';
import { inputsOf, type BarInputs } from '../market/features/companionInput.ts';
import { countWarmupBars, makeFeatureSet, type FeatureSet } from '../market/features/featureSet.ts';
import { emptyFeatureState, parseFeatureState, type FeatureState } from '../market/features/featureState.ts';
import { fitFeatures } from '../market/features/fitFeatures.ts';
import { fitNormalizer } from '../market/features/fitNormalizer.ts';
import { parseNormalizer, type Normalizer } from '../market/features/normalizer.ts';
import { sessionOf } from '../market/execution/combineExecution.ts';
import { sessionAt } from '../market/sessions.ts';
import type { Path, Worlds } from '../market/worlds.ts';
import { augmentTraining } from './augmentTraining.ts';
import { describeWorlds } from './cutPart.ts';
import type { LabelledBars } from './labelledBars.ts';
import type { MarketConfig } from './marketConfig.ts';
import { readMarket } from './readMarket.ts';
import type { RunConfig } from './runConfig.ts';
import { readLargeMarket, type LargeMarket } from './slabs/largeMarket.ts';
import { isStoreAddress } from './slabs/marketSource.ts';
import type { SlabPlan } from './slabs/slabPlan.ts';

/** Arrays of its worlds lie in shared memory. */
export interface Market {
  /** Training, validation and test paths lie in the same columns and never share a row. */
  readonly worlds: Worlds;
  readonly paths: Readonly<Record<SplitPart, readonly Path[]>>;
  readonly featureSet: FeatureSet;
  /** What features learned from the original training paths only; empty where none learns. */
  readonly featureState: FeatureState;
  /** Fitted on the original training paths only. */
  readonly normalizer: Normalizer;
  /** (rows) 0 for an original bar, else 1 + the index of the augmentation that made it; training paths only. */
  readonly augmentedBy: Uint8Array;
  /** Where the rest of the training part is, where it is larger than memory: its paths here are a sample then. */
  readonly slabs: SlabPlan | null;
  /** SHA-256 of all bars of the parts as mended by the repair policies, without augmentations. */
  readonly dataHash: string;
  /** What every annualized figure of the run rests on. */
  readonly calendar: BarCalendar;
  /** What of each part was asked for, and what is used. */
  readonly uses: Readonly<Record<SplitPart, PartUse>>;
  /** What was left out, bridged, mended or added, one sentence each. */
  readonly notes: readonly string[];
  /** How long fitting, computing and normalizing features took; null where no clock was at hand. */
  readonly featuresMs: number | null;
}

type SyntheticMarketConfig = Extract<MarketConfig, { kind: 'synthetic' }>;

/**
 * Makes or loads the bars, labels them, and builds their observations.
 *
 * @param saved the fits of the model that will look at them; made on the training paths where absent
 * @throws InputError for bad files, empty or overlapping splits, paths too short for the features
 */
export async function buildMarket(config: RunConfig, rng: Rng, saved?: SavedFits, clock?: Clock): Promise<Market> {
  const { market, window, features: list } = config;
  const large = await readLarge(config, rng);
  const original = large ?? (await readWhole(config, rng));
  const augmented = augmentTraining(original, market.augment, rng.fork('augment'));
  const { paths, timeframeMs, uses, notes, instruments } = augmented;
  const { bars, regime, augmentedBy } = shareArrays({
    bars: augmented.bars,
    regime: augmented.regime,
    augmentedBy: augmented.augmentedBy,
  });
  // In the order of their rows: augmented paths come last.
  const all = SPLIT_PARTS.flatMap((part) => paths[part]).sort((a, b) => a.from - b.from);
  const startedMs = clock?.elapsedMs() ?? 0;
  const featureState =
    saved?.featureState ?? fitFeatures({ list, bars, paths: original.paths.train, rng: rng.fork('features') });
  const featureSet = makeFeatureSet(list, { ...inputsOf(bars), timeframeMs, state: featureState });
  const normalizer =
    saved?.readNormalizer(featureSet) ??
    fitNormalizer({ config: config.normalizer, featureSet, bars, paths: original.paths.train });
  const context = buildContext({ bars, paths: all, featureSet, normalizer, window }, sharedFloats);
  const featuresMs = clock === undefined ? null : clock.elapsedMs() - startedMs;
  return {
    worlds: {
      instrument: market.instrument,
      ...(instruments !== undefined && { instruments }),
      timeframeMs,
      bars,
      regime,
      session: shareArrays(sessionsOf(bars, all)),
      paths: all,
      context,
      warmupBars: observableFrom(featureSet, window),
    },
    paths,
    featureSet,
    featureState,
    normalizer,
    augmentedBy,
    dataHash: original.dataHash,
    slabs: large === null ? null : shareArrays(large.slabs),
    calendar: original.calendar,
    uses,
    notes,
    featuresMs,
  };
}

/** Null where all bars are to be held in memory. */
async function readLarge(config: RunConfig, rng: Rng): Promise<LargeMarket | null> {
  const { market } = config;
  if (market.kind !== 'bars' || market.memory === undefined) return null;
  return readLargeMarket(config, market, market.memory, rng.fork('slabs'));
}

async function readWhole({ market, window, features }: RunConfig, rng: Rng): Promise<LabelledBars> {
  const warmupOf = (timeframeMs: DurationMs, inputs: BarInputs) =>
    observableFrom({ warmupBars: countWarmupBars(features, timeframeMs, inputs) }, window);
  if (market.kind === 'synthetic') return drawMarket(market, warmupOf, rng);
  if (isStoreAddress(market.file)) {
    const hint = 'say how much with market.memory: { budgetMb: 512 }';
    throw new InputError({
      what: 'a store is read within a memory budget',
      where: 'market.file',
      value: market.file,
      hint,
    });
  }
  return readMarket(market, warmupOf);
}

/** What a run's models learned about their inputs, to look at any market as they do. */
export interface SavedFits {
  readonly featureState: FeatureState;
  /** @throws InputError when the normalizer is missing, or was fitted on other features */
  readonly readNormalizer: (featureSet: FeatureSet) => Normalizer;
}

/** Fitted features and normalizer of a run's models. @throws InputError when they are missing or of other features */
export function readSavedNormalizer(run: RunFolder, { features }: RunConfig): SavedFits {
  const [fits, file] = [FEATURES_FILE, NORMALIZER_FILE].map((name) => run.file(name));
  return {
    // Where nothing is fitted there may be no file.
    featureState: run.has(FEATURES_FILE)
      ? parseFeatureState(run.readJson(FEATURES_FILE), features, fits)
      : emptyFeatureState(features),
    readNormalizer: (featureSet) => parseNormalizer(run.readJson(NORMALIZER_FILE), featureSet, file),
  };
}

const FEATURES_FILE = 'features.json';
const NORMALIZER_FILE = 'normalizer.json';

/** Saves what {@link readSavedNormalizer} reads. Every agent of a run makes the same: of its config, seed and data. */
export function saveFits(run: RunFolder, { featureState, normalizer }: Market): void {
  run.writeJson(FEATURES_FILE, featureState);
  run.writeJson(NORMALIZER_FILE, normalizer);
}

/** Bars of a path before the first one that may be observed. */
type WarmupOf = (timeframeMs: DurationMs, inputs: BarInputs) => number;

function drawMarket(market: SyntheticMarketConfig, warmupOf: WarmupOf, rng: Rng): LabelledBars {
  const drawn = SPLIT_PARTS.map((part) => ({
    part,
    ...generateMarket(market.generator, rng.fork('market').fork(part), market[part]),
  }));
  const bars = concatBars(drawn.map((part) => part.bars));
  const regime = new Uint8Array(numBars(bars));
  let offset = 0;
  const placed = drawn.map((part) => {
    regime.set(part.regime, offset);
    const from = offset;
    offset += numBars(part.bars);
    return part.paths.map((path) => ({
      ...path,
      name: `${part.part}/${path.name}`,
      from: path.from + from,
      to: path.to + from,
    }));
  });
  const [train, validation, test] = placed;
  const timeframeMs = durationMs(market.generator.timeframeMs);
  const warmupBars = warmupOf(timeframeMs, inputsOf(bars));
  const [trainUse, validationUse, testUse] = placed.map((paths) => describeWorlds(paths, warmupBars));
  return {
    bars,
    regime,
    paths: { train, validation, test },
    uses: { train: trainUse, validation: validationUse, test: testUse },
    dataHash: hashBars(bars),
    timeframeMs,
    calendar: alwaysOpen(timeframeMs),
    notes: [],
  };
}

/** Which cell of the cost tables each row belongs to. */
function sessionsOf(bars: Bars, paths: readonly Path[]): Uint8Array {
  const sessions = Uint8Array.from(bars.openTimeMs, sessionAt);
  for (const { from, to, instrument = 0 } of paths) {
    for (let row = from; row < to; row++) sessions[row] = sessionOf(instrument, sessions[row]);
  }
  return sessions;
}
