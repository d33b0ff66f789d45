/** Which portfolios an agent may ask for, each brought inside its limits before the first step. */

import { InputError } from '../core/errors.ts';

export interface PortfolioLimits {
  /** Sum of signed weights; a hedged portfolio has a narrow band around 0. */
  readonly netBand?: readonly [low: number, high: number];
  /** Sum of unsigned weights. */
  readonly maxGross?: number;
}

/** Every combination of the ladder's weights over so many instruments, the last instrument changing fastest. */
export function weightGrid(ladder: readonly number[], instruments: number): number[][] {
  let grid: number[][] = [[]];
  for (let k = 0; k < instruments; k++) grid = grid.flatMap((row) => ladder.map((weight) => [...row, weight]));
  return grid;
}

/**
 * The nearest portfolio whose net exposure lies in the band, then scaled down to the gross limit.
 *
 * What the net is beyond the band is taken from all instruments alike, so a hedge may open positions that were not asked
 * for. Scaling toward zero leaves a band that holds zero.
 *
 * @throws InputError for a band that does not hold zero: no cash-only portfolio could ever be scaled into it
 */
export function limitWeights(weights: readonly number[], { netBand, maxGross }: PortfolioLimits): number[] {
  let limited = [...weights];
  if (netBand !== undefined) {
    const [low, high] = netBand;
    if (!(low <= 0 && high >= 0)) {
      throw new InputError({
        what: 'net band leaves out cash',
        where: 'portfolio',
        rule: 'low <= 0 <= high',
        value: netBand,
      });
    }
    const net = limited.reduce((sum, weight) => sum + weight, 0);
    const excess = net - Math.min(high, Math.max(low, net));
    if (excess !== 0) limited = limited.map((weight) => weight - excess / limited.length);
  }
  const gross = limited.reduce((sum, weight) => sum + Math.abs(weight), 0);
  const scale = maxGross !== undefined && gross > maxGross ? maxGross / gross : 1;
  return scale === 1 ? limited : limited.map((weight) => weight * scale);
}
