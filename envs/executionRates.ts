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
