/** From policies to evidence: every contestant walks the same paths, through the same costs, with the same luck. */

import type { Policy } from '../agents/agent.ts';
import type { Rng } from '../core/rng.ts';
import type { Ledger } from '../envs/ledger.ts';
import type { TargetWeights } from '../envs/targetWeights.ts';
import { holdingConfig, type TradingConfig } from '../envs/tradingConfig.ts';
import type { CostMode, ExecutionModel } from '../market/execution/executionModel.ts';
import type { Path, Worlds } from '../market/worlds.ts';
import { runBacktest } from './backtest.ts';
import { buyAndHold, flat, randomTrader } from './baselines.ts';
import type { Judged, PairedComparison, Performance } from './evaluation.ts';
import type { JudgeConfig } from './judgeConfig.ts';
import { computePerformance, computePerRegime } from './metrics.ts';
import { barReturns, pool } from './returns.ts';
import { comparePaired } from './statistics/pairedComparison.ts';
import { describeSharpe, type SharpeSample } from './statistics/sharpeTests.ts';

export interface Courtroom {
  readonly worlds: Worlds;
  readonly paths: readonly Path[];
  readonly execution: ExecutionModel;
  /** What the agents' actions ask for; benchmarks bring their own. */
  readonly targetWeights: TargetWeights;
  /** The agents'; benchmarks that only hold pay its funding and are free of its rules. */
  readonly trading?: TradingConfig;
  readonly startEquity: number;
  readonly barsPerYear: number;
  readonly config: Omit<JudgeConfig, 'gates'>;
  /** Every backtest draws its fills from it (see {@link runBacktest}); never advanced itself. */
  readonly rng: Rng;
}

/** One contestant's books and what they add up to. */
export interface Contestant {
  readonly judged: Judged & { readonly stressed: Performance };
  /** One per path, sampled costs. */
  readonly ledgers: readonly Ledger[];
}

export interface MeasuredAgent extends Contestant {
  readonly kind: string;
  readonly weightsHash: string;
  /** Against each benchmark, then against random traders of its own turnover. */
  readonly comparisons: readonly PairedComparison[];
  /** Null where the returns have no Sharpe ratio. */
  readonly sharpeSample: SharpeSample | null;
  /** The random traders, their books pooled: `paths` counts every replica. */
  readonly random: Contestant;
}

export interface AgentIdentity {
  readonly name: string;
  readonly kind: string;
  readonly weightsHash: string;
}

/** Buy-and-hold at the whole equity, and cash. */
export async function judgeBenchmarks(court: Courtroom): Promise<Contestant[]> {
  const holding = court.trading === undefined ? court : { ...court, trading: holdingConfig(court.trading) };
  const asset = { ...holding, targetWeights: [1] };
  const cash = { ...holding, targetWeights: [0] };
  return [
    await hear('buyAndHold', [buyAndHold(asset.targetWeights)], asset),
    await hear('flat', [flat(cash.targetWeights)], cash),
  ];
}

/** Judges an agent and compares it with the benchmarks and with random traders matched to it. */
export async function measureAgent(
  policy: Policy,
  { name, kind, weightsHash }: AgentIdentity,
  benchmarks: readonly Contestant[],
  court: Courtroom,
): Promise<MeasuredAgent> {
  const { worlds, paths, targetWeights, rng, config } = court;
  const own = await hear(name, [policy], court);
  const blind = Array.from({ length: config.randomReplicas }, (_, replica) =>
    randomTrader({
      ledgers: own.ledgers,
      targetWeights,
      worlds,
      paths,
      rng: rng.fork('random').fork(name).fork(String(replica)),
    }),
  );
  const random = await hear('random', blind, court);
  const comparisons = [...benchmarks, random].map((rival) =>
    comparePaired(own.ledgers, chunk(rival.ledgers, paths.length), {
      benchmark: rival.judged.name,
      config: config.bootstrap,
      rng: rng.fork('bootstrap').fork(name).fork(rival.judged.name),
    }),
  );
  return {
    ...own,
    kind,
    weightsHash,
    comparisons,
    sharpeSample: describeSharpe(pool(own.ledgers.map(barReturns))),
    random,
  };
}

/** Walks the policies one after another, at sampled costs and at p90. */
async function hear(name: string, policies: readonly Policy[], court: Courtroom): Promise<Contestant> {
  const walk = async (costMode: CostMode) => {
    const books: Ledger[] = [];
    for (const policy of policies) books.push(...(await runBacktest({ ...court, policy, costMode })));
    return books;
  };
  const ledgers = await walk('sample');
  const stressed = await walk('p90');
  return {
    judged: {
      name,
      test: computePerformance(ledgers, court.barsPerYear),
      perRegime: computePerRegime(ledgers, court.barsPerYear),
      stressed: computePerformance(stressed, court.barsPerYear),
    },
    ledgers,
  };
}

const chunk = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: items.length / size }, (_, index) => items.slice(index * size, (index + 1) * size));
