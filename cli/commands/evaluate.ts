import { createRng } from '../../core/rng.ts';
import { RunFolder } from '../../core/storage/runFolder.ts';
import { Registry } from '../../evaluation/registry.ts';
import { judgeAtCosts, type AtCosts } from '../../evaluation/judgeAtCosts.ts';
import { judgeRun, loadTrainedPolicy, openCourt } from '../../experiments/judgeRun.ts';
import { buildMarket, readSavedNormalizer } from '../../experiments/market.ts';
import { overrideConfig, readSavedConfig } from '../../experiments/runSession.ts';
import { makeExecution } from '../../experiments/trainAgent.ts';
import { COST_MODES, type CostMode } from '../../market/execution/executionModel.ts';
import { renderSummary } from '../../reports/renderSummary.ts';
import { InputError, nearestName } from '../../core/errors.ts';
import { optionalString, type Command, SET_OPTION, stringArgument, stringList } from '../command.ts';
import { registryFolder } from '../job.ts';
import { decimalCell, percentCell, renderTable } from '../table.ts';

export const command: Command = {
  positionals: { run: { describe: 'run folder with trained agents', demand: true } },
  options: {
    costs: {
      type: 'string',
      describe: `also judge at these cost modes, beside buy-and-hold: a list of ${COST_MODES.join(', ')}`,
    },
    set: {
      ...SET_OPTION,
      describe: 'judge under a changed config, e.g. market.file=other.csv or execution.takerFeeBps=10',
    },
  },
  async run(args, context) {
    const costModes = readCostModes(optionalString(args, 'costs'));
    const run = RunFolder.open(stringArgument(args, 'run'));
    const config = await overrideConfig(readSavedConfig(run), stringList(args, 'set'), context.environment);
    const normalizer = readSavedNormalizer(run, config);
    const market = await buildMarket(config, createRng(config.seed), normalizer);
    const ground = { config, run, market, execution: makeExecution(config, market) };
    const { evaluation } = await judgeRun({
      ...ground,
      registry: new Registry(registryFolder(context.runsDir), context.clock),
      promotion: 'countTrialsOnly',
      onProgress: (fraction, detail) => context.progress.report('judge', fraction, detail),
    });
    context.progress.done('judge');
    const { agents, benchmarks, trials, calendar, costs, parts, regimeLabels } = evaluation;
    const json = { runDir: run.path, trials, calendar, costs, parts, regimeLabels, agents, benchmarks };
    const text = renderSummary(evaluation);
    if (costModes.length === 0) return { json, text };
    const policies = await Promise.all(config.agents.map(({ name }) => loadTrainedPolicy(name, ground)));
    try {
      const atCosts = await judgeAtCosts(policies, costModes, openCourt(ground));
      return { json: { ...json, atCosts }, text: `${text}\n\n${renderAtCosts(atCosts)}` };
    } finally {
      for (const policy of policies) policy.dispose();
    }
  },
};

/** @throws InputError for a mode that is none */
function readCostModes(list: string | null): CostMode[] {
  return (list?.split(',') ?? []).map((text) => {
    const mode = COST_MODES.find((candidate) => candidate === text.trim());
    if (mode !== undefined) return mode;
    const nearest = nearestName(text, COST_MODES);
    throw new InputError({
      what: 'unknown cost mode',
      where: '--costs',
      rule: `a list of ${COST_MODES.join(', ')}`,
      value: text,
      ...(nearest !== null && { hint: `did you mean '${nearest}'?` }),
    });
  });
}

function renderAtCosts(rows: readonly AtCosts[]): string {
  const parts = (['latency', 'impact'] as const).filter((part) =>
    rows.some(({ performance }) => (performance.costs[part] ?? 0) > 0),
  );
  const heads = parts.map((part) => `of it ${part}`);
  const head = ['policy', 'costs', 'return', 'Sharpe', 'max drawdown', 'paid', ...heads, 'trades'];
  const body = rows.map(({ name, costs, performance }) => [
    name,
    costs,
    percentCell(performance.totalReturn),
    decimalCell(performance.sharpe),
    percentCell(performance.maxDrawdown),
    percentCell(performance.costs.total),
    ...parts.map((part) => percentCell(performance.costs[part] ?? 0)),
    String(performance.trades),
  ]);
  return renderTable([head, ...body]);
}
