/** Equity and drawdown over time, agents in color over benchmarks in gray. */

import type { Curve, Evaluation } from '../../evaluation/evaluation.ts';
import { FULL_WIDTH, HALF_WIDTH, MARGINS, type Chart, type LegendEntry } from '../chart.ts';
import { percent, signedPercent, utcMinute } from '../format.ts';
import { lookOf } from '../look.ts';
import { chartColor } from '../theme.ts';
import { startEquityOf } from './startEquity.ts';
import { gridOf, readAt, spanOf, thinLine, timeAxis, valueAxis } from './axes.ts';

interface Measure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly sizes: Chart['sizes'];
  readonly values: (curve: Curve) => readonly number[];
  /** What the legend shows at rest. */
  readonly resting: (values: readonly number[]) => string;
  readonly reading: (value: number | null) => string;
}

export function equityChart(evaluation: Evaluation): Chart {
  const startEquity = startEquityOf(evaluation);
  return curveChart(evaluation, {
    id: 'equity',
    title: 'Equity',
    caption: 'Gain since the start after costs, mean over the held-out paths.',
    sizes: FULL_WIDTH,
    values: (curve) => curve.equity.map((equity) => equity / (startEquity ?? curve.equity[0]) - 1),
    resting: (values) => signedPercent(values.at(-1) ?? null),
    reading: signedPercent,
  });
}

export const drawdownChart = (evaluation: Evaluation): Chart =>
  curveChart(evaluation, {
    id: 'drawdown',
    title: 'Drawdown',
    caption: 'Distance of equity below its highest value so far, mean over the held-out paths; the deepest in bold.',
    sizes: HALF_WIDTH,
    values: (curve) => curve.drawdown,
    resting: (values) => percent(values.length === 0 ? null : Math.min(...values)),
    reading: percent,
  });

function curveChart(evaluation: Evaluation, measure: Measure): Chart {
  const { curves } = evaluation;
  const values = curves.map(measure.values);
  const times = curves[0]?.timeMs ?? [];
  const span = spanOf(curves.map((curve) => curve.timeMs));
  const legend = curves.map((curve, i): LegendEntry => {
    const { label, color, mark } = lookOf(curve.name, evaluation);
    return {
      ...{ name: label, color, mark },
      value: measure.resting(values[i]),
      readings: readAt(times, curve.timeMs, values[i]).map((value) => measure.reading(value)),
    };
  });
  return {
    ...measure,
    description: `${measure.title}: ${legend.map(({ name, value }) => `${name} ${value}`).join('; ')}.`,
    margins: MARGINS,
    legend,
    cursor: { at: times.map((time) => (time - span[0]) / (span[1] - span[0])), labels: times.map(utcMinute) },
    option: ({ layout }) => ({
      grid: gridOf(MARGINS),
      xAxis: timeAxis(span, { splitNumber: layout === 'wide' ? 8 : 4 }),
      yAxis: valueAxis((value) => percent(value, 0)),
      series: curves.map((curve, i) => ({
        ...thinLine(legend[i], lookOf(curve.name, evaluation).isAgent ? 2 : 1.4),
        z: lookOf(curve.name, evaluation).isAgent ? 3 : 2,
        data: curve.timeMs.map((time, t) => [time, values[i][t]]),
        ...(i === 0 && { markLine: zeroLine() }),
      })),
    }),
  };
}

const zeroLine = () => ({
  silent: true,
  symbol: 'none',
  label: { show: false },
  lineStyle: { color: chartColor('benchmark2'), width: 1, type: 'solid' },
  data: [{ yAxis: 0 }],
});
