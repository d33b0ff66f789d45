/** How many slices a large order is worth: impact falls with each slice, the risk of waiting grows. */

/** What an order meets; volatility and unit are of one bar. */
export interface SlicingGround {
  /** Quote currency. */
  readonly notional: number;
  /** Of the square-root law. */
  readonly coefficient: number;
  /** Standard deviation of a bar's move, basis points. */
  readonly volatilityBps: number;
  /** volatilityBps / sqrt(volume of a bar in quote currency). */
  readonly unit: number;
  readonly halfSpreadBps: number;
  /** Standard deviations of the cost of waiting that are as bad as a cost of the same size. */
  readonly riskAversion: number;
}

/**
 * What an order in `slices` equal slices, one a bar, is expected to cost, basis points of its notional.
 *
 *   half-spread + coefficient x unit x sqrt(notional / slices) + riskAversion x volatility x sqrt(sum of ((n - k) / n)^2, k = 1 .. n-1)
 *
 * Each slice pays the half-spread on its own notional, so slicing neither saves nor costs any. Each slice pays the impact of its own
 * size: the law's impact is taken to be gone when the next one comes. While slice k waits for its bar, what is left,
 * (n - k) / n of the order, rides on the price: the risk is the standard deviation of that (Almgren and Chriss 2000, "Optimal
 * execution of portfolio transactions", for equal slices).
 */
export function slicingCostBps(ground: SlicingGround, slices: number): number {
  const { notional, coefficient, volatilityBps, unit, halfSpreadBps, riskAversion } = ground;
  const impact = coefficient * unit * Math.sqrt(notional / slices);
  // The sum of (j / n)^2 for j = 1 .. n-1.
  const waiting = ((slices - 1) * (2 * slices - 1)) / (6 * slices);
  return halfSpreadBps + impact + riskAversion * volatilityBps * Math.sqrt(waiting);
}

/** The number of slices, 1 to `most`, that costs least; the smaller of two that cost the same. */
export function cheapestSlices(ground: SlicingGround, most: number): number {
  let best = 1;
  let lowest = slicingCostBps(ground, 1);
  for (let slices = 2; slices <= most; slices++) {
    const cost = slicingCostBps(ground, slices);
    if (cost >= lowest) continue;
    [best, lowest] = [slices, cost];
  }
  return best;
}
