/** Agents and benchmarks side by side, as sampled and with every cost at p90. */

import type { Evaluation, Performance } from '../../evaluation/evaluation.ts';
import { nameCosts } from '../costStatement.ts';
import { decimal, integer, multiple, percent, signedPercent } from '../format.ts';
import { html, type Html, type HtmlValue } from '../html.ts';
import { lookOf } from '../look.ts';
import { renderTable, type Column } from '../table.ts';
import { cssColor } from '../theme.ts';

interface Row {
  readonly name: string;
  readonly label: HtmlValue;
  readonly class: string;
  readonly test: Performance;
  readonly stressed: Performance;
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'Return', cell: ({ test }) => signedPercent(test.totalReturn) },
  { head: 'at p90 costs', cell: ({ stressed }) => signedPercent(stressed.totalReturn) },
  { head: 'Sharpe', cell: ({ test }) => decimal(test.sharpe), undefinedBecause: 'undefined: returns do not vary' },
  { head: 'Sortino', cell: ({ test }) => decimal(test.sortino), undefinedBecause: 'undefined: no downside' },
  { head: 'Calmar', cell: ({ test }) => decimal(test.calmar), undefinedBecause: 'undefined: no drawdown' },
  { head: 'Max drawdown', cell: ({ test }) => percent(test.maxDrawdown) },
  {
    head: 'Volatility, year',
    cell: ({ test }) => percent(test.annualVolatility),
    undefinedBecause: 'undefined: too few bars',
  },
  { head: 'Turnover, year', cell: ({ test }) => multiple(test.turnover), undefinedBecause: 'undefined: no equity' },
  { head: 'Costs', cell: ({ test }) => percent(test.costs.total, 2) },
  { head: 'Trades', cell: ({ test }) => integer(test.trades) },
  { head: 'Won', cell: ({ test }) => percent(test.winRate, 0), undefinedBecause: 'undefined: no closed trade' },
  { head: 'Exposure', cell: ({ test }) => percent(test.exposure, 0) },
];

export function performanceTable(evaluation: Evaluation): Html {
  const swatch = (name: string) => {
    const { label, color, mark } = lookOf(name, evaluation);
    return html`<i class="swatch ${mark}" style="color:${cssColor(color)}"></i>${label}`;
  };
  const badge = html` <span class="badge pass">promoted</span>`;
  const rows: Row[] = [
    ...evaluation.agents.map(({ name, test, stressed, promoted }) => ({
      ...{ name, test, stressed, class: 'agent' },
      label: html`${swatch(name)}${promoted ? badge : null}`,
    })),
    ...evaluation.benchmarks.map(({ name, test, stressed }) => ({
      ...{ name, test, stressed, class: 'benchmark' },
      label: swatch(name),
    })),
  ];
  const [first] = rows;
  const judged =
    first === undefined
      ? ''
      : `, ${first.test.paths === 1 ? 'one path' : `${integer(first.test.paths)} paths`}, ${integer(first.test.bars)} bars in all`;
  return renderTable({
    caption: `Held-out performance after ${nameCosts(evaluation.costs)}${judged}${describeRandom(evaluation)}`,
    columns: [{ head: 'Policy', kind: 'words', cell: ({ label }) => label }, ...COLUMNS],
    rows,
    rowClass: (row) => row.class,
  });
}

/** Whom the random traders are matched to, and over how many lives their figures are means. */
function describeRandom({ benchmarks }: Evaluation): string {
  const lives = benchmarks.find(({ matchedTo }) => matchedTo !== undefined)?.lives;
  if (lives === undefined) return '';
  return `; random traders have the turnover and positions of the agent in brackets, means over ${integer(lives)} lives`;
}
