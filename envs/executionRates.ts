/** Rates of an execution model that single accounts and portfolios charge alike, as fractions of notional. */

import { BPS } from '../core/units.ts';
import { COST_MODES, type ExecutionModel } from '../market/execution/executionModel.ts';

const SAMPLE = COST_MODES.indexOf('sample');
const P50 = COST_MODES.indexOf('p50');
const P90 = COST_MODES.indexOf('p90');

/** Half-spread that a price must trade through a resting order by; the same for every draw. */
export const usualHalfSpread = (execution: ExecutionModel, session: number, mode: number): number =>
  BPS * execution.halfSpreadBps(session, mode === SAMPLE ? P50 : mode, 0);

/** Spread of a fill beyond its latency budget: that of p90, or what it drew where that is worse. */
export const lateSpread = (execution: ExecutionModel, session: number, drawn: number): number =>
  Math.max(drawn, BPS * execution.halfSpreadBps(session, P90, 0));

/** Slippage of a fill beyond its latency budget, likewise. */
export const lateSlippage = (
  execution: ExecutionModel,
  { session, notional }: { readonly session: number; readonly notional: number },
  drawn: number,
): number => Math.max(drawn, BPS * execution.slippageBps(session, P90, notional, 0));

/** Whether the slowest fill of any mode, at any venue, is beyond its budget: quantiles never fall. */
export function canBeLate({ venues, ...execution }: ExecutionModel): boolean {
  const models = venues === undefined ? [execution] : venues.map(({ costs }) => costs);
  const slowest = 1 - Number.EPSILON;
  return models.some((costs) => COST_MODES.some((_, mode) => costs.latencyMs(mode, slowest) > costs.latencyBudgetMs));
}

/**
 * Notional n of a buy (+) or a sell (-) with position +- n = weight * (equity - rate * n).
 *
 * @param wanted signed, before costs
 * @param position its size at mid, unsigned
 */
export function solveNotional(wanted: number, weight: number, rate: number, position: number): number {
  const reach = wanted > 0 ? 1 + weight * rate : 1 - weight * rate;
  const notional = Math.abs(wanted) / reach;
  // Reducing a levered position can cost more than the account holds: then it is closed, and that ruins it.
  if (reach < 1 && !(notional >= 0 && notional <= position)) return position;
  return notional;
}
