import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicy } from '../../agents/policy.ts';
import { parseConfig } from '../../core/config.ts';
import { InputError } from '../../core/errors.ts';
import { hashOf } from '../../core/hash.ts';
import { createFileLog } from '../../core/log.ts';
import { createRng } from '../../core/rng.ts';
import { RunFolder } from '../../core/storage/runFolder.ts';
import { computePerformance } from '../../evaluation/metrics.ts';
import { Registry } from '../../evaluation/registry.ts';
import { readTrained } from '../../experiments/judgeRun.ts';
import { buildMarket, readSavedNormalizer, type Market } from '../../experiments/market.ts';
import type { RunConfig } from '../../experiments/runConfig.ts';
import { readSavedConfig } from '../../experiments/runSession.ts';
import { makeExecution } from '../../experiments/trainAgent.ts';
import { tradingSpec } from '../../experiments/tradingSpec.ts';
import { Alerts, fileSink, logSink } from '../../live/alerts.ts';
import { DriftMonitor, fitDriftReference } from '../../live/drift.ts';
import { dryRunBroker } from '../../live/dryRunBroker.ts';
import { replayFeed } from '../../live/feed.ts';
import { Journal } from '../../live/journal.ts';
import { KillSwitch } from '../../live/killSwitch.ts';
import { liveConfig } from '../../live/liveConfig.ts';
import { PaperBroker } from '../../live/paperBroker.ts';
import { runLive } from '../../live/runner.ts';
import { webhookSink } from '../../live/webhookSink.ts';
import { numBars, type Bars } from '../../market/data/bars.ts';
import { timerPause } from '../../market/data/providers/pause.ts';
import { findSplits } from '../../market/data/quality/splitScan.ts';
import { ContextStream } from '../../market/features/contextStream.ts';
import { Freshness, type FreshnessLimit } from '../../market/features/freshness.ts';
import {
  type Arguments,
  type Command,
  type CommandContext,
  optionalString,
  SET_OPTION,
  stringList,
} from '../command.ts';
import { describeCosts } from '../../reports/costStatement.ts';
import { registryFolder } from '../job.ts';
import { describeSplits, describeTraded, tradedExtent } from '../describeReplay.ts';
import { COMPANION_OPTION, readReplayBars } from '../replayBars.ts';
import { decimalCell, percentCell } from '../table.ts';

export const command: Command = {
  onInterrupt: 'finishStep',
  options: {
    run: { type: 'string', requiresArg: true, describe: 'run folder; default: that of the champion' },
    agent: { type: 'string', requiresArg: true, describe: 'agent of the run; default: the champion, or the only one' },
    bars: {
      type: 'string',
      requiresArg: true,
      describe: 'CSV or CSV.gz to replay; default: the first held-out path of the run',
    },
    companion: COMPANION_OPTION,
    config: { type: 'string', requiresArg: true, describe: 'live config (YAML): broker, rules, drift, webhook' },
    set: { ...SET_OPTION, describe: 'override one value of the live config, e.g. rules.maxDrawdown=0.1' },
    dir: {
      type: 'string',
      requiresArg: true,
      describe: 'folder of journal, kill switch and log; an interrupted run in it goes on',
    },
  },
  async run(args, context) {
    const { run, agent } = chooseModel(args, context);
    const settings = readLiveConfig(args, context);
    const config = readSavedConfig(run);
    const trained = readTrained(run, agent);
    const market = await buildMarket(config, createRng(config.seed), readSavedNormalizer(run, config));
    const { worlds, featureSet, normalizer } = market;
    const feed = await chooseFeed(args, { config, market });
    const dir = optionalString(args, 'dir') ?? run.file('live', `${agent}-${hashOf([feed.name, settings])}`);
    const stream = new ContextStream({
      featureSet,
      normalizer,
      window: config.window,
      freshness: new Freshness(worlds.timeframeMs, freshnessLimits(config, worlds.bars)),
    });
    const model = readFileSync(run.file('policies', `${agent}.onnx`));
    const policy = await loadPolicy({
      name: agent,
      model,
      context: stream.context,
      spec: tradingSpec(config, stream.context),
    });
    const log = createFileLog(join(dir, 'log.jsonl'), context.logLevel);
    const execution = makeExecution(config, market);
    const account = new PaperBroker({
      timeframeMs: worlds.timeframeMs,
      execution,
      costMode: 'sample',
      startEquity: config.startEquity,
      trading: config.trading,
      rng: createRng(config.seed).fork('judge'),
      streamName: feed.name,
    });
    const [train] = market.paths.train;
    const references = fitDriftReference(
      {
        matrix: worlds.context.matrix,
        features: worlds.context.features,
        from: train.from + worlds.warmupBars,
        to: train.to,
      },
      featureSet.columns.map(({ name }) => name),
      settings.drift.bins,
    );
    const journal = new Journal(join(dir, 'journal.jsonl'), 'buffered');
    const resumedBars = journal.recovered.filter(({ kind }) => kind === 'bar').length;
    const killSwitch = new KillSwitch(join(dir, 'kill-switch.json'), context.clock);
    try {
      const { ledger, ended, bars, problems } = await runLive({
        name: feed.name,
        feed: feed.bars,
        timeframeMs: worlds.timeframeMs,
        stream,
        policy,
        targetWeights: config.targetWeights,
        broker: settings.broker === 'paper' ? account : dryRunBroker(account, log),
        rules: settings.rules,
        killSwitch,
        onTrip: settings.onTrip,
        journal,
        identity: hashOf([trained.weightsHash, config]),
        alerts: new Alerts(
          [
            logSink(log),
            fileSink(join(dir, 'alerts.jsonl')),
            ...(settings.webhook === null ? [] : [webhookSink(settings.webhook)]),
          ],
          log,
        ),
        drift: new DriftMonitor(references, settings.drift),
        retry: { config: settings.retry, rng: createRng(config.seed).fork('retry'), pause: timerPause },
        clock: context.clock,
        signal: context.signal,
      });
      const performance = ledger.length > 1 ? computePerformance([ledger], market.calendar.barsPerYear) : null;
      const traded = tradedExtent(ledger, worlds.timeframeMs);
      const stopped = killSwitch.look();
      const json = {
        dir,
        run: run.path,
        agent,
        feed: feed.name,
        ended,
        bars,
        traded,
        splitJumps: feed.splitJumps,
        resumedBars,
        problems,
        killSwitch: stopped,
        calendar: market.calendar,
        costs: execution.statements,
        performance,
      };
      const text = [
        `'${agent}' lived ${bars} bars of ${feed.name} with the ${settings.broker} broker (${ended}${resumedBars > 0 ? `, ${resumedBars} of them before this sitting` : ''})`,
        `  ${describeTraded(traded, bars)}`,
        `  return ${percentCell(performance?.totalReturn)}, Sharpe ${decimalCell(performance?.sharpe)}, max drawdown ${percentCell(performance?.maxDrawdown)}, ${performance?.trades ?? 0} trades`,
        ...describeSplits(feed.splitJumps),
        `  ${describeCosts(execution.statements)}`,
        stopped === null ? '  kill switch armed' : `  KILL SWITCH TRIPPED: ${stopped.reason}`,
        `  journal ${journal.path}`,
        `  to stop trading: touch ${killSwitch.stopFile}`,
      ].join('\n');
      return { json, text, exitCode: ended === 'interrupted' ? 130 : 0 };
    } finally {
      journal.close();
      policy.dispose();
    }
  },
};

