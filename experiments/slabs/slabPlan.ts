/** How many rows a budget has room for, and what they are used for. */

import { InputError } from '../../core/errors.ts';
import { BAR_COLUMNS } from '../../market/data/bars.ts';
import type { RowRange } from '../../market/data/rowRange.ts';
import type { RowIndex } from '../../market/data/stores/rowIndex.ts';
import type { Series } from '../../market/data/stores/barStore.ts';
import { storeConfig } from '../../market/data/stores/storeConfig.ts';
import type { RegimeRule } from '../../market/regimes/regimeRule.ts';
import { LEDGER_COLUMNS } from '../../envs/ledger.ts';
import type { MemoryConfig } from './memoryConfig.ts';

const MEGABYTE = 1e6;
/** Reading takes this whatever is read, and beside it so much in each thread that reads. */
const LIBRARY_MB = 96;
export const READING = storeConfig.parse({ memoryBudgetMb: 192 });
const READER_MB = READING.memoryBudgetMb - LIBRARY_MB;
/** Regime, session, and the tag of augmentation. */
const LABEL_BYTES = 3;
const MOMENTS_BYTES = 2 * Float64Array.BYTES_PER_ELEMENT;

/** All that a thread needs to read its slabs: plain data. */
export interface SlabPlan {
  readonly series: Series;
  readonly index: RowIndex;
  /** Stretches of the training part, rows of the series, each with its rows of warm-up. */
  readonly stretches: readonly RowRange[];
  /** Environment steps that a slab lasts. */
  readonly slabSteps: number;
  /** Most rows of a slab. */
  readonly slabRows: number;
  /** Fitted on a sample of the training part. */
  readonly regimeRule: RegimeRule;
}

export interface SlabDemand {
  readonly memory: MemoryConfig;
  /** Threads that train at a time, each with a slab of its own. */
  readonly workers: number;
  /** Columns of the observations. */
  readonly features: number;
  /** Whether positions are sized by trailing moments, which are columns too. */
  readonly hasMoments: boolean;
  readonly validationRows: number;
  readonly testRows: number;
  /** Rows of the shortest useful stretch: warm-up, and an episode. */
  readonly stretchRows: number;
}

export const rowBytes = ({ features, hasMoments }: Pick<SlabDemand, 'features' | 'hasMoments'>): number =>
  BAR_COLUMNS.length * Float64Array.BYTES_PER_ELEMENT +
  features * Float32Array.BYTES_PER_ELEMENT +
  LABEL_BYTES +
  (hasMoments ? MOMENTS_BYTES : 0);

/**
 * Rows of a slab. Room is needed for one slab a thread and one more, the sample that features are fitted on, beside the
 * whole of the held-out parts and the books that validation keeps.
 *
 * @throws InputError when no useful slab fits beside the held-out parts
 */
export function planSlabRows(demand: SlabDemand): number {
  const { memory, workers, validationRows, testRows, stretchRows } = demand;
  const bytes = rowBytes(demand);
  const bookBytes = LEDGER_COLUMNS.length * Float64Array.BYTES_PER_ELEMENT;
  const heldOutBytes = (validationRows + testRows) * bytes + validationRows * bookBytes * workers;
  const reading = (LIBRARY_MB + READER_MB * workers) * MEGABYTE;
  const left = memory.budgetMb * MEGABYTE - reading - heldOutBytes;
  const slabRows = Math.floor(left / ((workers + 1) * bytes));
  const least = memory.stretches * stretchRows;
  if (slabRows >= least) return slabRows;
  const needed = Math.ceil((reading + heldOutBytes + (workers + 1) * least * bytes) / MEGABYTE);
  const inMb = (part: number) => `${Math.ceil(part / MEGABYTE)} MB`;
  throw new InputError({
    what: 'the memory budget has no room for slabs of the training part',
    where: 'market.memory.budgetMb',
    rule: `at least ${needed}: reading takes ${inMb(reading)}, the ${validationRows + testRows} bars of validation and test ${inMb(heldOutBytes)}, ${workers + 1} slabs of ${memory.stretches} stretches of ${stretchRows} bars ${inMb((workers + 1) * least * bytes)}`,
    value: memory.budgetMb,
    hint: `raise it, shorten the validation and test parts, or lower training.workers, market.memory.stretches or the features`,
  });
}

/** Megabytes that a run takes which holds all bars: those of the file, and once more those of its parts. */
export const wholeMegabytes = (fileRows: number, keptRows: number, bytes: number): number =>
  (fileRows * BAR_COLUMNS.length * Float64Array.BYTES_PER_ELEMENT + keptRows * bytes) / MEGABYTE +
  LIBRARY_MB +
  READER_MB;
