/** What trading cost, by kind, for every policy as sampled and as stressed. */

import type { Evaluation } from '../../evaluation/evaluation.ts';
import { COST_PARTS, COSTS, type Cost, type CostPart } from '../../market/execution/costs.ts';
import { HALF_WIDTH, type Chart } from '../chart.ts';
import { describeCosts } from '../costStatement.ts';
import { percent, title } from '../format.ts';
import { lookOf } from '../look.ts';
import { chartColor } from '../theme.ts';
import { categoryAxis, gridOf, valueAxis } from './axes.ts';

const KINDS = Object.keys(COSTS) as readonly Cost[];
const PARTS_IN_WORDS: Readonly<Record<CostPart, string>> = { latency: 'filling late', impact: 'market impact' };
const MARGINS = { left: 118, right: 56, top: 6, bottom: 30 };

export function costChart(evaluation: Evaluation): Chart {
  const rows = [...evaluation.agents, ...evaluation.benchmarks].flatMap(({ name, test, stressed }) => [
    { name: lookOf(name, evaluation).label, costs: test.costs },
    { name: 'at p90', costs: stressed.costs },
  ]);
  const traded = rows.filter(({ costs }) => costs.total !== 0);
  return {
    id: 'costs',
    title: 'Costs',
    caption: `Costs paid as a fraction of starting equity, mean over paths: as sampled, and with every cost at its 90th percentile.${hiddenParts(evaluation)} ${describeCosts(evaluation.costs)}`,
    description: rows.map(({ name, costs }) => `${name} ${percent(costs.total, 2)}`).join('; '),
    sizes: HALF_WIDTH.map((size) => ({ ...size, height: Math.max(150, 40 + 26 * rows.length) })),
    margins: MARGINS,
    legend: KINDS.map((kind) => ({ name: title(kind), color: kind, mark: 'block', value: null, readings: null })),
    cursor: null,
    option: () => ({
      grid: gridOf(MARGINS),
      xAxis: valueAxis((value) => percent(value, traded.length > 0 ? 1 : 0), { scale: false }),
      yAxis: categoryAxis(
        rows.map(({ name }) => name),
        { inverse: true },
      ),
      series: KINDS.map((kind, k) => ({
        type: 'bar',
        stack: 'costs',
        silent: true,
        barWidth: 14,
        itemStyle: { color: chartColor(kind) },
        data: rows.map(({ costs }) => costs[kind]),
        ...(k === KINDS.length - 1 && {
          label: {
            show: true,
            position: 'right',
            color: chartColor('muted'),
            fontSize: 11.5,
            formatter: ({ dataIndex }: { readonly dataIndex: number }) => percent(rows[dataIndex].costs.total, 2),
          },
        }),
      })),
    }),
  };
}

/** What spread and slippage hold of late fills and of the orders' own impact, said only where there is some. */
function hiddenParts({ agents, benchmarks }: Evaluation): string {
  return [...agents, ...benchmarks]
    .flatMap(({ name, test: { costs } }) =>
      (Object.keys(COST_PARTS) as readonly CostPart[]).map((part) => ({ name, share: costs[part] ?? 0, part })),
    )
    .filter(({ share }) => share > 0)
    .map(({ name, share, part }) => ` ${title(name)}: ${percent(share, 2)} of it for ${PARTS_IN_WORDS[part]}.`)
    .join('');
}
