import { RunFolder } from '../../core/storage/runFolder.ts';
import { readEvaluation } from '../../experiments/readEvaluation.ts';
import { type Command, stringList } from '../command.ts';
import { decimalCell, percentCell, renderTable } from '../table.ts';

export const command: Command = {
  positionals: { runs: { describe: 'run folders that were judged', demand: true } },
  options: {},
  async run(args) {
    const rows = stringList(args, 'runs').flatMap((path) => {
      const run = RunFolder.open(path);
      const { agents, benchmarks } = readEvaluation(run);
      const rival = benchmarks.find(({ name }) => name === 'buyAndHold');
      return agents.map(({ name, test, comparisons, deflatedSharpe, gates, promoted }) => ({
        run: run.name,
        agent: name,
        totalReturn: test.totalReturn,
        buyAndHoldReturn: rival?.test.totalReturn ?? null,
        excessBps: comparisons.find(({ benchmark }) => benchmark === 'buyAndHold')?.meanExcessBps ?? null,
        sharpe: test.sharpe,
        deflatedSharpe,
        maxDrawdown: test.maxDrawdown,
        gatesPassed: gates.filter(({ passed }) => passed).length,
        gates: gates.length,
        promoted,
      }));
    });
    rows.sort((a, b) => (b.excessBps ?? -Infinity) - (a.excessBps ?? -Infinity));
    const table = renderTable([
      ['run', 'agent', 'return', 'hold', 'excess bps/bar', 'Sharpe', 'deflated', 'max drawdown', 'gates'],
      ...rows.map((row) => [
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
    ]);
    return { json: { agents: rows }, text: table };
  },
};
