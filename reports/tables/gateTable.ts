/** Every gate with what it asked, what it found, and its answer. */

import type { Evaluation, GateVerdict, JudgedAgent } from '../../evaluation/evaluation.ts';
import { significant, title } from '../format.ts';
import { html, type Html } from '../html.ts';
import { renderTable } from '../table.ts';

interface Row {
  readonly agent: JudgedAgent;
  readonly gate: GateVerdict;
}

export function gateTable(evaluation: Evaluation): Html {
  const rows: Row[] = evaluation.agents.flatMap((agent) => agent.gates.map((gate) => ({ agent, gate })));
  return renderTable({
    caption: `Gates between an agent and the live runner (${evaluation.trials} trials judged so far)`,
    columns: [
      { head: 'Agent', kind: 'words', cell: ({ agent }) => agent.name },
      { head: 'Gate', kind: 'words', cell: ({ gate }) => title(gate.name) },
      {
        head: 'Value',
        cell: ({ gate }) => significant(gate.value),
        undefinedBecause: 'nothing to measure, which never passes',
      },
      { head: 'Limit', cell: ({ gate }) => significant(gate.limit) },
      { head: 'Answer', kind: 'words', cell: ({ gate }) => answer(gate) },
      { head: 'Because', kind: 'words', cell: ({ gate }) => gate.reason },
    ],
    rows,
    rowClass: ({ gate }) => (gate.passed ? 'passed' : 'failed'),
  });
}

const answer = ({ passed }: GateVerdict): Html =>
  passed ? html`<span class="badge pass">✓ pass</span>` : html`<span class="badge fail">✗ fail</span>`;
