/** Judges the trained agents of a run on its held-out paths, applies the gates, keeps the registry, promotes the best. */

import { readFileSync } from 'node:fs';
import { loadPolicy } from '../agents/policy.ts';
import { InputError } from '../core/errors.ts';
import { createRng } from '../core/rng.ts';
import { variance } from '../core/statistics.ts';
import type { RunFolder } from '../core/storage/runFolder.ts';
import { makeCurve, samplePath } from '../evaluation/curves.ts';
import type { Evaluation, JudgedAgent } from '../evaluation/evaluation.ts';
import { allPassed } from '../evaluation/gates.ts';
import {
  judgeBenchmarks,
  measureAgent,
  type Contestant,
  type Courtroom,
  type MeasuredAgent,
} from '../evaluation/judge.ts';
import type { LedgerSink } from '../evaluation/ledgerSink.ts';
import { reachVerdict } from '../evaluation/reachVerdict.ts';
import type { Registry } from '../evaluation/registry.ts';
import type { Trials } from '../evaluation/statistics/sharpeTests.ts';
import type { ExecutionModel } from '../market/execution/executionModel.ts';
import type { Market } from './market.ts';
import { regimeLabelsOf } from './marketConfig.ts';
import { hashConfig, type RunConfig } from './runConfig.ts';
import type { TrainedAgent } from './runLog.ts';
import { tradingSpec } from './tradingSpec.ts';

export interface JudgeRunOptions {
  readonly config: RunConfig;
  readonly run: RunFolder;
  readonly market: Market;
  readonly execution: ExecutionModel;
  readonly registry: Registry;
  /** Whether agents are registered and the best that passes is made champion; a second look at a run only counts as a trial. */
  readonly promotion: 'promoteBest' | 'countTrialsOnly';
  /** Is given the ledgers of every walk; absent: nobody keeps them. */
  readonly sink?: LedgerSink | null;
  readonly onProgress: (fraction: number, detail: string) => void;
}

export interface JudgedRun {
  readonly evaluation: Evaluation;
  /** The promoted agent, else the one with the highest growth beyond buy-and-hold. */
  readonly best: JudgedAgent;
}

/** @throws InputError when an agent of the run is not trained yet */
export async function judgeRun(options: JudgeRunOptions): Promise<JudgedRun> {
  const { config, market, run } = options;
  const trained = config.agents.map(({ name }) => readTrained(run, name));
  const court = openCourt(options);
  const benchmarks = await judgeBenchmarks(court);
  const measured: MeasuredAgent[] = [];
  for (const [index, agent] of trained.entries()) {
    options.onProgress(index / trained.length, agent.agent);
    measured.push(await measure(agent, { options, court, benchmarks }));
  }
  const { verdicts, trials } = await giveVerdicts(measured, benchmarks, options);
  const ranked = verdicts.toSorted((a, b) => excessBps(b) - excessBps(a));
  const winner = options.promotion === 'promoteBest' ? (ranked.find(({ gates }) => allPassed(gates)) ?? null) : null;
  if (winner !== null) options.registry.promote({ run: run.path, agent: winner.name });
  const agents = verdicts.map((agent) => ({ ...agent, promoted: agent.name === winner?.name }));
  const best =
    agents.find(({ promoted }) => promoted) ?? agents.find(({ name }) => name === ranked[0].name) ?? agents[0];
  const curveOf = ({ judged, ledgers }: Contestant) => makeCurve(judged.name, ledgers);
  const random = measured.map((agent) => agent.random);
  return {
    best,
    evaluation: {
      instrument: (market.worlds.instruments ?? [market.worlds.instrument]).join(', '),
      timeframeMs: market.worlds.timeframeMs,
      barsPerYear: market.calendar.barsPerYear,
      calendar: market.calendar,
      costs: options.execution.statements ?? [],
      parts: market.uses,
      regimeLabels: regimeLabelsOf(config.market),
      trials: trials.count,
      trialSharpeVariance: variance(trials.sharpes),
      startEquity: config.startEquity,
      agents,
      benchmarks: [...benchmarks, ...random].map(({ judged }) => judged),
      curves: [...[...measured, ...benchmarks].map(curveOf), ...random.map(({ curve }) => curve)],
      samples: measured.map(({ judged, ledgers }) => samplePath(judged.name, ledgers[0])),
      liveParity: null,
    },
  };
}

