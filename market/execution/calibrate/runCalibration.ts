/** The whole of `regimen calibrate`: measure instruments, put them into the current table, publish under a date. */

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

/** One instrument and its recordings. */
export interface MeasureOptions extends Measured {
  /** Key of the table's entry. */
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
 * Measures instruments and publishes them in one table. Others of the current table are taken over, and so is whatever of
 * an instrument was not recorded anew. Nothing is written when anything is refused.
 *
 * @throws InputError for bad recordings, and for cells that moved too far
 */
export function runCalibration(parts: readonly MeasureOptions[], options: PublishOptions): CalibrationResult {
  const current = currentTable(options.out);
  const measured = parts.map((part) => [part.pair, measureInstrument(part, current)] as const);
  const coverage = parts.flatMap(({ pair, quotes = [], policy }) =>
    coverRecordings(pair, quotes, { ...DEFAULT_ROW_POLICY, ...policy }),
  );
  return { ...publishInstruments(Object.fromEntries(measured), options), coverage };
}

function measureInstrument(part: MeasureOptions, current: ExecutionTable | null): InstrumentEntry {
  const { pair } = part;
  const earlier = current !== null && Object.hasOwn(current.instruments, pair) ? current.instruments[pair] : null;
  const about = (field: 'assetClass' | 'venue'): string => {
    const value = part[field] ?? earlier?.[field];
    if (value !== undefined) return value;
    const hint = { assetClass: '--asset-class fx, crypto or equity', venue: '--venue, where it was recorded' }[field];
    throw new InputError({
      what: `${field} of a new instrument is not given`,
      where: pair,
      hint: `name it: ${hint} (in a plan, ${field})`,
    });
  };
  return calibrate({
    ...part,
    instrument: pair,
    assetClass: about('assetClass'),
    venue: about('venue'),
    policy: { ...DEFAULT_ROW_POLICY, ...part.policy },
    earlier,
  });
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
