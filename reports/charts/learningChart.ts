/** What the agents reported while they learned: one small chart for each metric that several or one of them kept. */

import type { Evaluation } from '../../evaluation/evaluation.ts';
import { MARGINS, THIRD_WIDTH, type Chart } from '../chart.ts';
import { integer, significant } from '../format.ts';
import { lookOf } from '../look.ts';
import { gridOf, numberAxis, readAt, spanOf, thinLine, valueAxis } from './axes.ts';

/** What one agent reported, in order of steps. */
export interface LearningCurve {
  readonly agent: string;
  readonly points: readonly { readonly step: number; readonly metrics: Readonly<Record<string, number>> }[];
}

/** Kinds of metrics from the most to the least telling. */
const ORDER = ['validation/', 'eval/', 'episode/', 'loss/', 'train/', 'perf/'];
const MAX_CHARTS = 9;

/** Points drawn for each line; more than these cannot be told apart at this size. */
const MAX_POINTS = 180;

export function learningCharts(curves: readonly LearningCurve[], evaluation: Evaluation): Chart[] {
  const keys = [...new Set(curves.flatMap(({ points }) => points.flatMap(({ metrics }) => Object.keys(metrics))))];
  const rank = (key: string) => {
    const kind = ORDER.findIndex((prefix) => key.startsWith(prefix));
    // A metric that never moved tells least of all.
    return (kind < 0 ? ORDER.length : kind) + (isConstant(key, curves) ? ORDER.length + 1 : 0);
  };
  return keys
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .slice(0, MAX_CHARTS)
    .map((key, index) => learningChart(key, index, { curves, evaluation }));
}

function learningChart(
  key: string,
  index: number,
  { curves, evaluation }: { readonly curves: readonly LearningCurve[]; readonly evaluation: Evaluation },
): Chart {
  const lines = curves
    .map(({ agent, points }) => ({ agent, ...thin(points, key) }))
    .filter(({ steps }) => steps.length > 0);
  const span = spanOf([[0], ...lines.map(({ steps }) => steps)]);
  const cursorSteps = lines.reduce<readonly number[]>(
    (best, { steps }) => (steps.length > best.length ? steps : best),
    [],
  );
  const legend = lines.map(({ agent, steps, values }) => ({
    name: agent,
    color: lookOf(agent, evaluation).color,
    mark: 'line' as const,
    value: significant(values.at(-1) ?? null),
    readings: readAt(cursorSteps, steps, values).map((value) => significant(value)),
  }));
  return {
    id: `learning-${index}`,
    title: key,
    caption: 'Over environment steps.',
    description: `${key} at the end: ${legend.map(({ name, value }) => `${name} ${value}`).join('; ')}.`,
    sizes: THIRD_WIDTH,
    margins: MARGINS,
    legend,
    cursor: {
      at: cursorSteps.map((step) => (step - span[0]) / (span[1] - span[0])),
      labels: cursorSteps.map((step) => `step ${integer(step)}`),
    },
    option: () => ({
      grid: gridOf(MARGINS),
      xAxis: numberAxis(span, (step) =>
        step >= 1e6
          ? `${significant(step / 1e6, 3)}M`
          : step >= 1000
            ? `${significant(step / 1000, 3)}k`
            : String(step),
      ),
      yAxis: valueAxis((value) => significant(value, 3), { splitNumber: 3 }),
      series: lines.map(({ steps, values }, i) => ({
        ...thinLine(legend[i]),
        data: steps.map((step, t) => [step, values[t]]),
      })),
    }),
  };
}

const isConstant = (key: string, curves: readonly LearningCurve[]): boolean =>
  new Set(curves.flatMap(({ points }) => points.map(({ metrics }) => metrics[key]).filter(Number.isFinite))).size < 2;

/** At most {@link MAX_POINTS} points of one metric, each the mean of the points it stands for. */
function thin(points: LearningCurve['points'], key: string): { steps: number[]; values: number[] } {
  const kept = points.filter(({ metrics }) => Number.isFinite(metrics[key]));
  const size = Math.max(1, Math.ceil(kept.length / MAX_POINTS));
  const groups = Array.from({ length: Math.ceil(kept.length / size) }, (_, g) => kept.slice(g * size, (g + 1) * size));
  return {
    steps: groups.map((group) => group[group.length - 1].step),
    values: groups.map((group) => group.reduce((total, { metrics }) => total + metrics[key], 0) / group.length),
  };
}
