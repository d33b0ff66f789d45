/** The top of a report: the verdict as a sentence, and the five figures that it rests on. */

import type { Evaluation, JudgedAgent, Performance } from '../evaluation/evaluation.ts';
import { nameCosts } from './costStatement.ts';
import { decimal, integer, percent, signedBps, signedPercent, timeframe, title } from './format.ts';
import { html, type Html } from './html.ts';
import type { RunInfo } from './provenance.ts';
import { mainBenchmark, verdictOf, type Verdict } from './verdict.ts';

export function renderMasthead(heading: string, evaluation: Evaluation, run: RunInfo): Html {
  const verdict = verdictOf(evaluation);
  return html`<header>
    <div class="eyebrow">
      <b>Regimen</b><span>${evaluation.instrument}, ${timeframe(evaluation.timeframeMs)} bars</span
      ><span>seed ${run.seed}</span><span>${run.createdUtc}</span
      ><span>${integer(evaluation.trials)} trials judged</span>
    </div>
    <h1>${heading}</h1>
    <p class="verdict" id="verdict">${badge(verdict)}${verdict.sentence}</p>
    ${
      verdict.objections.length === 0
        ? null
        : html`<ul class="objections" aria-label="What the gates say">
            ${verdict.objections.map((reason) => html`<li>${reason}</li>`)}
          </ul>`
    }
    ${verdict.agent === null ? null : renderFacts(verdict.agent, evaluation)}
  </header>`;
}

const badge = ({ outcome }: Verdict): Html =>
  outcome === 'promoted'
    ? html`<span class="badge pass">PROMOTED</span>`
    : html`<span class="badge fail">NOT PROMOTED</span>`;

function renderFacts(agent: JudgedAgent, evaluation: Evaluation): Html {
  const benchmark = mainBenchmark(evaluation);
  const against = (read: (performance: Performance) => string) =>
    benchmark === null ? '' : `${title(benchmark.name)} ${read(benchmark.test)}`;
  const measure = (name: string, read: (performance: Performance) => string) => [name, read(agent.test), against(read)];
  const comparison = agent.comparisons.find((one) => one.benchmark === benchmark?.name) ?? agent.comparisons[0];
  const rival = against(({ costs }) => percent(costs.total, 2));
  const costNote = `${rival === '' ? '' : `${rival}; `}${nameCosts(evaluation.costs)}`;
  const facts = [
    measure(`${agent.name}, return`, ({ totalReturn }) => signedPercent(totalReturn)),
    measure('Sharpe ratio, year', ({ sharpe }) => decimal(sharpe)),
    measure('Max drawdown', ({ maxDrawdown }) => percent(maxDrawdown)),
    ['Costs paid', percent(agent.test.costs.total, 2), costNote],
    ...(comparison === undefined
      ? []
      : [
          [
            'Lead a bar',
            signedBps(comparison.meanExcessBps),
            `${percent(comparison.confidence, 0)} between ${signedBps(comparison.lowerBps)} and ${signedBps(comparison.upperBps)}`,
          ],
        ]),
    ['Deflated Sharpe', decimal(agent.deflatedSharpe), `after ${integer(evaluation.trials)} trials`],
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([name, value, note]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
          <dd>${note}</dd>
        </div>`,
    )}
  </dl>`;
}
