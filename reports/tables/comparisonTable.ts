/** Each agent against each benchmark on the same bars, with its bootstrap interval. */

import type { Evaluation, JudgedAgent, PairedComparison } from '../../evaluation/evaluation.ts';
import { decimal, percent, signedBps, title } from '../format.ts';
import { rivalOf } from '../look.ts';
import { type Html } from '../html.ts';
import { renderTable } from '../table.ts';

interface Row {
  readonly agent: JudgedAgent;
  readonly comparison: PairedComparison;
}

export function comparisonTable(evaluation: Evaluation): Html {
  const rows: Row[] = evaluation.agents.flatMap((agent) =>
    agent.comparisons.map((comparison) => ({ agent, comparison })),
  );
  return renderTable({
    caption: 'Log growth per bar in excess of each benchmark, on the same bars of the same paths',
    columns: [
      { head: 'Agent', kind: 'words', cell: ({ agent }) => agent.name },
      { head: 'Against', kind: 'words', cell: ({ agent, comparison }) => title(rivalOf(agent.name, comparison)) },
      { head: 'Mean excess', cell: ({ comparison }) => signedBps(comparison.meanExcessBps) },
      { head: 'Lower', cell: ({ comparison }) => signedBps(comparison.lowerBps) },
      { head: 'Upper', cell: ({ comparison }) => signedBps(comparison.upperBps) },
      { head: 'Confidence', cell: ({ comparison }) => percent(comparison.confidence, 0) },
      { head: 'Chance not better', cell: ({ comparison }) => percent(comparison.probabilityNotBetter) },
      {
        head: 'Deflated Sharpe',
        cell: ({ agent }) => decimal(agent.deflatedSharpe, 3),
        undefinedBecause: 'undefined: returns do not vary',
      },
    ],
    rows,
  });
}
