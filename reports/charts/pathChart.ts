/** One judged path bar by bar: price above, the agent's position below, regimes in the background. */

import type { Evaluation, PathSample } from '../../evaluation/evaluation.ts';
import { REGIMES } from '../../market/regimes/regime.ts';
import { FULL_WIDTH, type Chart, type LegendEntry, type Margins } from '../chart.ts';
import { percent, significant, signedPercent, title, utcMinute } from '../format.ts';
import { lookOf } from '../look.ts';
import { chartColor, type ColorName } from '../theme.ts';
import { gridOf, spanOf, thinLine, timeAxis, valueAxis } from './axes.ts';
import { startEquityOf } from './startEquity.ts';

const MARGINS: Margins = { left: 66, right: 14, top: 12, bottom: 30 };
/** Height of the position strip and of the gap above it, pixels. */
const STRIP = 74;
const GAP = 16;
/** A position grows past its target as the price runs; only more than this stretches the axis. */
const TOLERATED_DRIFT = 0.3;

export function pathChart(sample: PathSample, index: number, evaluation: Evaluation): Chart {
  const { agent, path, timeMs, close } = sample;
  const span = spanOf([timeMs]);
  const { color } = lookOf(agent, evaluation);
  const gains = gainsOf(sample, evaluation);
  const move = close.length > 0 ? close[close.length - 1] / close[0] - 1 : null;
  return {
    id: `path-${index}`,
    title: `${agent} on ${path}`,
    caption:
      'Price, and below it the position as a share of equity. The shade is the regime, which the agent never sees.',
    description: `${agent} on path ${path}: gain ${signedPercent(gains.at(-1) ?? null)} while the price moved ${signedPercent(move)}.`,
    sizes: FULL_WIDTH,
    margins: MARGINS,
    legend: legendOf(sample, color, gains),
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
      yAxis: [valueAxis((value) => significant(value), { gridIndex: 0 }), positionAxis(sample)],
      series: seriesOf(sample, color),
    }),
  };
}

function gainsOf({ equity }: PathSample, evaluation: Evaluation): number[] {
  const startEquity = startEquityOf(evaluation) ?? equity[0];
  return equity.map((value) => value / startEquity - 1);
}

function legendOf({ close, position, regime }: PathSample, color: ColorName, gains: readonly number[]): LegendEntry[] {
  const reading = (name: string, values: readonly string[], look: Pick<LegendEntry, 'color' | 'mark'>) => ({
    ...{ name, value: null, readings: values },
    ...look,
  });
  const prices = close.map((value) => significant(value, 5));
  const weights = position.map((value) => signedPercent(value, 0));
  const returns = gains.map((value) => signedPercent(value));
  const seen = [...new Set(regime)].sort((a, b) => a - b).map(regimeName);
  return [
    reading('Price', prices, { color: 'benchmark1', mark: 'line' }),
    reading('Position', weights, { color, mark: 'line' }),
    // Drawn nowhere: with the figure of the whole path beside its name it needs no line of its own.
    { ...reading('Gain', returns, { color, mark: 'none' }), value: returns.at(-1) ?? null },
    ...seen.map((name) => ({
      ...{ name: title(name), color: name, value: null, readings: null },
      mark: 'block' as const,
    })),
  ];
}

function positionAxis({ position }: PathSample): object {
  const largest = position.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const reach = Math.max(1, Math.ceil(largest - TOLERATED_DRIFT));
  const least = position.some((weight) => weight < 0) ? -reach : 0;
  return valueAxis((value) => percent(value, 0), {
    gridIndex: 1,
    scale: false,
    min: least,
    max: reach,
    interval: reach,
  });
}

const seriesOf = ({ timeMs, close, position, regime }: PathSample, color: ColorName): object[] => [
  {
    ...thinLine({ name: 'price', color: 'benchmark1', mark: 'line' }, 1.4),
    data: timeMs.map((time, t) => [time, close[t]]),
    markArea: { silent: true, data: regimeAreas(timeMs, regime) },
  },
  {
    ...thinLine({ name: 'position', color, mark: 'line' }, 1.2),
    ...{ xAxisIndex: 1, yAxisIndex: 1, step: 'end', clip: false },
    areaStyle: { color: chartColor(color), opacity: 0.25 },
    data: timeMs.map((time, t) => [time, position[t]]),
  },
];

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
