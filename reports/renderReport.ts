/** One self-contained HTML file that says what a run found, whether to believe it, and how to make it again. */

import type { Evaluation, LiveParity } from '../evaluation/evaluation.ts';
import { excessChart } from './charts/excessChart.ts';
import { costChart } from './charts/costChart.ts';
import { drawdownChart, equityChart } from './charts/curveChart.ts';
import { learningCharts, type LearningCurve } from './charts/learningChart.ts';
import { pathChart } from './charts/pathChart.ts';
import { regimeChart } from './charts/regimeChart.ts';
import { costStatementTable } from './costStatement.ts';
import { loadDraw } from './drawing.ts';
import { renderFigure } from './figure.ts';
import { integer } from './format.ts';
import { html, type Html } from './html.ts';
import { renderMasthead } from './masthead.ts';
import { renderPage, renderSection } from './page.ts';
import { renderProvenance, type RunInfo } from './provenance.ts';
import { comparisonTable } from './tables/comparisonTable.ts';
import { gateTable } from './tables/gateTable.ts';
import { partsTable } from './tables/partsTable.ts';
import { performanceTable } from './tables/performanceTable.ts';
import { verdictOf } from './verdict.ts';
import { describeYear } from './year.ts';

export interface ReportParts {
  readonly title: string;
  readonly evaluation: Evaluation;
  readonly learningCurves: readonly LearningCurve[];
  readonly run: RunInfo;
}

/** Largest difference of equity, quote currency, that still counts as the same ledger. */
const PARITY_TOLERANCE = 1e-9;

/** Same parts, same bytes. Asynchronous because the chart library is loaded only when a report is drawn. */
export async function renderReport({ title, evaluation, learningCurves, run }: ReportParts): Promise<string> {
  const draw = await loadDraw();
  const learning = learningCharts(learningCurves, evaluation);
  const paths = evaluation.samples.map((sample, index) => pathChart(sample, index, evaluation));
  return renderPage({
    title: `${title} · Regimen`,
    description: verdictOf(evaluation).sentence,
    body: [
      renderMasthead(title, evaluation, run),
      renderSection('performance', 'What it earned', `${PERFORMANCE_LEAD} ${describeYear(evaluation)}`, [
        performanceTable(evaluation),
        gap(),
        partsTable(evaluation) ?? html``,
        gap(),
        costStatementTable(evaluation.costs),
      ]),
      renderSection('equity-curves', 'Equity against holding', EQUITY_LEAD, [
        charts([full(renderFigure(equityChart(evaluation), draw))]),
      ]),
      renderSection('gates', 'The gates', GATES_LEAD, [gateTable(evaluation), gap(), comparisonTable(evaluation)]),
      renderSection('breakdown', 'Where it came from', BREAKDOWN_LEAD, [
        charts(
          [regimeChart, drawdownChart, excessChart, costChart].map((make) => renderFigure(make(evaluation), draw)),
        ),
      ]),
      renderSection('positions', 'Position over price', POSITIONS_LEAD, [
        charts(paths.map((chart) => full(renderFigure(chart, draw)))),
      ]),
      renderSection('learning', 'How it learned', LEARNING_LEAD, [
        html`<div class="charts thirds">${learning.map((chart) => renderFigure(chart, draw))}</div>`,
      ]),
      renderSection('live-parity', 'Live parity', PARITY_LEAD, [renderParity(evaluation.liveParity)]),
      renderProvenance(run),
    ],
  });
}

const PERFORMANCE_LEAD =
  'Agents and benchmarks walked the same held-out paths and paid the same costs. Returns are means over paths, ratios are annualized, and the drawdown is the deepest of any path.';
const EQUITY_LEAD =
  'An agent that does not beat holding the asset, after costs and out of sample, has not earned its keep.';
const GATES_LEAD =
  'All gates must pass. Below them, each agent is compared with each benchmark bar by bar; the interval is from a block bootstrap.';
const BREAKDOWN_LEAD = 'The market it was judged in, regime by regime, how deep it fell, and what the venue kept.';
const POSITIONS_LEAD =
  'One held-out path per agent, bar by bar. Move over a chart, or focus it and use the arrow keys, to read it.';
const LEARNING_LEAD = 'What each agent reported while it trained, over environment steps.';
const PARITY_LEAD =
  'The live runner, fed the same bars one at a time with the paper broker, must write the ledger that the backtest wrote.';

const charts = (figures: readonly Html[]): Html => html`<div class="charts">${figures}</div>`;
const full = (figure: Html): Html => html`<div class="full">${figure}</div>`;
const gap = (): Html => html`<div style="height:34px"></div>`;

function renderParity(parity: LiveParity | null): Html {
  if (parity === null) return html`<p class="parity">Not checked in this run.</p>`;
  const { agent, path, bars, maxAbsEquityDiff } = parity;
  const same = maxAbsEquityDiff <= PARITY_TOLERANCE;
  const badge = same
    ? html`<span class="badge pass">✓ same ledger</span>`
    : html`<span class="badge fail">✗ ledgers differ</span>`;
  return html`<p class="parity">
    ${badge}
    <span>
      ${agent} on ${path}: ${integer(bars)} bars, largest difference of equity ${maxAbsEquityDiff.toExponential(1)}
      (limit ${PARITY_TOLERANCE.toExponential(0)}).
    </span>
  </p>`;
}
