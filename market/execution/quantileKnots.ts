/** A measured distribution as evenly addressed knots, finer in its last percent, where the means of costs are made. */

import { NUM_QUANTILES, type Distribution } from './distribution.ts';

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
 * The last percent follows p99 + reach * t^power with the power that gives it the measured mean: a straight line from p99
 * to the worst value ever seen would overstate it. Where a maximum is so rare that no power is steep enough, the last
 * knot stays below it and the mean is kept.
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
  const meanShare = reach > 0 ? (tailMean - base) / reach : 0;
  const power = tailPower(meanShare);
  const steepest = meanOfTail(MAX_POWER);
  const top = meanShare < steepest ? (reach * meanShare) / steepest : reach;
  for (let i = 1; i <= TAIL_CELLS; i++) out[offset + LAST - 1 + i] = base + top * (i / TAIL_CELLS) ** power;
}

const MAX_POWER = 64;

/** The power whose knots have this mean, by bisection. @param share of the way from p99 to the maximum, in [0, 1] */
function tailPower(share: number): number {
  let [low, high] = [0, MAX_POWER];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (meanOfTail(middle) > share) low = middle;
    else high = middle;
  }
  return high;
}

/** Mean of the straight lines between the knots (i / TAIL_CELLS)^power, of which the first is zero. */
function meanOfTail(power: number): number {
  let sum = 0.5;
  for (let i = 1; i < TAIL_CELLS; i++) sum += (i / TAIL_CELLS) ** power;
  return sum / TAIL_CELLS;
}
