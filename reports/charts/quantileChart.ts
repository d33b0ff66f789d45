/** The measured distribution of an instrument's latency or fill ratio, as a line over its percentiles. */

import type { InstrumentEntry } from '../../market/execution/table.ts';
import { HALF_WIDTH, MARGINS, type Chart, type LegendEntry } from '../chart.ts';
import { percent, significant } from '../format.ts';
import { gridOf, numberAxis, thinLine, valueAxis } from './axes.ts';

interface Measure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Without the last: the very worst order would leave no room for the rest. */
  readonly quantiles: readonly number[];
  readonly render: (value: number) => string;
  /** Of the vertical axis, which is then divided in quarters; null: what the numbers need. */
  readonly max: number | null;
}

/** @returns null where no order times were recorded */
export const latencyChart = (instrument: string, { latencyMs }: InstrumentEntry): Chart | null =>
  latencyMs === null
    ? null
    : quantileChart(instrument, {
        id: 'latency',
        title: 'decision to fill',
        caption: `Milliseconds from decision to the last fill at each percentile of ${latencyMs.count} orders; the figure is the median.`,
        quantiles: latencyMs.quantiles.slice(0, -1),
        render: (value) => `${significant(value, 3)} ms`,
        max: null,
      });

/** @returns null where no own fills were recorded */
export const fillChart = (instrument: string, { fillRatio }: InstrumentEntry): Chart | null =>
  fillRatio === null
    ? null
    : quantileChart(instrument, {
        id: 'fills',
        title: 'share that fills',
        caption: `Share of an order that fills, from the best to the worst of ${fillRatio.count} orders; the figure is the median.`,
        quantiles: fillRatio.quantiles.slice(0, -1),
        render: (value) => percent(value, 0),
        max: 1,
      });

function quantileChart(instrument: string, { id, title, caption, quantiles, render, max }: Measure): Chart {
  const last = quantiles.length - 1;
  const entry: LegendEntry = {
    name: 'All sessions',
    color: 'fees',
    mark: 'line',
    value: render(quantiles[50]),
    readings: quantiles.map(render),
  };
  return {
    id: `${id}-${instrument.replace(/[^A-Za-z0-9]/g, '-')}`,
    title: `${instrument}: ${title}`,
    caption,
    description: `median ${render(quantiles[50])}, nine in ten no worse than ${render(quantiles[90])}`,
    sizes: HALF_WIDTH,
    margins: MARGINS,
    legend: [entry],
    cursor: { at: quantiles.map((_, q) => q / last), labels: quantiles.map((_, q) => `p${q}`) },
    option: () => ({
      grid: gridOf(MARGINS),
      xAxis: numberAxis([0, last], (q) => `p${q}`),
      yAxis: valueAxis((value) => render(value).replace(' ms', ''), {
        scale: false,
        min: 0,
        ...(max !== null && { max, interval: max / 4 }),
      }),
      series: [{ ...thinLine(entry), step: 'end', data: quantiles.map((value, q) => [q, value]) }],
    }),
  };
}
