/** What an order would move the market by, by the fitted square-root law, with the uncertainty of its coefficient. */

import type { InstrumentEntry } from '../../market/execution/table.ts';
import { HALF_WIDTH, MARGINS, type Chart, type LegendEntry } from '../chart.ts';
import { compact, significant } from '../format.ts';
import { gridOf, numberAxis, thinLine, valueAxis } from './axes.ts';

const NUM_POINTS = 60;

/** @returns null where impact was not measured */
export function impactChart(instrument: string, { impact }: InstrumentEntry): Chart | null {
  if (impact === null) return null;
  const { coefficient, standardError, exponent, volatilityBps, volumeNotional, largestNotional } = impact;
  const sizes = Array.from({ length: NUM_POINTS + 1 }, (_, i) => (largestNotional * i) / NUM_POINTS);
  const move = (factor: number, notional: number) => factor * volatilityBps * (notional / volumeNotional) ** exponent;
  const lines = [
    { name: 'Fitted', factor: coefficient, mark: 'line', color: 'fees' },
    {
      name: 'Two errors less',
      factor: Math.max(0, coefficient - 2 * standardError),
      mark: 'dashed',
      color: 'slippage',
    },
    { name: 'Two errors more', factor: coefficient + 2 * standardError, mark: 'dashed', color: 'interest' },
  ] as const;
  const legend = lines.map(({ name, factor, mark, color }): LegendEntry => ({
    name,
    color,
    mark,
    value: significant(move(factor, largestNotional), 3),
    readings: sizes.map((size) => significant(move(factor, size), 3)),
  }));
  return {
    id: `impact-${instrument.replace(/[^A-Za-z0-9]/g, '-')}`,
    title: `${instrument}: market impact`,
    caption: 'Basis points that mid moves with net taken notional, up to the largest that was seen in one bucket.',
    description: legend.map(({ name, value }) => `${name}: ${value} basis points at the largest size`).join('; '),
    sizes: HALF_WIDTH,
    margins: MARGINS,
    legend,
    cursor: { at: sizes.map((_, i) => i / NUM_POINTS), labels: sizes.map(compact) },
    option: () => ({
      grid: gridOf(MARGINS),
      xAxis: numberAxis([0, largestNotional], compact),
      yAxis: valueAxis((value) => significant(value, 3), { scale: false, min: 0 }),
      series: lines.map(({ factor }, i) => ({
        ...thinLine(legend[i]),
        data: sizes.map((size) => [size, move(factor, size)]),
      })),
    }),
  };
}
