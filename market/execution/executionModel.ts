/** The contract of execution costs: measured, sampled, always adverse to the trader. */

import type { CostStatement } from './costStatement.ts';

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
  /** Basis points of notional paid to the venue on a resting order. */
  readonly makerFeeBps: number;
  /** For the time of one timeframe, on the notional of a short position; time between bars counts alike. */
  readonly borrowRatePerBar: number;
  /** For the time of one timeframe, on negative cash. */
  readonly cashRatePerBar: number;
  /** Share of an order that fills at one go, in [0, 1]; a larger quantile fills less. Absent where it was never measured. */
  fillRatio?(mode: number, u: number): number;
  /** Absent where orders do not move the price. */
  readonly impact?: ImpactLaw;
  /** Where an order may be sent; absent where there is one place only. Apart from them, the model is the first of them. */
  readonly venues?: readonly Venue[];
  /** What was measured and what was not, one an instrument and venue; absent where no table stands behind the costs. */
  readonly statements?: readonly CostStatement[];
}

/**
 * The square-root law: an order moves the price against itself by coefficient * volatility * sqrt(notional / volume).
 *
 * Volatility (basis points) and volume (quote currency) are of the same span, any span: their ratio under the root does not
 * depend on it.
 */
export interface ImpactLaw {
  readonly coefficient: number;
  /** volatility / sqrt(volume) as it was where the coefficient was measured; NaN where nothing was. */
  readonly measuredUnit: number;
  /** Span of the exponential averages that tell volatility and volume of the moment, bars. */
  readonly spanBars: number;
}

export interface Venue {
  readonly name: string;
  readonly costs: ExecutionModel;
}

/** What an order of this size moves the price by, basis points. @param unit volatility / sqrt(volume) of the market */
export const impactBps = ({ coefficient }: ImpactLaw, unit: number, notional: number): number =>
  coefficient * unit * Math.sqrt(notional);
