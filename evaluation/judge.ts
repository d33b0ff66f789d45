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
import { makeCurve, meanCurve } from './curves.ts';
import type { Curve, JudgedBenchmark, PairedComparison } from './evaluation.ts';
import type { JudgeConfig } from './judgeConfig.ts';
import type { LedgerSink, Walk } from './ledgerSink.ts';
import { meanPerformance, meanPerRegime } from './meanOverLives.ts';
import { computePerformance, computePerRegime } from './metrics.ts';
import { barReturns, growthOf, pool, type PathGrowth } from './returns.ts';
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
  /** Is given the ledgers of every walk; absent: nobody keeps them. */
  readonly sink?: LedgerSink | null;
  /** Every backtest draws its fills from it (see {@link runBacktest}); never advanced itself. */
  readonly rng: Rng;
}

/** One contestant's books and what they add up to. */
export interface Contestant {
  readonly judged: JudgedBenchmark;
  /** One per path, sampled costs. */
  readonly ledgers: readonly Ledger[];
}

/** Random traders matched to an agent; their books went to the sink, since there are many. */
export interface RandomTraders {
  /** Means over their lives. */
  readonly judged: JudgedBenchmark;
  readonly curve: Curve;
  /** (lives)(paths) at sampled costs. */
  readonly growth: readonly (readonly PathGrowth[])[];
}

export interface MeasuredAgent extends Contestant {
  readonly kind: string;
  readonly weightsHash: string;
  /** Against each benchmark, then against random traders of its own turnover. */
  readonly comparisons: readonly PairedComparison[];
  /** Null where the returns have no Sharpe ratio. */
  readonly sharpeSample: SharpeSample | null;
  readonly random: RandomTraders;
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
    await hear('buyAndHold', buyAndHold(asset.targetWeights), asset),
    await hear('flat', flat(cash.targetWeights), cash),
  ];
}

/** Judges an agent and compares it with the benchmarks and with random traders matched to it. */
export async function measureAgent(
  policy: Policy,
  { name, kind, weightsHash }: AgentIdentity,
  benchmarks: readonly Contestant[],
  court: Courtroom,
): Promise<MeasuredAgent> {
  const { rng, config } = court;
  const own = await hear(name, policy, court);
  const random = await hearRandom(own, court);
  const rivals = [
    ...benchmarks.map(({ judged, ledgers }) => ({ benchmark: judged.name, lives: [ledgers.map(growthOf)] })),
    { benchmark: 'random', lives: random.growth },
  ];
  const growth = own.ledgers.map(growthOf);
  const comparisons = rivals.map(({ benchmark, lives }) =>
    comparePaired(growth, lives, {
      benchmark,
      config: config.bootstrap,
      rng: rng.fork('bootstrap').fork(name).fork(benchmark),
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

/** Walks a policy at sampled costs and at p90. */
async function hear(name: string, policy: Policy, court: Courtroom): Promise<Contestant> {
  const { ledgers, ...figures } = await live(policy, { policy: name, matchedTo: null, replica: 0 }, court);
  return { judged: { name, ...figures }, ledgers };
}

/** Lets several random traders live, one after another, so that the books of one are in memory at a time. */
async function hearRandom({ judged, ledgers }: Contestant, court: Courtroom): Promise<RandomTraders> {
  const { worlds, paths, targetWeights, rng, config } = court;
  const name = `random (${judged.name})`;
  const lives: (Omit<Life, 'ledgers'> & { readonly growth: PathGrowth[]; readonly curve: Curve })[] = [];
  for (let replica = 0; replica < config.randomReplicas; replica++) {
    const luck = rng.fork('random').fork(judged.name).fork(String(replica));
    const trader = randomTrader({ ledgers, targetWeights, worlds, paths, rng: luck });
    const life = await live(trader, { policy: 'random', matchedTo: judged.name, replica }, court);
    const { ledgers: books, ...figures } = life;
    lives.push({ ...figures, growth: books.map(growthOf), curve: makeCurve(name, books) });
  }
  return {
    judged: {
      name,
      matchedTo: judged.name,
      lives: lives.length,
      test: meanPerformance(lives.map(({ test }) => test)),
      perRegime: meanPerRegime(lives.map(({ perRegime }) => perRegime)),
      stressed: meanPerformance(lives.map(({ stressed }) => stressed)),
    },
    curve: meanCurve(lives.map(({ curve }) => curve)),
    growth: lives.map(({ growth }) => growth),
  };
}

interface Life extends Omit<JudgedBenchmark, 'name'> {
  readonly ledgers: readonly Ledger[];
}

async function live(policy: Policy, walk: Omit<Walk, 'costs'>, court: Courtroom): Promise<Life> {
  const { barsPerYear, sink } = court;
  const walkAt = async (costs: CostMode) => {
    const ledgers = await runBacktest({ ...court, policy, costMode: costs });
    await sink?.keep({ ...walk, costs }, ledgers);
    return ledgers;
  };
  const ledgers = await walkAt('sample');
  const stressed = await walkAt('p90');
  return {
    test: computePerformance(ledgers, barsPerYear),
    perRegime: computePerRegime(ledgers, barsPerYear),
    stressed: computePerformance(stressed, barsPerYear),
    ledgers,
  };
}