/** Where the agents of a run are judged: its held-out paths, its costs, the judge's own luck. */
export function openCourt({
  config,
  market,
  execution,
  sink = null,
}: Pick<JudgeRunOptions, 'config' | 'market' | 'execution' | 'sink'>): Courtroom {
  return {
    worlds: market.worlds,
    paths: market.paths.test,
    execution,
    targetWeights: config.targetWeights,
    trading: config.trading,
    startEquity: config.startEquity,
    barsPerYear: market.calendar.barsPerYear,
    config: config.evaluation,
    rng: createRng(config.seed).fork('judge'),
    sink,
  };
}

interface Hearing {
  readonly options: JudgeRunOptions;
  readonly court: Courtroom;
  readonly benchmarks: readonly Contestant[];
}

async function measure(trained: TrainedAgent, { options, court, benchmarks }: Hearing): Promise<MeasuredAgent> {
  const policy = await loadTrainedPolicy(trained.agent, options);
  try {
    return await measureAgent(
      policy,
      { name: trained.agent, kind: trained.kind, weightsHash: trained.weightsHash },
      benchmarks,
      court,
    );
  } finally {
    policy.dispose();
  }
}

/** The policy that a run trained, on the run's own market. */
export const loadTrainedPolicy = (
  agent: string,
  { config, market, run }: Pick<JudgeRunOptions, 'config' | 'market' | 'run'>,
): ReturnType<typeof loadPolicy> =>
  loadPolicy({
    name: agent,
    model: readFileSync(run.file('policies', `${agent}.onnx`)),
    context: market.worlds.context,
    spec: tradingSpec(config, market.worlds.context),
  });

/** All trials are counted before the first is deflated by them: the best of two was picked from two. */
async function giveVerdicts(
  measured: readonly MeasuredAgent[],
  benchmarks: readonly Contestant[],
  { config, market, run, registry, promotion }: JudgeRunOptions,
): Promise<{ readonly verdicts: readonly JudgedAgent[]; readonly trials: Trials }> {
  const identityOf = ({ judged, kind, weightsHash }: MeasuredAgent) => ({
    run: run.path,
    agent: judged.name,
    kind,
    weightsHash,
    configHash: hashConfig(config),
    dataHash: market.dataHash,
  });
  for (const agent of measured) {
    registry.recordJudged({
      ...identityOf(agent),
      timeframeMs: market.worlds.timeframeMs,
      sharpe: agent.sharpeSample?.sharpe ?? null,
      bars: agent.judged.test.bars,
    });
  }
  const trials = registry.trials(market.worlds.timeframeMs);
  const verdicts: JudgedAgent[] = [];
  for (const agent of measured) {
    const verdict = await reachVerdict(agent, {
      gates: config.evaluation.gates,
      trials,
      benchmarks,
      regimeLabels: regimeLabelsOf(config.market),
    });
    if (promotion === 'promoteBest') {
      registry.register({ ...identityOf(agent), verdicts: [...verdict.gates], trials: trials.count });
    }
    verdicts.push(verdict);
  }
  return { verdicts, trials };
}

const excessBps = ({ comparisons }: JudgedAgent): number =>
  comparisons.find(({ benchmark }) => benchmark === 'buyAndHold')?.meanExcessBps ?? -Infinity;

export function readTrained(run: RunFolder, agent: string): TrainedAgent {
  const name = `policies/${agent}.json`;
  if (run.has(name)) return run.readJson(name) as TrainedAgent;
  throw new InputError({
    what: `agent '${agent}' is not trained yet`,
    where: run.path,
    hint: `finish its training with 'regimen resume ${run.path}'`,
  });
}
