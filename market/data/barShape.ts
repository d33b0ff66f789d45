/** Highest and lowest point of a bar whose open and close are known. */

import type { Rng } from '../../core/rng.ts';

/** So wild a bar cannot be: bounds that keep prices positive. */
const LOWEST_RETURN = -0.9;

/**
 * The maximum of a Brownian bridge from 0 to `end`, exactly distributed: (end + sqrt(end^2 - 2 sigma^2 log u)) / 2.
 *
 * @returns at least max(0, end)
 */
export function drawBridgeMaximum(rng: Rng, end: number, sigma: number): number {
  const reach = -2 * sigma * sigma * Math.log(1 - rng.next());
  return Math.max(0, end, (end + Math.sqrt(end * end + reach)) / 2);
}

/** @returns at most min(0, end), and above -1 */
export const drawBridgeMinimum = (rng: Rng, end: number, sigma: number): number =>
  Math.max(Math.min(end, LOWEST_RETURN), -drawBridgeMaximum(rng, -end, sigma));
