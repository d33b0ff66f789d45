/** The whole job on one run folder: train, judge, promote, replay on paper, report. New and resumed runs go through it alike. */

import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRng } from '../core/rng.ts';
import { Registry } from '../evaluation/registry.ts';
import { judgeRun, type JudgedRun, type JudgeRunOptions } from '../experiments/judgeRun.ts';
import { buildMarket, type Market } from '../experiments/market.ts';
import type { RunConfig } from '../experiments/runConfig.ts';
import { ResultFiles } from '../experiments/resultFiles.ts';
import { rewindMetrics } from '../experiments/runLog.ts';
import type { RunSession } from '../experiments/runSession.ts';
import { checkpointStep, makeExecution, type AgentOutcome } from '../experiments/trainAgent.ts';
import { trainAgents } from '../experiments/trainAgents.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { replayBest } from './replayBest.ts';
import { describeFeatureTime, summarize, timeFeatures, writeReport } from './runReport.ts';

/** Where the registry of a runs folder lives. */
export const registryFolder = (runsDir: string): string => `${runsDir}/registry`;

export type JobExtent = 'whole' | 'trainOnly';

/** Does what is left to do in the session's run folder. @param market of the run; built where absent */
export async function runJob(
  session: RunSession,
  extent: JobExtent,
  context: CommandContext,
  market?: Market,
): Promise<CommandResult> {
  return session.guard(async () => {
    const { config } = session;
    const ground =
      market ??
      (await readGround(config, context, () => buildMarket(config, createRng(config.seed), undefined, context.clock)));
    const interrupted = await train(session, ground, context);
    if (interrupted !== null) return interrupted;
    if (extent === 'trainOnly') {
      const trained = describeTraining(session, ground);
      session.end('finished');
      return trained;
    }
    return judge(session, ground, context);
  });
}

/** A file that may exceed memory is read through before anything else, which is said, since it takes a while. */
export async function readGround(
  { market }: RunConfig,
  { progress }: CommandContext,
  read: () => Promise<Market>,
): Promise<Market> {
  if (market.kind !== 'bars' || market.memory === undefined) return read();
  progress.report('read bars', null, market.file);
  const ground = await read();
  const { slabs } = ground;
  progress.done(
    'read bars',
    slabs === null ? 'they fit the budget' : `${slabs.index.rows} of them, to be learned in slabs`,
  );
  return ground;
}

async function train(session: RunSession, market: Market, context: CommandContext): Promise<CommandResult | null> {
  const { config, run } = session;
  session.enter('train');
  rewindMetrics(run, (agent) => checkpointStep(run, config, agent));
  const { timeBudgetSeconds, workers } = config.training;
  const outcomes = await trainAgents({
    config,
    run,
    market,
    workers: Math.min(workers, availableParallelism()),
    deadlineMs: timeBudgetSeconds === null ? null : context.clock.nowMs() + timeBudgetSeconds * 1000,
    progress: context.progress,
    signal: context.signal,
  });
  if (outcomes.length === config.agents.length && outcomes.every(({ trained }) => trained !== null)) return null;
  return interrupted(session, context.signal.aborted ? 'interrupted' : 'out of its time budget', outcomes);
}

/** Leaves the run so that resume finishes it; a spent time budget is no failure. */
function interrupted(
  session: RunSession,
  why: 'interrupted' | 'out of its time budget',
  outcomes: readonly AgentOutcome[],
): CommandResult {
  session.end('interrupted');
  return {
    json: { runDir: session.run.path, state: 'interrupted', outcomes },
    text: `${why}; finish it with: regimen resume ${session.run.path}`,
    exitCode: why === 'interrupted' ? 130 : 0,
  };
}

async function judge(session: RunSession, market: Market, context: CommandContext): Promise<CommandResult> {
  const { config, run } = session;
  const { progress } = context;
  session.enter('judge');
  for (const note of market.notes) session.log.warn(note);
  const execution = makeExecution(config, market);
  const registry = new Registry(registryFolder(context.runsDir), context.clock, session.log);
  const judged = await judgeInto(new ResultFiles(run, config.evaluation.ledgers), {
    config,
    run,
    market,
    execution,
    registry,
    promotion: 'promoteBest',
    onProgress: (fraction, detail) => progress.report('judge', fraction, detail),
  });
  progress.done('judge', `${judged.evaluation.agents.length} agents on ${market.paths.test.length} held-out paths`);

  // Judging is one long piece of work: a Ctrl-C that came meanwhile is heard here.
  await nextTurn();
  if (context.signal.aborted) return interrupted(session, 'interrupted', []);
  session.enter('live');
  progress.report('replay on paper', null);
  const liveParity = await replayBest({ run, config, market, execution, agent: judged.best.name });
  progress.done('replay on paper', `${liveParity.bars} bars, largest equity difference ${liveParity.maxAbsEquityDiff}`);

  session.enter('report');
  const evaluation = { ...judged.evaluation, liveParity };
  run.writeJson('evaluation.json', evaluation);
  await writeReport(session, evaluation, { dataHash: market.dataHash, notes: market.notes });
  const features = timeFeatures(session, market);
  session.end('finished');
  return summarize(session, evaluation, features);
}

/** Files of a judging that failed are taken back. */
async function judgeInto(files: ResultFiles, options: JudgeRunOptions): Promise<JudgedRun> {
  try {
    const judged = await judgeRun({ ...options, sink: files });
    await files.close();
    return judged;
  } finally {
    files.discard();
  }
}

function describeTraining(session: RunSession, market: Market): CommandResult {
  const { run, config } = session;
  const agents = config.agents.map(({ name }) => run.readJson(`policies/${name}.json`));
  const features = timeFeatures(session, market);
  return {
    json: { runDir: run.path, agents, features },
    text: [
      `trained ${agents.length} agents in ${run.path}${describeFeatureTime(features)}`,
      `judge them with: regimen resume ${run.path}`,
    ].join('\n'),
  };
}
