/** What orders of growing size paid against mid in an instrument's recorded books. */

import type { InstrumentEntry, SlippageRung } from '../../market/execution/table.ts';
import { HALF_WIDTH, MARGINS, type Chart, type LegendEntry } from '../chart.ts';
import { compact, percent, significant } from '../format.ts';
import { categoryAxis, gridOf, thinLine, valueAxis } from './axes.ts';

const LINES = [
  { key: 'p50', name: 'Median', color: 'fees', mark: 'line' },
  { key: 'p90', name: 'p90', color: 'slippage', mark: 'line' },
  { key: 'p99', name: 'p99', color: 'interest', mark: 'dashed' },
] as const;

/** @returns null where no book of the instrument was measured */
export function slippageChart(instrument: string, entry: InstrumentEntry): Chart | null {
  const rungs = entry.pair.slippageBps;
  if (rungs === null) return null;
  const sizes = rungs.map(({ notional }) => compact(notional));
  const legend = LINES.map(({ key, ...line }): LegendEntry => ({
    ...line,
    value: significant(rungs[rungs.length - 1].againstMid[key], 3),
    readings: rungs.map(({ againstMid }) => significant(againstMid[key], 3)),
  }));
  const thin = rungs.find(({ extrapolatedShare }) => extrapolatedShare > 0.1);
  return {
    id: `slippage-${instrument.replace(/[^A-Za-z0-9]/g, '-')}`,
    title: `${instrument}: cost of size`,
    caption:
      `Basis points against mid by order size, half-spread included, ${origin(rungs)}. ` +
      (thin === undefined
        ? 'The books were deep enough for every size.'
        : `From ${compact(thin.notional)} on, ${percent(thin.extrapolatedShare, 0)} of the books and more were too thin and their depth was continued.`),
    description: legend.map(({ name, value }) => `${name} of the largest order ${value} basis points`).join('; '),
    sizes: HALF_WIDTH,
    margins: MARGINS,
    legend,
    cursor: { at: sizes.map((_, i) => (i + 0.5) / sizes.length), labels: sizes },
    option: () => ({
      grid: gridOf(MARGINS),
      xAxis: categoryAxis(sizes),
      yAxis: valueAxis((value) => significant(value, 3), { scale: false }),
      series: LINES.map(({ key }, i) => ({
        ...thinLine(legend[i]),
        data: rungs.map(({ againstMid }) => againstMid[key]),
      })),
    }),
  };
}

function origin(rungs: readonly SlippageRung[]): string {
  const own = rungs.filter(({ measuredFrom }) => measuredFrom === 'fills').map(({ notional }) => compact(notional));
  if (own.length === 0) return 'walked through recorded books';
  return own.length === rungs.length
    ? 'from own fills'
    : `from own fills at ${own.join(', ')}, walked through recorded books elsewhere`;
}
