/** A measured distribution as evenly addressed knots, finer in its last percent, where the means of costs are made. */

import { NUM_QUANTILES, type Distribution } from './table.ts';

const LAST = NUM_QUANTILES - 1;
const TAIL_CELLS = 16;
/** Knots of one distribution: quantiles 0 to 0.98, then the last percent in {@link TAIL_CELLS} cells. */
export const KNOTS = LAST + TAIL_CELLS;
/** Knots per unit of `u` in the tail; a hair less than whole, so that rounding never leads past the last knot. */
const TAIL_PITCH = LAST * TAIL_CELLS * (1 - 1e-12);

/** Where quantile `u`, in [0, 1), lies among the knots: whole part the knot below, fraction the way to the next. */
export const knotPosition = (u: number): number => (u < 0.99 ? u * LAST : LAST - 1 + (u - 0.99) * TAIL_PITCH);

/**
 * Writes the knots of a distribution.
 *
 * The last percent follows p99 + (max - p99) t^k with k such that its mean is the measured one: a straight line from
 * p99 to the worst value ever seen would overstate it.
 *
 * @param out written from `offset`, {@link KNOTS} numbers that never fall
 */
export function fillKnots(
  out: Float64Array,
  offset: number,
  { quantiles, tailMean }: Pick<Distribution, 'quantiles' | 'tailMean'>,
): void {
  for (let i = 0; i < LAST; i++) out[offset + i] = quantiles[i];
  const base = quantiles[LAST - 1];
  const reach = quantiles[LAST] - base;
  const power = tailMean > base ? reach / (tailMean - base) - 1 : 1;
  for (let i = 1; i <= TAIL_CELLS; i++) out[offset + LAST - 1 + i] = base + reach * (i / TAIL_CELLS) ** power;
}
