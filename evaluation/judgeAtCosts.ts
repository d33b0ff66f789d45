/** What costs do to a policy: the same walk, with the same luck, at several cost modes, beside holding the asset. */

import type { Policy } from '../agents/agent.ts';
import { holdingConfig } from '../envs/tradingConfig.ts';
import type { CostMode } from '../market/execution/executionModel.ts';
import { runBacktest } from './backtest.ts';
import { buyAndHold } from './baselines.ts';
import type { Performance } from './evaluation.ts';
import type { Courtroom } from './judge.ts';
import { computePerformance } from './metrics.ts';

/** One policy at one cost mode. */
export interface AtCosts {
  readonly name: string;
  readonly costs: CostMode;
  readonly performance: Performance;
}

/** Walks each policy, then buy-and-hold at the whole equity, once per cost mode; in that order. */
export async function judgeAtCosts(
  policies: readonly Policy[],
  costModes: readonly CostMode[],
  court: Courtroom,
): Promise<AtCosts[]> {
  const { trading } = court;
  const holding = { ...court, targetWeights: [1], ...(trading !== undefined && { trading: holdingConfig(trading) }) };
  const contestants = [
    ...policies.map((policy) => ({ policy, court })),
    { policy: buyAndHold(holding.targetWeights), court: holding },
  ];
  const found: AtCosts[] = [];
  for (const { policy, court: ground } of contestants) {
    for (const costs of costModes) {
      const ledgers = await runBacktest({ ...ground, policy, costMode: costs });
      found.push({ name: policy.name, costs, performance: computePerformance(ledgers, court.barsPerYear) });
    }
  }
  return found;
}
