/** Trains one agent of a run in its folder, from the start or from its last checkpoint; puts an ensemble together. */

import { createAgent, type AgentConfig, type LearnerConfig } from '../agents/agentKinds.ts';
import { createEngine } from '../agents/nn/engineConfig.ts';
import { IDLE_ENGINE } from '../agents/nn/idleEngine.ts';
import { probeEngine } from '../agents/nn/probeEngine.ts';
import type { Clock } from '../core/clock.ts';
import { InputError } from '../core/errors.ts';
import { createRng, type Rng } from '../core/rng.ts';
import { SavedReader } from '../core/saved.ts';
import type { EnvSpec } from '../core/spec.ts';
import type { RunFolder } from '../core/storage/runFolder.ts';
import { walkPaths } from '../curricula/walkPaths.ts';
import { combineExecution } from '../market/execution/combineExecution.ts';
import { createExecutionModel } from '../market/execution/createExecutionModel.ts';
import type { ExecutionModel } from '../market/execution/executionModel.ts';
import { loadExecutionTable } from '../market/execution/loadExecutionTable.ts';
import { locateTable } from '../market/execution/locateTable.ts';
import { assembleEnsemble } from './assembleEnsemble.ts';
import { buildMarket, saveFits, type Market } from './market.ts';
import { hashConfig, type RunConfig } from './runConfig.ts';
import { AgentFiles, type TrainedAgent } from './runLog.ts';
import { slabOf, Trainer, type TrainingResult } from './trainer.ts';
import { makeTrainingEnv, openTrainingGround } from './trainingGround.ts';
import { validateBps } from './validatePolicy.ts';

export interface TrainAgentOptions {
  readonly config: RunConfig;
  /** Name of the agent in the config. */
  readonly agent: string;
  readonly market: Market;
  readonly run: RunFolder;
  readonly clock: Clock;
  /** Wall clock at which to stop with a checkpoint; null: never. */
  readonly deadlineMs: number | null;
  readonly isStopped: () => boolean;
  readonly onProgress: (fraction: number, detail: string) => void;
}

export interface AgentOutcome {
  readonly agent: string;
  readonly outcome: TrainingResult['outcome'];
  readonly steps: number;
  /** Null where training stopped before its end. */
  readonly trained: TrainedAgent | null;
}

/** @throws InputError when the checkpoint is torn or of another config, or the config does not fit its market */
export async function trainAgent(options: TrainAgentOptions): Promise<AgentOutcome> {
  const { config, market, run, clock, deadlineMs } = options;
  const agent = findAgent(config, options.agent);
  const files = new AgentFiles(run, agent.name, hashConfig(config));
  const finished = files.readTrained();
  if (finished !== null) return { agent: agent.name, outcome: 'finished', steps: finished.steps, trained: finished };

  const startedMs = clock.elapsedMs();
  const rng = createRng(config.seed);
  const execution = makeExecution(config, market);
  const ground = { config, market, execution, rng };
  if (agent.kind === 'ensemble') {
    const { trained, best } = await assembleEnsemble(run, agent, (model) => validateBps(model, ground));
    const timed = { ...trained, seconds: (clock.elapsedMs() - startedMs) / 1000 };
    files.writeTrained(timed, best);
    return { agent: agent.name, outcome: 'finished', steps: 0, trained: timed };
  }
  const checkpoint = files.readCheckpoint();
  const firstSlab = checkpoint === null ? 0 : slabOf(checkpoint);
  const { env, slabs, setProgress, close } = await openTrainingGround(agent, ground, firstSlab);
  const learner = await createAgent({
    config: agent,
    spec: env.spec,
    rng: rng.fork(agent.name),
    totalSteps: agent.totalSteps,
    engine: createEngine(config.training.engine),
  });
  try {
    const trainer = new Trainer({
      env,
      slabs,
      firstSlab,
      learner,
      totalSteps: agent.totalSteps,
      setProgress,
      checkpointEverySteps: config.training.checkpointEverySteps,
      validateEverySteps: config.training.validateEverySteps,
      metricsEverySteps: config.training.metricsEverySteps,
      validate: () => validateBps(learner.exportPolicy(), ground),
      hooks: {
        onMetrics: (step, metrics, stage) =>
          files.writeMetrics({ agent: agent.name, step, stage, metrics }, clock.nowMs()),
        onCheckpoint: (saved) => files.writeCheckpoint(saved),
        onProgress: options.onProgress,
      },
      isStopped: options.isStopped,
      isOutOfTime: () => deadlineMs !== null && clock.nowMs() >= deadlineMs,
    });
    if (checkpoint !== null) trainer.restore(checkpoint);
    const { outcome, steps, best } = await trainer.train();
    if (outcome !== 'finished' || best === null) return { agent: agent.name, outcome, steps, trained: null };
    const trained: TrainedAgent = {
      agent: agent.name,
      kind: agent.kind,
      steps,
      weightsHash: learner.weightsHash(),
      bestStep: best.step,
      bestScoreBps: best.score,
      seconds: (clock.elapsedMs() - startedMs) / 1000,
    };
    saveFits(run, market);
    files.writeTrained(trained, best);
    return { agent: agent.name, outcome, steps, trained };
  } finally {
    learner.dispose();
    await close();
  }
}

