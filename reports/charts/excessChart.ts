/** How far each agent is ahead of each benchmark, with its interval: right of zero is better. */

import type { Evaluation } from '../../evaluation/evaluation.ts';
import { HALF_WIDTH, type Chart } from '../chart.ts';
import { percent, signedBps, significant, title } from '../format.ts';
import { lookOf, rivalOf } from '../look.ts';
import { chartColor } from '../theme.ts';
import { axisLabel, categoryAxis, gridOf, valueAxis } from './axes.ts';

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
      .map(
        (row) => `${row.agent} over ${title(rivalOf(row.agent, row)).toLowerCase()}: ${signedBps(row.meanExcessBps)}`,
      )
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
        ...paddedRange([0, ...span]),
        splitLine: { lineStyle: { color: chartColor('rule') }, showMinLine: false, showMaxLine: false },
        axisLabel: { ...axisLabel((value) => significant(value, 2)), showMinLabel: false, showMaxLabel: false },
      }),
      yAxis: categoryAxis(
        rows.map((row) => title(rivalOf(row.agent, row))),
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

/** A little wider than the values, so that zero is a tick inside even where all lie on one side of it. */
function paddedRange(values: readonly number[]): { min: number; max: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const pad = 0.05 * (high - low || 1);
  return { min: low - pad, max: high + pad };
}
