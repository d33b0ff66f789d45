import { createRng } from '../../core/rng.ts';
import { RunFolder } from '../../core/storage/runFolder.ts';
import { Registry } from '../../evaluation/registry.ts';
import { judgeRun } from '../../experiments/judgeRun.ts';
import { buildMarket, readSavedNormalizer } from '../../experiments/market.ts';
import { overrideConfig, readSavedConfig } from '../../experiments/runSession.ts';
import { makeExecution } from '../../experiments/trainAgent.ts';
import { renderSummary } from '../../reports/renderSummary.ts';
import { type Command, SET_OPTION, stringArgument, stringList } from '../command.ts';
import { registryFolder } from '../job.ts';

export const command: Command = {
  positionals: { run: { describe: 'run folder with trained agents', demand: true } },
  options: {
    set: {
      ...SET_OPTION,
      describe: 'judge under a changed config, e.g. market.file=other.csv or execution.takerFeeBps=10',
    },
  },
  async run(args, context) {
    const run = RunFolder.open(stringArgument(args, 'run'));
    const config = await overrideConfig(readSavedConfig(run), stringList(args, 'set'), context.environment);
    const normalizer = readSavedNormalizer(run, config);
    const market = await buildMarket(config, createRng(config.seed), normalizer);
    const { evaluation } = await judgeRun({
      config,
      run,
      market,
      execution: makeExecution(config, market),
      registry: new Registry(registryFolder(context.runsDir), context.clock),
      promotion: 'countTrialsOnly',
      onProgress: (fraction, detail) => context.progress.report('judge', fraction, detail),
    });
    context.progress.done('judge');
    const { agents, benchmarks, trials } = evaluation;
    return { json: { runDir: run.path, trials, agents, benchmarks }, text: renderSummary(evaluation) };
  },
};