/** The step that training would go on from; 0 without a checkpoint. @throws InputError when it is torn */
export function checkpointStep(run: RunFolder, config: RunConfig, agent: string): number {
  const files = new AgentFiles(run, agent, hashConfig(config));
  const trained = files.readTrained();
  if (trained !== null) return trained.steps;
  const saved = files.readCheckpoint();
  return saved === null ? 0 : new SavedReader(saved, 'trainer').number('step');
}

/** The costs that the whole run pays: one model for training, validation, judging and paper. */
export function makeExecution(config: RunConfig, { worlds }: Market): ExecutionModel {
  const table = loadExecutionTable(locateTable(config.execution.table));
  const { instruments = [worlds.instrument], timeframeMs } = worlds;
  return combineExecution(
    instruments.map((instrument) => createExecutionModel({ table, instrument, timeframeMs, config: config.execution })),
  );
}

/**
 * Makes everything that training needs, so that a run that cannot start leaves no folder behind.
 *
 * @returns the market of the run; all else is let go again
 * @throws InputError for whatever does not fit: engine, data, splits, costs, curriculum, weights, networks
 */
export async function checkGround(config: RunConfig, clock?: Clock): Promise<Market> {
  await probeEngine(createEngine(config.training.engine));
  const rng = createRng(config.seed);
  const market = await buildMarket(config, rng, undefined, clock);
  const execution = makeExecution(config, market);
  walkPaths(market.paths.validation, market.worlds.warmupBars, 'sample');
  walkPaths(market.paths.test, market.worlds.warmupBars, 'sample');
  for (const agent of config.agents) {
    if (agent.kind === 'ensemble') continue;
    const lived = { worlds: market.worlds, paths: market.paths.train, rng: rng.fork(agent.name) };
    const { env } = makeTrainingEnv(agent, { config, execution }, lived);
    env.reset();
    await checkAgent(agent, env.spec, lived.rng);
  }
  return market;
}

/** Builds the agent on an engine that computes nothing. @throws InputError naming the agent */
async function checkAgent(config: LearnerConfig, spec: EnvSpec, rng: Rng): Promise<void> {
  try {
    const learner = await createAgent({ config, spec, rng, totalSteps: config.totalSteps, engine: IDLE_ENGINE });
    learner.dispose();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [first, ...rest] = error.problems.map((problem) => ({
      ...problem,
      where: `agent '${config.name}': ${problem.where}`,
    }));
    throw new InputError(first, ...rest);
  }
}

function findAgent(config: RunConfig, name: string): AgentConfig {
  const agent = config.agents.find((candidate) => candidate.name === name);
  if (agent !== undefined) return agent;
  const known = config.agents.map((candidate) => candidate.name).join(', ');
  throw new InputError({ what: 'unknown agent', where: 'agents', rule: `one of ${known}`, value: name });
}
