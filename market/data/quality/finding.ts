/** What a check of market data finds: how often, how bad, where, and which policy would mend it. */

import type { DataKind } from '../dataKind.ts';

/** note: worth knowing; warning: misleads whoever learns from it; error: a training import refuses the file as it is. */
export const SEVERITIES = ['note', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** drop: leave the rows out; split: end a path there; forwardFill: put flagged flat bars in; adjust: apply factors. */
export const REMEDIES = ['drop', 'split', 'forwardFill', 'adjust'] as const;
export type Remedy = (typeof REMEDIES)[number];

/** One row that offends. */
export interface Example {
  /** From 0, among the rows that could be read. */
  readonly row: number;
  /** In the file, from 1. */
  readonly line: number;
  /** UTC; null where the data has no readable time there. */
  readonly time: string | null;
  /** The offending value, in words or as it is. */
  readonly value: string | number;
}

export interface Finding {
  readonly name: string;
  readonly severity: Severity;
  /** What it is and why it matters, one clause. */
  readonly meaning: string;
  readonly count: number;
  /** Of all rows; may exceed 1 where what is missing is counted. */
  readonly share: number;
  readonly examples: readonly Example[];
  /** What would mend it, best first; none where nothing needs mending. */
  readonly remedies: readonly Remedy[];
  /** Rows that `drop` leaves out; none where the offence is between rows. */
  readonly rows: Int32Array;
}

/** Data at hand, as columns under our own names; see {@link DataKind} for which there are. */
export interface Inspected {
  readonly kind: DataKind;
  readonly numRows: number;
  /** Null where the data has no times. */
  readonly timeMs: Float64Array | null;
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** (rows) */
  readonly line: Int32Array;
  /** Distance of bars; null for ticks and for fewer than two rows. */
  readonly timeframeMs: number | null;
}

/** One kind of finding. */
export interface QualityRule {
  readonly name: string;
  /** Kinds of data that it looks at. */
  readonly kinds: readonly DataKind[];
  /** Null where there is nothing to report. */
  check(data: Inspected): Finding | null;
}

/** Kinds whose rows stand at distances of a timeframe. */
export const BAR_KINDS = ['bars', 'quoteBars'] as const satisfies readonly DataKind[];
