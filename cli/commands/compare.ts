import { RunFolder } from '../../core/storage/runFolder.ts';
import { compareAgents, spreadOverRuns, type JudgedRunSummary, type Spread } from '../../evaluation/compareRuns.ts';
import type { Evaluation } from '../../evaluation/evaluation.ts';
import { readEvaluation } from '../../experiments/readEvaluation.ts';
import { readSavedConfig } from '../../experiments/runSession.ts';
import { describeCosts } from '../../reports/costStatement.ts';
import { describeYear } from '../../reports/year.ts';
import { type Command, stringList } from '../command.ts';
import { decimalCell, percentCell, renderMarkdownTable, renderTable } from '../table.ts';

export const command: Command = {
  positionals: { runs: { describe: 'run folders that were judged', demand: true } },
  options: { markdown: { type: 'boolean', default: false, describe: 'print the tables as Markdown' } },
  async run(args) {
    const runs = stringList(args, 'runs').map((path) => {
      const run = RunFolder.open(path);
      const evaluation = readEvaluation(run);
      return { run: run.name, experiment: readSavedConfig(run).name, evaluation };
    });
    const agents = compareAgents(runs);
    const spreads = spreadOverRuns(agents);
    const single = [
      ['run', 'agent', 'return', 'hold', 'excess bps/bar', 'Sharpe', 'deflated', 'max drawdown', 'gates'],
      ...agents.map((row) => [
        row.run,
        row.agent,
        percentCell(row.totalReturn),
        percentCell(row.buyAndHoldReturn),
        decimalCell(row.excessBps),
        decimalCell(row.sharpe),
        decimalCell(row.deflatedSharpe),
        percentCell(row.maxDrawdown),
        `${row.gatesPassed}/${row.gates}${row.promoted ? ' promoted' : ''}`,
      ]),
    ];
    const over = [
      ['experiment', 'agent', 'runs', 'return', 'excess bps/bar', 'Sharpe', 'max drawdown', 'passed'],
      ...spreads.map((row) => [
        row.experiment,
        row.agent,
        String(row.runs),
        spreadCell(row.totalReturn, percentCell),
        spreadCell(row.excessBps, decimalCell),
        spreadCell(row.sharpe, decimalCell),
        spreadCell(row.maxDrawdown, percentCell),
        `${row.passed}/${row.runs}`,
      ]),
    ];
    const render = args['markdown'] === true ? renderMarkdownTable : renderTable;
    const tables = spreads.some(({ runs }) => runs > 1) ? [single, over] : [single];
    const costs = runs.map(({ run, evaluation }) => ({ run, statements: evaluation.costs ?? null }));
    return {
      json: { agents, spreads, costs },
      text: [...tables.map(render), ...tellDifferences(runs)].join('\n\n'),
    };
  },
};

/** What the figures rest on, once where it is the same for all runs, else with the runs that it is of. */
function tellDifferences(runs: readonly JudgedRunSummary[]): string[] {
  return [describeYear, ({ costs }: Evaluation) => describeCosts(costs)].map((describe) => {
    const told = new Map<string, string[]>();
    for (const { run, evaluation } of runs) {
      const text = describe(evaluation);
      told.set(text, [...(told.get(text) ?? []), run]);
    }
    return [...told].map(([text, names]) => (told.size === 1 ? text : `${names.join(', ')}: ${text}`)).join('\n');
  });
}

const spreadCell = (spread: Spread | null, cell: (value: number | null) => string): string =>
  spread === null ? '—' : `${cell(spread.median)} (${cell(spread.least)} .. ${cell(spread.most)})`;
