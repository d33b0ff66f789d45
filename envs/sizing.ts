/** How large a position an action means: a pure function of its weight and of what the market has done so far. */

import type { SizingConfig } from './tradingConfig.ts';

/** Trailing moments of one-bar log returns, known before the fill; NaN while there are too few returns. */
export interface ReturnMoments {
  readonly mean: number;
  /** Standard deviation. */
  readonly volatility: number;
}

/**
 * The signed fraction of equity to hold for an action of this weight.
 *
 * Keeps the sign of the weight; 0 where the moments it needs are not known yet.
 *
 * @param stopLoss fraction of the price between entry and stop; read by `fixedRisk` alone
 */
export function sizeWeight(
  sizing: SizingConfig,
  weight: number,
  { mean, volatility }: ReturnMoments,
  stopLoss: number | null,
): number {
  switch (sizing.kind) {
    case 'weight':
      return weight;
    case 'fixedFraction':
      return weight * sizing.fraction;
    case 'fixedRisk':
      return stopLoss === null ? 0 : weight * (sizing.risk / stopLoss);
    case 'volatilityTarget':
      if (Number.isNaN(volatility)) return 0;
      return weight * Math.min(sizing.maxScale, sizing.volatilityPerBar / volatility);
    case 'kellyCapped':
      return (
        Math.sign(weight) * Math.min(Math.abs(weight), sizing.fraction * kelly(Math.sign(weight), mean, volatility))
      );
  }
}

/**
 * The weight that grows fastest on the given side, >= 0: drift over variance.
 *
 * The drift of the price is that of its logarithm plus half the variance. Kelly 1956; Thorp 2006, "The Kelly criterion in
 * blackjack, sports betting and the stock market", section 7.
 */
function kelly(side: number, mean: number, volatility: number): number {
  const variance = volatility * volatility;
  const drift = side * (mean + variance / 2);
  return drift > 0 ? drift / variance : 0;
}
