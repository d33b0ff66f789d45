/** The whole of `regimen calibrate`: measure one instrument, put it into the current table, publish under a date. */

import { InputError } from '../../../core/errors.ts';
import type { ExecutionTable, InstrumentEntry } from '../table.ts';
import { assembleTable } from './assembleTable.ts';
import { calibrate, type CalibrateOptions } from './calibrate.ts';
import { DEFAULT_ROW_POLICY, type RowPolicy } from './checkedQuotes.ts';
import { coverRecordings, type RecordingCoverage } from './heldOutCoverage.ts';
import { measureDrift, type CellDrift } from './drift.ts';
import { whilePublishing } from './publishLock.ts';
import { currentTable, publishTable } from './publishTable.ts';

type Measured = Pick<
  CalibrateOptions,
  'quotes' | 'books' | 'trades' | 'tradesClockMs' | 'bucketMs' | 'orders' | 'halfLifeDays'
>;

interface CalibrationOptions extends Measured, PublishOptions {
  /** Instrument to measure: the key of the table's entry. */
  readonly pair: string;
  /** Default: those of the entry that is measured anew. */
  readonly assetClass?: string;
  readonly venue?: string;
  readonly policy?: Partial<RowPolicy>;
}

interface PublishOptions {
  /** Folder of the tables. */
  readonly out: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  /** A cell may move by this factor before the table is refused. */
  readonly maxDriftFactor?: number;
  /** `accept` publishes however far cells moved. */
  readonly drift?: 'refuse' | 'accept';
}

export interface CalibrationResult {
  /** Of the published table. */
  readonly path: string;
  readonly table: ExecutionTable;
  /** Against the table that was current before; empty where there was none. */
  readonly drift: readonly CellDrift[];
  readonly coverage: readonly RecordingCoverage[];
}

const DEFAULT_MAX_DRIFT_FACTOR = 3;
/** Cells that a refusal names, the farthest moved first. */
const MAX_NAMED = 10;

/**
 * Measures and publishes. Other instruments of the current table are taken over, and so is whatever of this one was not
 * recorded anew. Nothing is written when anything is refused.
 *
 * @throws InputError for bad recordings, and for cells that moved too far
 */
export function runCalibration(options: CalibrationOptions): CalibrationResult {
  const earlier = currentTable(options.out)?.instruments[options.pair] ?? null;
  const about = (field: 'assetClass' | 'venue'): string => {
    const value = options[field] ?? earlier?.[field];
    if (value !== undefined) return value;
    throw new InputError({ what: `${field} of a new instrument is not given`, where: options.pair });
  };
  const policy = { ...DEFAULT_ROW_POLICY, ...options.policy };
  const quotes = options.quotes ?? [];
  const entry = calibrate({
    ...options,
    instrument: options.pair,
    assetClass: about('assetClass'),
    venue: about('venue'),
    policy,
    earlier,
  });
  const coverage = coverRecordings(options.pair, quotes, policy);
  return { ...publishInstruments({ [options.pair]: entry }, options), coverage };
}

/**
 * Puts measured entries into the current table and publishes it, one process at a time: entries that another one
 * published meanwhile stay.
 */
export function publishInstruments(
  measured: Readonly<Record<string, InstrumentEntry>>,
  { out, date, maxDriftFactor = DEFAULT_MAX_DRIFT_FACTOR, drift: onDrift = 'refuse' }: PublishOptions,
): Omit<CalibrationResult, 'coverage'> {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date))) {
    throw new InputError({ what: 'not a date', where: '--date', rule: 'YYYY-MM-DD', value: date });
  }
  return whilePublishing(out, () => {
    const current = currentTable(out);
    const table = assembleTable({ date, instruments: { ...current?.instruments, ...measured } });
    const drift = current === null ? [] : measureDrift(current, table);
    if (onDrift === 'refuse') refuseDrift(drift, maxDriftFactor);
    return { path: publishTable(out, table), table, drift };
  });
}

function refuseDrift(drift: readonly CellDrift[], maxDriftFactor: number): void {
  const moved = drift.filter(({ factor }) => factor > maxDriftFactor);
  if (moved.length === 0) return;
  const [first, ...rest] = moved.slice(0, MAX_NAMED).map(({ cell, before, after, factor }) => ({
    what: `moved by a factor of ${factor.toFixed(1)}`,
    where: cell,
    rule: `at most ${maxDriftFactor}`,
    value: `${before} -> ${after}`,
    hint: 'look at the recording; publish all the same with --accept',
  }));
  throw new InputError(first, ...rest);
}
