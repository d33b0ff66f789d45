/** Return per unit of risk. An undefined ratio is null: a flat account has no Sharpe ratio, rather than one of 0. */

import { mean, standardDeviation } from '../core/statistics.ts';

/** Quotients of equities carry rounding noise of about 4e-16; a spread below this is none at all. */
const ROUNDING = 1e-14;

/** Mean over sample standard deviation of per-bar returns, not annualized; null below two bars or without variance. */
export function sharpePerBar(returns: Float64Array): number | null {
  const center = mean(returns);
  const spread = standardDeviation(returns);
  return center === null || spread === null || spread <= ROUNDING ? null : center / spread;
}

/** {@link sharpePerBar} times the square root of `barsPerYear`. */
export function sharpe(returns: Float64Array, barsPerYear: number): number | null {
  const perBar = sharpePerBar(returns);
  return perBar === null ? null : perBar * Math.sqrt(barsPerYear);
}

/**
 * Mean over downside deviation, annualized: the root mean square of returns below 0, all bars counted.
 *
 * Null below two bars or where no bar lost.
 */
export function sortino(returns: Float64Array, barsPerYear: number): number | null {
  const center = mean(returns);
  if (center === null || returns.length < 2) return null;
  let squares = 0;
  for (const value of returns) if (value < 0) squares += value * value;
  const downside = Math.sqrt(squares / returns.length);
  return downside <= ROUNDING ? null : (center / downside) * Math.sqrt(barsPerYear);
}

/** Annual return over the depth of the worst drawdown; null where nothing was ever lost. */
export const calmar = (annualReturn: number | null, maxDrawdown: number): number | null =>
  annualReturn === null || maxDrawdown > -ROUNDING ? null : annualReturn / -maxDrawdown;

/** Growth of one year at the mean log growth; null without bars or beyond what a number holds. */
export function annualReturn(growth: Float64Array, barsPerYear: number): number | null {
  const center = mean(growth);
  const yearly = center === null ? NaN : Math.expm1(center * barsPerYear);
  return Number.isFinite(yearly) ? yearly : null;
}
