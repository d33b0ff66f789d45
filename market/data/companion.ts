/** Another instrument beside bars: which of its bars were known when each bar of the first closed. By time, never by row. */

import type { Bars } from './bars.ts';

/** Bars of a companion, and at which row each became known. */
export interface Companion {
  /** "ETH"; features name it. */
  readonly name: string;
  readonly timeframeMs: number;
  /** Those that became known with one of the rows. */
  readonly bars: Bars;
  /** (rows) how many were known when a row's bar closed, `before` included. */
  readonly known: Int32Array;
  /** How many were known before the first row: index i of `bars` is the companion's bar `before + i`. */
  readonly before: number;
}

/** Companion bars `[from, to)` that became known with a row. */
export function newlyKnown({ known, before }: Companion, row: number): { readonly from: number; readonly to: number } {
  return { from: (row === 0 ? before : known[row - 1]) - before, to: known[row] - before };
}
