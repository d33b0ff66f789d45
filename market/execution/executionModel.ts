/** The contract of execution costs: measured, sampled, always adverse to the trader. */

/** `sample` draws from the measured distribution; `p90` is the stress test; `none` is for controls only. */
export const COST_MODES = ['sample', 'p50', 'p90', 'none'] as const;
export type CostMode = (typeof COST_MODES)[number];

/**
 * What one execution costs. One model serves training, backtest, paper and live.
 *
 * `session` is an index into SESSIONS, `mode` an index into COST_MODES, `u` a uniform draw in [0, 1) that picks the
 * quantile in mode `sample` and is ignored in the others. Numbers, not objects: an env calls these millions of times a second.
 */
export interface ExecutionModel {
  /** Half of the bid-ask spread, basis points of mid, >= 0. */
  halfSpreadBps(session: number, mode: number, u: number): number;
  /** Fill against decision mid beyond the half-spread, for an order of this notional in quote currency; >= 0, never falls as the order grows. */
  slippageBps(session: number, mode: number, notional: number, u: number): number;
  /** Decision to fill, milliseconds, >= 0. */
  latencyMs(mode: number, u: number): number;
  /** A decision whose latency exceeds this fills at p90. */
  readonly latencyBudgetMs: number;
  /** Basis points of notional paid to the venue on a taking order. */
  readonly takerFeeBps: number;
  /** Per bar, on the notional of a short position. */
  readonly borrowRatePerBar: number;
  /** Per bar, on negative cash. */
  readonly cashRatePerBar: number;
}
