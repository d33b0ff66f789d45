import { RunFolder } from '../../core/storage/runFolder.ts';
import { compareAgents, spreadOverRuns, type Spread } from '../../evaluation/compareRuns.ts';
import { readEvaluation } from '../../experiments/readEvaluation.ts';
import { readSavedConfig } from '../../experiments/runSession.ts';
import { type Command, stringList } from '../command.ts';
import { decimalCell, percentCell, renderMarkdownTable, renderTable } from '../table.ts';

export const command: Command = {
  positionals: { runs: { describe: 'run folders that were judged', demand: true } },
  options: { markdown: { type: 'boolean', default: false, describe: 'print the tables as Markdown' } },
  async run(args) {
    const agents = compareAgents(
      stringList(args, 'runs').map((path) => {
        const run = RunFolder.open(path);
        const evaluation = readEvaluation(run);
        return { run: run.name, experiment: readSavedConfig(run).name, evaluation };
      }),
    );
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
    return { json: { agents, spreads }, text: tables.map(render).join('\n\n') };
  },
};

const spreadCell = (spread: Spread | null, cell: (value: number | null) => string): string =>
  spread === null ? '—' : `${cell(spread.median)} (${cell(spread.least)} .. ${cell(spread.most)})`;
