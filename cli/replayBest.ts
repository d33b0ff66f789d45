/** Law 7 on the run at hand: its best agent, replayed bar by bar through the live runner. */

import { readFileSync } from 'node:fs';
import { loadPolicy } from '../agents/policy.ts';
import { createRng } from '../core/rng.ts';
import type { RunFolder } from '../core/storage/runFolder.ts';
import type { LiveParity } from '../evaluation/evaluation.ts';
import type { Market } from '../experiments/market.ts';
import type { RunConfig } from '../experiments/runConfig.ts';
import { tradingSpec } from '../experiments/tradingSpec.ts';
import type { ExecutionModel } from '../market/execution/executionModel.ts';
import { checkLiveParity } from '../live/parity.ts';

export interface ReplayOptions {
  readonly run: RunFolder;
  readonly config: RunConfig;
  readonly market: Market;
  readonly execution: ExecutionModel;
  readonly agent: string;
}

/** Replays the first held-out path with the paper broker at sampled costs and compares it with its backtest. */
export async function replayBest({ run, config, market, execution, agent }: ReplayOptions): Promise<LiveParity> {
  const model = readFileSync(run.file('policies', `${agent}.onnx`));
  const { path, bars, maxAbsEquityDiff } = await checkLiveParity({
    agent,
    worlds: market.worlds,
    path: market.paths.test[0],
    loadPolicy: (context) => loadPolicy({ name: agent, model, context, spec: tradingSpec(config, context) }),
    execution,
    costMode: 'sample',
    targetWeights: config.targetWeights,
    trading: config.trading,
    startEquity: config.startEquity,
    rng: createRng(config.seed).fork('judge'),
    featureSet: market.featureSet,
    normalizer: market.normalizer,
  });
  return { agent, path, bars, maxAbsEquityDiff };
}
