/** How good a policy is on the validation paths: what training chooses checkpoints by, and ensembles weigh members by. */

import { loadPolicy } from '../agents/policy.ts';
import type { Rng } from '../core/rng.ts';
import { runBacktest } from '../evaluation/backtest.ts';
import type { ExecutionModel } from '../market/execution/executionModel.ts';
import type { Market } from './market.ts';
import type { RunConfig } from './runConfig.ts';
import { tradingSpec } from './tradingSpec.ts';

/** What everything in a run is trained and validated on. */
export interface Ground {
  readonly market: Market;
  readonly execution: ExecutionModel;
  readonly rng: Rng;
}

/** Mean log growth per bar of the greedy policy on the validation paths at sampled costs, basis points. */
export async function validateBps(
  model: Uint8Array,
  { config, market, execution, rng }: Ground & { readonly config: RunConfig },
): Promise<number> {
  const { worlds, paths } = market;
  const spec = tradingSpec(config, worlds.context);
  const policy = await loadPolicy({ name: 'validation', model, context: worlds.context, spec });
  const ledgers = await runBacktest({
    worlds,
    paths: paths.validation,
    policy,
    execution,
    costMode: 'sample',
    targetWeights: config.targetWeights,
    trading: config.trading,
    startEquity: config.startEquity,
    // The same luck at every validation: scores differ by the policy alone.
    rng: rng.fork('validation'),
  });
  policy.dispose();
  let growth = 0;
  let bars = 0;
  for (const ledger of ledgers) {
    const { equity } = ledger.columns();
    growth += Math.log(equity[ledger.length - 1] / ledger.startEquity);
    bars += ledger.length;
  }
  return (growth / bars) * 1e4;
}
