/** The evaluation as a table for a terminal. */

import type { Evaluation, Performance } from '../evaluation/evaluation.ts';
import { describeCosts } from './costStatement.ts';
import { decimal, integer, multiple, percent, signedPercent, title } from './format.ts';
import { describeJudgedBars } from './partsJudged.ts';
import { describeYear } from './year.ts';
import { verdictOf } from './verdict.ts';

const COLUMNS: readonly { readonly head: string; readonly cell: (performance: Performance) => string }[] = [
  { head: 'return', cell: ({ totalReturn }) => signedPercent(totalReturn) },
  { head: 'Sharpe', cell: ({ sharpe }) => decimal(sharpe) },
  { head: 'max drawdown', cell: ({ maxDrawdown }) => percent(maxDrawdown) },
  { head: 'turnover/y', cell: ({ turnover }) => multiple(turnover) },
  { head: 'costs', cell: ({ costs }) => percent(costs.total, 2) },
  { head: 'trades', cell: ({ trades }) => integer(trades) },
  { head: 'exposure', cell: ({ exposure }) => percent(exposure, 0) },
];

/** Aligned columns, one policy a line, and the verdict below; no color and no trailing newline. */
export function renderSummary(evaluation: Evaluation): string {
  const rows = [
    ['', ...COLUMNS.map(({ head }) => head), 'gates'],
    ...evaluation.agents.map((agent) => [
      agent.name,
      ...COLUMNS.map(({ cell }) => cell(agent.test)),
      `${agent.gates.filter(({ passed }) => passed).length}/${agent.gates.length}${agent.promoted ? ' promoted' : ''}`,
    ]),
    ...evaluation.benchmarks.map(({ name, test }) => [title(name), ...COLUMNS.map(({ cell }) => cell(test)), '']),
  ];
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  const last = widths.length - 1;
  const pad = (text: string, c: number) => (c === 0 || c === last ? text.padEnd(widths[c]) : text.padStart(widths[c]));
  const lines = rows.map((row) => row.map(pad).join('  ').trimEnd());
  const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)));
  const { agent, sentence, objections } = verdictOf(evaluation);
  const notes = describeRandom(evaluation);
  const reasons = objections.map((reason) => `  - ${reason}`);
  return [
    lines[0],
    rule,
    ...lines.slice(1),
    ...notes,
    '',
    ...describeJudgedBars(evaluation),
    describeYear(evaluation),
    describeCosts(evaluation.costs),
    '',
    sentence,
    ...reasons,
    ...unmeasuredOf(evaluation.agents.filter(({ name }) => name !== agent?.name)),
  ].join('\n');
}

/** Gates of the other agents that had nothing to measure: of what was measured, the table tells. */
const unmeasuredOf = (others: Evaluation['agents']): string[] =>
  others.flatMap(({ name, gates }) =>
    gates.filter(({ value }) => value === null).map(({ reason }) => `  - ${name}: ${reason}`),
  );

function describeRandom({ benchmarks }: Evaluation): string[] {
  const lives = benchmarks.find(({ matchedTo }) => matchedTo !== undefined)?.lives;
  if (lives === undefined) return [];
  return [
    `Random (agent) trades blindly with that agent's turnover and positions; means over ${integer(lives)} lives.`,
  ];
}
