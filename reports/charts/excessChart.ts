/** How far each agent is ahead of each benchmark, with its interval: right of zero is better. */

import type { Evaluation } from '../../evaluation/evaluation.ts';
import { HALF_WIDTH, type Chart } from '../chart.ts';
import { percent, signedBps, significant, title } from '../format.ts';
import { lookOf } from '../look.ts';
import { chartColor } from '../theme.ts';
import { categoryAxis, gridOf, valueAxis } from './axes.ts';

const MARGINS = { left: 118, right: 20, top: 6, bottom: 30 };

export function excessChart(evaluation: Evaluation): Chart {
  const rows = evaluation.agents.flatMap(({ name, comparisons }) =>
    comparisons.map((comparison) => ({ ...comparison, color: lookOf(name, evaluation).color, agent: name })),
  );
  const confidence = rows.length === 0 ? null : rows[0].confidence;
  const span = rows.flatMap(({ lowerBps, upperBps }) => [lowerBps, upperBps]);
  return {
    id: 'excess',
    title: 'Lead over the benchmarks',
    caption: `Log growth per bar in excess of each benchmark, basis points, with its ${percent(confidence, 0)} bootstrap interval.`,
    description: rows
      .map((row) => `${row.agent} over ${title(row.benchmark).toLowerCase()}: ${signedBps(row.meanExcessBps)}`)
      .join('; '),
    sizes: HALF_WIDTH.map((size) => ({ ...size, height: Math.max(150, 40 + 34 * rows.length) })),
    margins: MARGINS,
    legend: evaluation.agents.map(({ name }) => ({
      name,
      color: lookOf(name, evaluation).color,
      mark: 'line',
      value: null,
      readings: null,
    })),
    cursor: null,
    option: () => ({
      grid: gridOf(MARGINS),
      xAxis: valueAxis((value) => significant(value, 2), {
        min: Math.min(0, ...span),
        max: Math.max(0, ...span),
        axisLabel: {
          color: chartColor('muted'),
          fontSize: 12,
          showMinLabel: false,
          showMaxLabel: false,
          hideOverlap: true,
          formatter: (value: number) => significant(value, 2),
        },
      }),
      yAxis: categoryAxis(
        rows.map(({ benchmark }) => title(benchmark)),
        { inverse: true, axisLine: { lineStyle: { color: chartColor('muted') }, onZero: true } },
      ),
      series: rows.flatMap(({ color, lowerBps, meanExcessBps, upperBps }, r) => [
        {
          ...{ type: 'line', silent: true, showSymbol: false },
          lineStyle: { color: chartColor(color), width: 2 },
          data: [
            [lowerBps, r],
            [upperBps, r],
          ],
        },
        {
          ...{ type: 'line', silent: true, symbol: 'circle', symbolSize: 9 },
          itemStyle: { color: chartColor(color) },
          data: [[meanExcessBps, r]],
        },
      ]),
    }),
  };
}
