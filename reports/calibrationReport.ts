/** One self-contained HTML file on a cost table: what was measured, whether it holds out of sample, what moved. */

import type { CalibrationResult } from '../market/execution/calibrate/runCalibration.ts';
import type { ExecutionTable, InstrumentEntry } from '../market/execution/table.ts';
import { SESSIONS } from '../market/sessions.ts';
import { impactChart } from './charts/impactChart.ts';
import { fillChart, latencyChart } from './charts/quantileChart.ts';
import { slippageChart } from './charts/slippageChart.ts';
import { spreadChart } from './charts/spreadChart.ts';
import { loadDraw, type Draw } from './drawing.ts';
import { renderFigure } from './figure.ts';
import { html, type Html } from './html.ts';
import { renderPage, renderSection } from './page.ts';
import { orderTable } from './tables/orderTable.ts';
import { coverageTable, driftTable, sourceTable, spreadTable } from './tables/costTables.ts';

const MAX_DRIFTS = 20;

/** Same result, same bytes. Asynchronous because the chart library is loaded only when a report is drawn. */
export async function renderCalibrationReport({
  table,
  drift,
  coverage,
}: Omit<CalibrationResult, 'path'>): Promise<string> {
  const draw = await loadDraw();
  const summary = summarize(table);
  const moved = drift.filter(({ factor }) => factor > 1.001);
  return renderPage({
    title: `Cost table of ${table.created} · Regimen`,
    description: summary,
    body: [
      renderHeader(table, summary),
      ...Object.entries(table.instruments).map(([name, entry]) => renderInstrument(name, entry, draw)),
      renderSection('coverage', 'Does it hold out of sample', COVERAGE_LEAD, [
        coverage.length === 0 ? html`<p>No quotes were read for this table.</p>` : coverageTable(coverage),
      ]),
      renderSection('drift', 'What moved', DRIFT_LEAD, [
        moved.length === 0
          ? html`<p>${drift.length === 0 ? 'There is no earlier table to compare with.' : 'Nothing moved.'}</p>`
          : driftTable(moved, MAX_DRIFTS),
      ]),
      renderSection('sources', 'What it was measured from', SOURCES_LEAD, [sourceTable(table)]),
    ],
  });
}

const COVERAGE_LEAD =
  'A p90 is measured on one part of a recording and tried on the other. Alternating blocks test the method; the two halves also test whether costs stayed what they were, which they often do not.';
const DRIFT_LEAD = 'Medians and 90th percentiles against the table that was current before.';
const SOURCES_LEAD = 'Every number above comes from these files and can be measured again from them.';

function renderHeader(table: ExecutionTable, summary: string): Html {
  return html`<header>
    <div class="eyebrow">
      <b>Regimen</b><span>cost table of ${table.created}</span><span>${table.hash.slice(0, 12)}</span>
    </div>
    <h1>Measured execution costs</h1>
    <p class="verdict">${summary}</p>
  </header>`;
}

function summarize(table: ExecutionTable): string {
  const entries = Object.values(table.instruments);
  const cells = entries.flatMap((entry) => SESSIONS.map((session) => entry.sessions[session].halfSpreadBps));
  const own = cells.filter(({ level }) => level === 'session').length;
  const count = (has: (entry: InstrumentEntry) => boolean) => entries.filter(has).length || 'none';
  const instruments = `${entries.length} ${entries.length === 1 ? 'instrument' : 'instruments'}`;
  const spreads =
    own === cells.length
      ? `all ${own} session spreads were measured in their session`
      : `${own} of ${cells.length} session spreads were measured in their session, the others are their parent’s`;
  const slippage = count(({ pair }) => pair.slippageBps !== null);
  return `${instruments}: ${spreads}; slippage was measured for ${slippage}, market impact for ${count(({ impact }) => impact !== null)}.`;
}

function renderInstrument(name: string, entry: InstrumentEntry, draw: Draw): Html {
  const charts = [spreadChart, slippageChart, latencyChart, fillChart, impactChart]
    .map((make) => make(name, entry))
    .filter((chart) => chart !== null);
  return renderSection(`instrument-${name.replace(/[^A-Za-z0-9]/g, '-')}`, name, lead(entry), [
    html`${spreadTable(name, entry)}${orderTable(name, entry)}`,
    html`<div style="height:26px"></div>
      <div class="charts">${charts.map((chart) => renderFigure(chart, draw))}</div>`,
  ]);
}

function lead({ assetClass, venue, sessions, pair }: InstrumentEntry): string {
  const slippage = sessions[SESSIONS[0]].slippageBps;
  const books =
    pair.slippageBps !== null
      ? pair.slippageBps.some(({ measuredFrom }) => measuredFrom === 'fills')
        ? 'Slippage was measured from own fills where there are enough of a size, else walked through its own books.'
        : 'Slippage was walked through its own books.'
      : slippage === null
        ? 'No book of it or its class was recorded: its slippage is unknown.'
        : 'It has no recorded books: its slippage is that of its asset class.';
  return `Asset class ${assetClass}, venue ${venue}. ${books} Rows in gray had too few samples and take the numbers named at their end.`;
}
