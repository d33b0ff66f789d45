/** An execution model whose costs never vary: for markets whose optimum is known, and for no other. */

import type { ExecutionModel } from './executionModel.ts';

/** @param costBps of notional, on every trade in every mode but `none`; nothing else is charged */
export const constantCosts = (costBps: number): ExecutionModel => ({
  halfSpreadBps: () => 0,
  slippageBps: () => 0,
  latencyMs: () => 0,
  latencyBudgetMs: Infinity,
  takerFeeBps: costBps,
  makerFeeBps: costBps,
  borrowRatePerBar: 0,
  cashRatePerBar: 0,
});
