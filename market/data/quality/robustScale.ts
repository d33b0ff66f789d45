/** How large a usual move is, told by medians, so that the outliers themselves do not raise it. */

import { median } from '../../../core/statistics.ts';

/** Median absolute deviation of a standard normal, inverted. */
const NORMAL_MAD = 1.4826;
/** A move is measured against its surroundings: quiet and wild times differ by a factor of ten. */
const BLOCK = 256;

/** Log returns from row to row; the first is 0, and so is one between prices that are not positive. */
function logReturns(prices: Float64Array): Float64Array {
  const returns = new Float64Array(prices.length);
  for (let row = 1; row < prices.length; row++) {
    const move = Math.log(prices[row] / prices[row - 1]);
    if (Number.isFinite(move)) returns[row] = move;
  }
  return returns;
}

/** Two rules ask for the scale of the same prices. */
const scales = new WeakMap<Float64Array, Float64Array>();

/** {@link localScale} of the log returns of prices. */
export function moveScale(prices: Float64Array): Float64Array {
  let scale = scales.get(prices);
  if (scale === undefined) scales.set(prices, (scale = localScale(logReturns(prices))));
  return scale;
}

/**
 * Robust deviation of values around zero near each row: of the row's block of 256 and both its neighbors.
 *
 * Where most values are zero the median is too; the scale is then the mean size, and never below that of all values.
 *
 * @returns (rows); 0 only where all values are zero
 */
function localScale(values: Float64Array): Float64Array {
  const sizes = values.map(Math.abs);
  const overall = scaleOf(sizes);
  const scale = new Float64Array(values.length);
  for (let from = 0; from < values.length; from += BLOCK) {
    const around = sizes.subarray(Math.max(0, from - BLOCK), from + 2 * BLOCK);
    scale.fill(Math.max(scaleOf(around), overall), from, from + BLOCK);
  }
  return scale;
}

/** Robust deviation of returns around zero; their mean size where most are zero. */
export const robustScaleOf = (returns: Float64Array): number => scaleOf(returns.map(Math.abs));

function scaleOf(sizes: Float64Array): number {
  const robust = NORMAL_MAD * (median(sizes) ?? 0);
  if (robust > 0) return robust;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.length === 0 ? 0 : total / sizes.length;
}
