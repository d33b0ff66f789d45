/** Returns per regime, a group of bars for each. */

import type { Evaluation } from '../../evaluation/evaluation.ts';
import { REGIMES } from '../../market/regimes/regime.ts';
import { HALF_WIDTH, MARGINS, type Chart } from '../chart.ts';
import { percent, signedPercent, title } from '../format.ts';
import { LABELS_IN_WORDS } from '../partsJudged.ts';
import { lookOf } from '../look.ts';
import { chartColor } from '../theme.ts';
import { categoryAxis, gridOf, valueAxis } from './axes.ts';

export function regimeChart(evaluation: Evaluation): Chart {
  const judged = [...evaluation.agents, ...evaluation.benchmarks];
  const regimes = [...REGIMES, 'unknown' as const].filter((regime) =>
    judged.some(({ perRegime }) => perRegime[regime] !== undefined),
  );
  const returns = judged.map(({ perRegime }) => regimes.map((regime) => perRegime[regime]?.totalReturn ?? null));
  const legend = judged.map(({ name }, i) => ({
    name: lookOf(name, evaluation).label,
    color: lookOf(name, evaluation).color,
    mark: 'block' as const,
    value: null,
    readings: returns[i].map((value) => signedPercent(value)),
  }));
  const labels = evaluation.regimeLabels === undefined ? '' : `, ${LABELS_IN_WORDS[evaluation.regimeLabels]}`;
  return {
    id: 'regimes',
    title: 'Returns per regime',
    caption: `Compounded return over the bars of each regime${labels}, mean over the paths that saw it.`,
    description: regimes
      .map(
        (regime, r) => `${title(regime)}: ${legend.map(({ name, readings }) => `${name} ${readings[r]}`).join(', ')}.`,
      )
      .join(' '),
    sizes: HALF_WIDTH,
    margins: MARGINS,
    legend,
    cursor: { at: regimes.map((_, r) => (r + 0.5) / regimes.length), labels: regimes.map(title) },
    option: () => ({
      grid: gridOf(MARGINS),
      xAxis: categoryAxis(regimes.map(title)),
      yAxis: valueAxis((value) => percent(value, 0), { scale: false }),
      series: judged.map((_, i) => ({
        type: 'bar',
        silent: true,
        barMaxWidth: 22,
        barCategoryGap: '32%',
        barGap: '12%',
        itemStyle: { color: chartColor(legend[i].color) },
        data: returns[i],
      })),
    }),
  };
}
