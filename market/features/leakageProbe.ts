/** Finds look-ahead: computes the same columns on a changed history and compares what must not have changed. */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { numBars, sliceBars, type Bars } from '../data/bars.ts';
import { cutAfter, perturbAfter } from './changedFuture.ts';

/** Anything that turns bars into columns: features, a normalized context, regime labels, a fit and its use. */
export interface CausalStage {
  readonly columns: readonly string[];
  /** (rows, columns), row-major: one row a bar. Must not keep state between calls. */
  compute(bars: Bars): ArrayLike<number>;
}

export type ProbeKind = 'cutFuture' | 'perturbFuture' | 'laterStart';

/** The first value that changed under one probe. */
export interface Leak {
  readonly probe: ProbeKind;
  readonly column: string;
  /** Bar whose value changed. */
  readonly row: number;
  /** Last bar that was left as it was; for `laterStart` the first bar of the shorter history. */
  readonly cutRow: number;
  readonly before: number;
  readonly after: number;
}

export interface ProbeOptions {
  readonly stage: CausalStage;
  readonly bars: Bars;
  readonly rng: Rng;
  /** Moments at which the future is cut off and perturbed. */
  readonly cuts?: number;
  /** No cut before this row: where the stage fits itself, the end of its training rows. */
  readonly firstCutRow?: number;
  /** Null: the stage may depend on where history starts. Else rows after which it may not, beyond `startTolerance`. */
  readonly settleBars?: number | null;
  /** Largest change, relative to the larger of the value and 1, that a later start may make. */
  readonly startTolerance?: number;
}

/**
 * Probes a stage on one path; the future of companions is cut and perturbed with its own.
 *
 * Cutting and perturbing the future must leave every bit at or before the cut as it was; starting later must come to the
 * same values once the stage has settled.
 *
 * @returns the first leak of each cut and probe: none for a causal stage
 * @throws InputError when there are too few bars to cut
 */
export function probeLeakage(options: ProbeOptions): Leak[] {
  const { stage, bars, rng, cuts = 8, firstCutRow = 0, settleBars = null, startTolerance = 1e-5 } = options;
  const rows = numBars(bars);
  if (rows - 1 <= firstCutRow) {
    throw new InputError({
      what: 'too few bars to probe',
      where: 'leakage probe',
      rule: `more than ${firstCutRow + 1}`,
      value: rows,
    });
  }
  const original = stage.compute(bars);
  const leaks: (Leak | null)[] = [];
  for (let i = 0; i < cuts; i++) {
    const cutRow = firstCutRow + rng.int(rows - 1 - firstCutRow);
    const span = { from: 0, to: cutRow + 1, shift: 0 };
    const cut = stage.compute(cutAfter(bars, cutRow));
    leaks.push(firstChange({ stage, original, changed: cut, probe: 'cutFuture', cutRow }, span, 0));
    const perturbed = stage.compute(perturbAfter(bars, cutRow, rng));
    leaks.push(firstChange({ stage, original, changed: perturbed, probe: 'perturbFuture', cutRow }, span, 0));
    if (settleBars === null || settleBars >= rows - 1) continue;
    const start = 1 + rng.int(rows - 1 - settleBars);
    const later = stage.compute(sliceBars(bars, start, rows));
    const settled = { from: start + settleBars, to: rows, shift: start };
    leaks.push(
      firstChange({ stage, original, changed: later, probe: 'laterStart', cutRow: start }, settled, startTolerance),
    );
  }
  return leaks.filter((leak) => leak !== null);
}

interface Comparison {
  readonly stage: CausalStage;
  readonly original: ArrayLike<number>;
  readonly changed: ArrayLike<number>;
  readonly probe: ProbeKind;
  readonly cutRow: number;
}

/** Compares rows `[from, to)` of the original with rows `shift` earlier of the changed columns. */
function firstChange(
  { stage, original, changed, probe, cutRow }: Comparison,
  { from, to, shift }: { readonly from: number; readonly to: number; readonly shift: number },
  tolerance: number,
): Leak | null {
  const width = stage.columns.length;
  for (let at = from * width; at < to * width; at++) {
    const before = original[at];
    const after = changed[at - shift * width];
    const isSame = Object.is(before, after) || Math.abs(before - after) <= tolerance * Math.max(1, Math.abs(before));
    if (isSame) continue;
    const row = Math.floor(at / width);
    return { probe, column: stage.columns[at - row * width], row, cutRow, before, after };
  }
  return null;
}
