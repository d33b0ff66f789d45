import type { ExecutionModel } from '../../market/execution/executionModel.ts';

export interface ConstantCosts {
  readonly halfSpreadBps?: number;
  readonly slippageBps?: number;
  readonly latencyMs?: number;
  readonly latencyBudgetMs?: number;
  readonly takerFeeBps?: number;
  readonly makerFeeBps?: number;
  readonly borrowRatePerBar?: number;
  readonly cashRatePerBar?: number;
  /** What a fill at p90 costs beyond the constants: half-spread and slippage are multiplied by this. */
  readonly p90Factor?: number;
}

/** Costs that are the same in every session and draw, twice as high at p90 unless told otherwise; free of all that is not named. */
export function constantExecution(costs: ConstantCosts = {}): ExecutionModel {
  const { halfSpreadBps = 0, slippageBps = 0, latencyMs = 0, p90Factor = 2 } = costs;
  const factor = (mode: number) => (mode === 2 ? p90Factor : mode === 3 ? 0 : 1);
  return {
    halfSpreadBps: (_session, mode) => halfSpreadBps * factor(mode),
    slippageBps: (_session, mode) => slippageBps * factor(mode),
    latencyMs: () => latencyMs,
    latencyBudgetMs: costs.latencyBudgetMs ?? Infinity,
    takerFeeBps: costs.takerFeeBps ?? 0,
    makerFeeBps: costs.makerFeeBps ?? 0,
    borrowRatePerBar: costs.borrowRatePerBar ?? 0,
    cashRatePerBar: costs.cashRatePerBar ?? 0,
  };
}

/** Costs drawn anew at each fill, larger for larger orders; latency is beyond its budget in one fill of ten. */
export function drawnExecution(costs: ConstantCosts = {}): ExecutionModel {
  const { halfSpreadBps = 2, slippageBps = 1 } = costs;
  const drawn = (mode: number, u: number) => [u * 2, 1, 1.8, 0][mode];
  return {
    halfSpreadBps: (session, mode, u) => halfSpreadBps * (1 + session / 10) * drawn(mode, u),
    slippageBps: (_session, mode, notional, u) => slippageBps * drawn(mode, u) * (1 + notional / 1e5),
    latencyMs: (_mode, u) => u * 100,
    latencyBudgetMs: 90,
    takerFeeBps: costs.takerFeeBps ?? 5,
    makerFeeBps: costs.makerFeeBps ?? 2,
    borrowRatePerBar: costs.borrowRatePerBar ?? 1e-4,
    cashRatePerBar: costs.cashRatePerBar ?? 5e-5,
  };
}
