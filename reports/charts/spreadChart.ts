/** The measured distribution of an instrument's half-spread, a line for each session. */

import type { InstrumentEntry } from '../../market/execution/table.ts';
import { SESSIONS, type Session } from '../../market/sessions.ts';
import { HALF_WIDTH, MARGINS, type Chart, type LegendEntry } from '../chart.ts';
import { significant } from '../format.ts';
import { sessionLabel } from '../sessionLabel.ts';
import { agentColor } from '../theme.ts';
import { gridOf, numberAxis, thinLine, valueAxis } from './axes.ts';

/** The last quantile drawn: the maximum of a recording would leave no room for the rest. */
const LAST = 99;

/** @returns null where no session has numbers of its own */
export function spreadChart(instrument: string, entry: InstrumentEntry): Chart | null {
  const measured = SESSIONS.filter((session) => entry.sessions[session].halfSpreadBps.level === 'session');
  if (measured.length === 0) return null;
  const quantilesOf = (session: Session) => entry.sessions[session].halfSpreadBps.quantiles.slice(0, LAST + 1);
  const legend = measured.map((session): LegendEntry => {
    const { p50 } = entry.sessions[session].halfSpreadBps;
    return {
      name: sessionLabel(session),
      color: agentColor(SESSIONS.indexOf(session)),
      mark: 'line',
      value: significant(p50, 3),
      readings: quantilesOf(session).map((value) => significant(value, 3)),
    };
  });
  return {
    id: `spread-${instrument.replace(/[^A-Za-z0-9]/g, '-')}`,
    title: `${instrument}: half-spread`,
    caption: 'Basis points of mid at each percentile of time, per session; the figure beside a name is its median.',
    description: legend.map(({ name, value }) => `${name} median ${value} basis points`).join('; '),
    sizes: HALF_WIDTH,
    margins: MARGINS,
    legend,
    cursor: {
      at: Array.from({ length: LAST + 1 }, (_, q) => q / LAST),
      labels: Array.from({ length: LAST + 1 }, (_, q) => `p${q}`),
    },
    option: () => ({
      grid: gridOf(MARGINS),
      xAxis: numberAxis([0, LAST], (q) => `p${q}`),
      yAxis: valueAxis((value) => significant(value, 3), { scale: false, min: 0 }),
      series: measured.map((session, s) => ({
        ...thinLine(legend[s]),
        step: 'end',
        data: quantilesOf(session).map((value, q) => [q, value]),
      })),
    }),
  };
}
