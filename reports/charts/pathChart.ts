/** One judged path bar by bar: price above, the agent's position below, regimes in the background. */

import type { Evaluation, PathSample } from '../../evaluation/evaluation.ts';
import { REGIMES } from '../../market/regimes/regime.ts';
import { FULL_WIDTH, type Chart, type LegendEntry, type Margins } from '../chart.ts';
import { percent, significant, signedPercent, title, utcMinute } from '../format.ts';
import { chartColor, type ColorName } from '../theme.ts';
import { gridOf, spanOf, thinLine, timeAxis, valueAxis } from './axes.ts';
import { lookOf } from './curveChart.ts';

const MARGINS: Margins = { left: 66, right: 14, top: 12, bottom: 30 };
/** Height of the position strip and of the gap above it, pixels. */
const STRIP = 74;
const GAP = 16;

export function pathChart(sample: PathSample, index: number, evaluation: Evaluation): Chart {
  const { timeMs, close, position, equity, regime } = sample;
  const span = spanOf([timeMs]);
  const { color } = lookOf(sample.agent, evaluation);
  const gains = equity.map((value) => value / equity[0] - 1);
  const entry = (name: string, shade: ColorName, values: readonly string[]): LegendEntry => ({
    ...{ name, color: shade, mark: 'line', value: null, readings: values },
  });
  const seen = [...new Set(regime)].sort((a, b) => a - b);
  const lines = [
    entry(
      'Price',
      'benchmark1',
      close.map((value) => significant(value, 5)),
    ),
    entry(
      'Position',
      color,
      position.map((value) => signedPercent(value, 0)),
    ),
    entry(
      'Gain',
      color,
      gains.map((value) => signedPercent(value)),
    ),
  ];
  return {
    id: `path-${index}`,
    title: `${title(sample.agent)} on ${sample.path}`,
    caption:
      'Price, and below it the position as a fraction of equity; the shade is the regime, which the agent never sees.',
    description:
      `${title(sample.agent)} on path ${sample.path}: gain ${signedPercent(gains.at(-1) ?? null)} while the price moved ` +
      `${signedPercent(close.length > 0 ? close[close.length - 1] / close[0] - 1 : null)}.`,
    sizes: FULL_WIDTH,
    margins: MARGINS,
    legend: [
      ...lines,
      ...seen.map((label): LegendEntry => ({
        ...{ name: title(regimeName(label)), color: regimeName(label), mark: 'block', value: null, readings: null },
      })),
    ],
    cursor: { at: timeMs.map((time) => (time - span[0]) / (span[1] - span[0])), labels: timeMs.map(utcMinute) },
    option: ({ height, layout }) => ({
      grid: [
        gridOf({ ...MARGINS, bottom: MARGINS.bottom + STRIP + GAP }),
        gridOf({ ...MARGINS, top: height - MARGINS.bottom - STRIP }),
      ],
      xAxis: [
        timeAxis(span, { gridIndex: 0, axisLabel: { show: false } }),
        timeAxis(span, { gridIndex: 1, splitNumber: layout === 'wide' ? 8 : 4 }),
      ],
      yAxis: [
        valueAxis((value) => significant(value), { gridIndex: 0 }),
        valueAxis((value) => percent(value, 0), { gridIndex: 1, scale: false, splitNumber: 2 }),
      ],
      series: [
        {
          ...thinLine(lines[0], 1.4),
          data: timeMs.map((time, t) => [time, close[t]]),
          markArea: { silent: true, data: regimeAreas(timeMs, regime) },
        },
        {
          ...thinLine(lines[1], 1.2),
          ...{ xAxisIndex: 1, yAxisIndex: 1, step: 'end' },
          areaStyle: { color: chartColor(color), opacity: 0.25 },
          data: timeMs.map((time, t) => [time, position[t]]),
        },
      ],
    }),
  };
}

const regimeName = (label: number): (typeof REGIMES)[number] | 'unknown' => REGIMES[label] ?? 'unknown';

/** One shaded area for each unbroken stretch of a regime. */
function regimeAreas(timeMs: readonly number[], regime: readonly number[]): object[][] {
  const areas: object[][] = [];
  for (let from = 0; from < regime.length;) {
    let to = from;
    while (to < regime.length && regime[to] === regime[from]) to++;
    const itemStyle = { color: chartColor(regimeName(regime[from])), opacity: 0.16 };
    areas.push([{ xAxis: timeMs[from], itemStyle }, { xAxis: timeMs[Math.min(to, timeMs.length - 1)] }]);
    from = to;
  }
  return areas;
}