function chooseModel(args: Arguments, { runsDir, clock }: CommandContext): { run: RunFolder; agent: string } {
  const named = optionalString(args, 'run');
  const champion = new Registry(registryFolder(runsDir), clock).champion();
  if (named === null && champion === null) {
    throw new InputError({
      what: 'no champion to run',
      where: `${runsDir}/registry`,
      hint: 'promote an agent, or name a run with --run',
    });
  }
  const run = RunFolder.open(named ?? champion?.run ?? '');
  const agents = readSavedConfig(run).agents.map(({ name }) => name);
  const wanted = optionalString(args, 'agent') ?? (champion?.run === run.path ? champion.agent : null);
  if (wanted === null && agents.length > 1) {
    throw new InputError({
      what: 'the run has several agents',
      where: run.path,
      rule: `one of ${agents.join(', ')}`,
      hint: 'name one with --agent',
    });
  }
  const agent = wanted ?? agents[0];
  if (agents.includes(agent)) return { run, agent };
  throw new InputError({ what: 'unknown agent', where: run.path, rule: `one of ${agents.join(', ')}`, value: agent });
}

function readLiveConfig(args: Arguments, { environment }: CommandContext) {
  const path = optionalString(args, 'config');
  if (path !== null && !existsSync(path)) throw new InputError({ what: 'live config does not exist', where: path });
  const source = path === null ? { name: 'live config', text: '{}' } : { name: path, text: readFileSync(path, 'utf8') };
  return parseConfig(liveConfig, source, { overrides: stringList(args, 'set'), environment });
}

async function chooseFeed(args: Arguments, run: { readonly config: RunConfig; readonly market: Market }) {
  const file = optionalString(args, 'bars');
  if (file === null) {
    const { worlds, paths } = run.market;
    const [path] = paths.test;
    return { name: path.name, bars: replayFeed(worlds.bars, path.from, path.to), splitJumps: [] };
  }
  const bars = await readReplayBars(file, args, run);
  const splitJumps = findSplits(bars, run.market.worlds.timeframeMs);
  return { name: file, bars: replayFeed(bars, 0, numBars(bars)), splitJumps };
}

/** As old as the run let companions be in training. */
function freshnessLimits({ market }: RunConfig, { companions = [] }: Bars): FreshnessLimit[] {
  const configs = market.kind === 'bars' ? (market.companions ?? []) : [];
  return companions.map(({ name, timeframeMs }) => {
    const maxAgeBars = configs.find((config) => config.name === name)?.maxAgeBars ?? Infinity;
    return { name, timeframeMs, maxAgeBars };
  });
}
